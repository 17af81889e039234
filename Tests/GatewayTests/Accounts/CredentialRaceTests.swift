import Records
import Service
import SurgeCore
import TestKit
import Testing

@testable import Gateway

/// Records that have looked something up and hold the answer back.
private actor HeldAnswers: CredentialStore {
    private let store: SQLiteStore
    private(set) var count = 0
    private var isOpen = false

    init(_ store: SQLiteStore) { self.store = store }

    func open() { isOpen = true }

    private func hold() async {
        count += 1
        while !isOpen { try? await Task.sleep(for: .milliseconds(1)) }
    }

    func account(forKeyDigest digest: String, at now: Instant) async throws(RecordsError) -> Account? {
        let answer = try await store.account(forKeyDigest: digest, at: now)
        await hold()
        return answer
    }

    func holders(ofKeyDigests digests: Set<String>, at now: Instant) async throws(RecordsError) -> [String: Account] {
        let answer = try await store.holders(ofKeyDigests: digests, at: now)
        await hold()
        return answer
    }
}

@Suite("Credentials that change while the records answer")
struct CredentialRaceTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let answers: HeldAnswers
    private let clock = ManualClock()
    private let id = AccountID(rawValue: "acct_1")

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        answers = HeldAnswers(store)
        try await store.create(Account(id: id, name: "one", plan: "free", createdAt: clock.now()))
        for digest in ["first", "second"] {
            try await store.create(
                KeyRecord(prefix: "hs_\(digest)", digest: digest, account: id, createdAt: clock.now())
            )
        }
    }

    @Test("A stream that begins during the question is not ended by its answer, which is not about it")
    func keepsLateComers() async throws {
        let watch = AuthorityWatch(store: answers, clock: clock, every: .seconds(3_600))
        let ended = SharedFlag()
        let early = Authority(credential: "first", account: id, asOperator: false)
        let late = Authority(credential: "second", account: id, asOperator: false)
        _ = await watch.watch(early) { ended.set() }
        let question = Task { await watch.look() }
        try await eventually { await answers.count == 1 }
        _ = await watch.watch(late) { ended.set() }
        await answers.open()
        await question.value
        #expect(!ended.isSet)
        #expect(await watch.count == 2)
        // The next question is about it.
        try await store.revokeKey(digest: "second", at: clock.now())
        await watch.look()
        #expect(ended.isSet)
        #expect(await watch.count == 1)
    }

    @Test("A key that is revoked during a long upload is not there at its end; a short one is not asked about")
    func asksAgain() async throws {
        let watch = AuthorityWatch(store: store, clock: clock, every: .seconds(3_600))
        let authority = Authority(credential: "first", account: id, asOperator: false)
        let began = clock.steady()
        try await store.revokeKey(digest: "first", at: clock.now())
        #expect(await watch.isThere(authority, asOf: began))
        clock.advance(bySeconds: 60)
        #expect(await !watch.isThere(authority, asOf: began))
        let other = Authority(credential: "second", account: id, asOperator: false)
        #expect(await watch.isThere(other, asOf: began))
        let asOperator = Authority(credential: "second", account: id, asOperator: true)
        #expect(await !watch.isThere(asOperator, asOf: began))
    }

    @Test("A key that is revoked while it is looked up is not remembered as valid")
    func forgetsForGood() async throws {
        let watch = AuthorityWatch(store: store, clock: clock, every: .seconds(3_600))
        let keys = KeyCache(store: answers, clock: clock, authorities: watch)
        let question = Task { try await keys.account(ofDigest: "first") }
        try await eventually { await answers.count == 1 }
        try await store.revokeKey(digest: "first", at: clock.now())
        await keys.forget(id)
        await answers.open()
        // It was valid when its request came.
        #expect(try await question.value?.id == id)
        #expect(try await keys.account(ofDigest: "first") == nil)
        #expect(try await keys.account(ofDigest: "second")?.id == id)
    }
}
