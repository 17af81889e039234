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
}
