import Foundation
import GRDB
import SurgeCore
import TestKit
import Testing

@testable import Records

@Suite("Records that would only grow")
struct RetentionTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let clock = ManualClock()
    private let mine = AccountID(rawValue: "acct_1")
    private static let day = 86_400.0

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        try await store.create(Account(id: mine, name: "one", plan: "free", createdAt: clock.now()))
    }

    /// A job that ended now and is forgotten after so many days.
    private func complete(_ name: String, pictures: Int, keptDays: Double) async throws {
        let record = JobRecord(
            id: JobID(rawValue: name),
            account: mine,
            createdAt: clock.now(),
            expiresAt: clock.now(),
            fingerprint: name,
            idempotencyKey: nil,
            request: "{}",
            inputs: [],
            rung: "512"
        )
        #expect(try await store.accept(record, recently: nil) == .new)
        _ = try await store.settle(
            record.id,
            .completed(
                (0..<pictures).map {
                    PictureRecord(digest: "\(name)-\($0)", format: "png", width: 1, height: 1, revisedPrompt: "p")
                }
            ),
            Settlement(deviceSeconds: 1.5, millicredits: 3, model: "meadow"),
            at: clock.now(),
            expiresAt: clock.now().advanced(bySeconds: keptDays * Self.day)
        )
    }

    private func count(_ sql: String) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: sql) ?? 0 }
    }

    @Test(
        "Old settlements become a row a day, with nothing lost of what they add up to; a second round changes nothing"
    )
    func settlements() async throws {
        let first = clock.now().day
        try await complete("one", pictures: 2, keptDays: 1)
        try await complete("two", pictures: 3, keptDays: 1)
        clock.advance(bySeconds: Self.day)
        try await complete("three", pictures: 1, keptDays: 1)
        clock.advance(bySeconds: 89.5 * Self.day)
        try await complete("four", pictures: 1, keptDays: 1_000)
        #expect(try await store.forgetJobs(expiredBefore: clock.now()) == 3)
        for _ in 0..<2 {
            _ = try await store.prune(Retention(), at: clock.now())
            #expect(try await count("SELECT count(*) FROM settlements") == 2)
            #expect(try await store.deliveredPictures(of: mine, onDay: first) == 5)
            #expect(try await store.deliveredPictures(of: mine, onDay: first + 1) == 1)
            #expect(try await count("SELECT jobs FROM settlement_days") == 2)
            #expect(try await count("SELECT millicredits FROM settlement_days") == 6)
        }
        clock.advance(bySeconds: 2 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).settlements == 1)
        #expect(try await count("SELECT sum(pictures) FROM settlement_days") == 6)
        #expect(try DatabaseCheck.problems(at: folder.path + "/heatsink.sqlite") == [])
    }

    @Test("A job that is kept keeps its own settlement, however old it is")
    func keptJobs() async throws {
        try await complete("one", pictures: 1, keptDays: 1_000)
        clock.advance(bySeconds: 200 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).settlements == 0)
        #expect(try await store.settlements(of: [JobID(rawValue: "one")]) == [JobID(rawValue: "one"): 1])
    }

    @Test("More rows than one commit touches are summed up in one round")
    func many() async throws {
        try await store.committer.commit { database in
            for number in 0..<5_001 {
                try database.execute(
                    sql: """
                        INSERT INTO settlements (job, account, status, pictures, cost_device_seconds, at, millicredits, day)
                        VALUES (?, ?, 'completed', 1, 0.5, 0, 1, 0)
                        """,
                    arguments: ["job \(number)", "acct_\(number % 3)"]
                )
            }
        }
        clock.advance(bySeconds: 100 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).settlements == 5_001)
        #expect(try await count("SELECT count(*) FROM settlements") == 0)
        #expect(try await count("SELECT count(*) FROM settlement_days") == 3)
        #expect(try await count("SELECT sum(pictures) FROM settlement_days") == 5_001)
    }

    @Test("A revoked key goes with the sessions that were made from it: none of them is valid again")
    func keys() async throws {
        let session = KeyRecord.Session(expiresAt: clock.now().advanced(bySeconds: 1_000 * Self.day), parent: "parent")
        try await store.create(KeyRecord(prefix: "hs_1", digest: "parent", account: mine, createdAt: clock.now()))
        try await store.create(
            KeyRecord(prefix: "hs_2", digest: "child", account: mine, createdAt: clock.now(), session: session)
        )
        try await store.create(KeyRecord(prefix: "hs_3", digest: "other", account: mine, createdAt: clock.now()))
        #expect(try await store.revokeKeys(prefix: "hs_1", at: clock.now()) == 1)
        clock.advance(bySeconds: 89 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).keys == 0)
        clock.advance(bySeconds: 2 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).keys == 1)
        #expect(try await store.account(forKeyDigest: "child", at: clock.now()) == nil)
        #expect(try await store.keys().map(\.digest) == ["other"])
    }

    @Test("A closed decision goes after its time; what is held, taken down or appealed against stays")
    func decisions() async throws {
        func decision(_ id: String, _ state: DecisionRecord.State, digest: String? = nil) -> DecisionRecord {
            DecisionRecord(
                id: id,
                kind: digest == nil ? .prompt : .upload,
                state: state,
                at: clock.now(),
                policy: "p",
                rule: nil,
                reason: "r",
                account: mine,
                digest: digest,
                expiresAt: clock.now()
            )
        }
        let appeal = AppealRecord(decision: "dec_2", at: clock.now(), text: "t", contact: "c")
        _ = try await store.record(
            [
                .decide(decision("dec_1", .refused)), .decide(decision("dec_2", .refused)), .appeal(appeal),
                .decide(decision("dec_3", .held)), .decide(decision("dec_4", .takenDown)),
                .takeDown(digest: "d", decision: "dec_4"), .decide(decision("dec_5", .refused, digest: "e")),
                .decide(decision("dec_6", .released, digest: "f")),
            ],
            [LedgerDraft("prompt.refused", subject: "s")],
            at: clock.now()
        )
        clock.advance(bySeconds: 366 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).decisions == 2)
        for id in ["dec_1", "dec_5"] { #expect(try await store.decision(id) == nil) }
        for id in ["dec_2", "dec_3", "dec_4", "dec_6"] { #expect(try await store.decision(id) != nil) }
        #expect(try await LedgerCheck.run(over: store).fault == nil)
    }

    @Test("Notes of pictures go after their years, and guests of whom nothing is left after a day")
    func others() async throws {
        try await complete("one", pictures: 1, keptDays: 1)
        var guest = Account(id: AccountID(rawValue: "acct_g"), name: "guest", plan: "guest", createdAt: clock.now())
        guest.isGuest = true
        try await store.create(guest)
        #expect(try await store.prune(Retention(), at: clock.now()).isEmpty)
        clock.advance(bySeconds: 2 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).guests == 1)
        #expect(try await store.made("one-0") != nil)
        clock.advance(bySeconds: 3_650 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).made == 1)
        #expect(try await store.accounts().map(\.id) == [mine])
    }
}
