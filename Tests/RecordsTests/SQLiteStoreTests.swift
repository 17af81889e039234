import Records
import SurgeCore
import TestKit
import Testing

@Suite("Records in SQLite")
struct SQLiteStoreTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let clock = ManualClock()
    private let account = AccountID(rawValue: "acct_1")

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        try await store.create(Account(id: account, name: "one", plan: "free", createdAt: clock.now()))
    }

    private func job(_ name: String, fingerprint: String? = nil, key: String? = nil) -> JobRecord {
        JobRecord(
            id: JobID(rawValue: name),
            account: account,
            createdAt: clock.now(),
            expiresAt: clock.now().advanced(bySeconds: 100),
            fingerprint: fingerprint ?? name,
            idempotencyKey: key,
            request: "{}",
            inputs: ["a\(name)", "b\(name)"],
            rung: "512"
        )
    }

    private func accept(_ job: JobRecord) async throws -> Acceptance {
        try await store.accept(job, recently: clock.now().advanced(bySeconds: -600))
    }

    private func settle(_ name: String, _ outcome: JobOutcome) async throws -> JobRecord? {
        let end = clock.now().advanced(bySeconds: 100)
        return try await store.settle(
            JobID(rawValue: name),
            outcome,
            Settlement(deviceSeconds: 1, millicredits: 7),
            at: clock.now(),
            expiresAt: end
        )
    }

    private let picture = PictureRecord(digest: "d", format: "png", width: 1, height: 2, revisedPrompt: "p")

    @Test("A job comes back as it was kept, also from another process")
    func keepsJobs() async throws {
        let record = job("one", key: "key")
        #expect(try await accept(record) == .new)
        #expect(try await store.job(record.id) == record)
        let other = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        #expect(try await other.unfinishedJobs() == [record])
    }

    @Test("A key finds its own job for the same request and refuses another one")
    func honoursKeys() async throws {
        let record = job("one", fingerprint: "f", key: "key")
        _ = try await accept(record)
        #expect(try await accept(job("two", fingerprint: "f", key: "key")) == .known(record))
        #expect(try await accept(job("three", fingerprint: "g", key: "key")) == .keyReused)
        #expect(try await accept(job("four", fingerprint: "f", key: "other")) == .new)
    }

    @Test("Without a key, the same request finds its job until its answer has reached somebody")
    func findsOwnJob() async throws {
        _ = try await accept(job("one", fingerprint: "f"))
        guard case .known = try await accept(job("two", fingerprint: "f")) else {
            Issue.record("waiting")
            return
        }
        _ = try await settle("one", .completed([picture]))
        guard case .known(let done) = try await accept(job("three", fingerprint: "f")) else {
            Issue.record("ended, not delivered")
            return
        }
        #expect(done.pictures == [picture])
        try await store.markDelivered(JobID(rawValue: "one"), at: clock.now())
        #expect(try await accept(job("four", fingerprint: "f")) == .new)
    }

    @Test("Allowances and credits are counted by the day that a job was asked for on, in the commit that ends it")
    func countsPictures() async throws {
        _ = try await accept(job("one"))
        _ = try await accept(job("two"))
        #expect(try await store.deliveredPictures(of: account, onDay: clock.now().day) == 0)
        _ = try await settle("one", .completed([picture, picture]))
        _ = try await settle("two", .cancelled)
        #expect(try await store.deliveredPictures(of: account, onDay: clock.now().day) == 2)
        #expect(try await store.deliveredPictures(of: account, onDay: clock.now().day + 1) == 0)
        #expect(try await store.account(account)?.spentMillicredits == 14)
        let known = try await store.update(account, plan: "pro", dailyAllowance: 3, addedMillicredits: 100)
        #expect(known)
        let changed = try #require(try await store.account(account))
        #expect(changed.plan == "pro" && changed.dailyAllowance == 3)
        #expect(changed.grantedMillicredits == 114, "what was spent before is not owed")
    }

    @Test("A plan's changes are kept until they are taken back")
    func keepsPlanOverrides() async throws {
        let change = PlanOverride(plan: "free", settings: ["daily-allowance": "3"])
        try await store.setPlanOverride(change, at: clock.now())
        #expect(try await store.planOverrides() == [change])
        try await store.setPlanOverride(PlanOverride(plan: "free", settings: [:]), at: clock.now())
        #expect(try await store.planOverrides().isEmpty)
    }

    @Test("Ended jobs whose answer reached nobody are found after a start")
    func findsUndelivered() async throws {
        for name in ["told", "untold", "waiting"] { _ = try await accept(job(name)) }
        for name in ["told", "untold"] { _ = try await settle(name, .completed([picture])) }
        try await store.markDelivered(JobID(rawValue: "told"), at: clock.now())
        let found = try await store.undeliveredJobs(finishedAfter: clock.now().advanced(bySeconds: -1))
        #expect(found.map(\.id.rawValue) == ["untold"])
    }

    @Test("A job is settled once, whatever is tried after")
    func settlesOnce() async throws {
        _ = try await accept(job("one"))
        #expect(try await store.start(JobID(rawValue: "one"), rung: "512", loweredBecause: nil, at: clock.now()) == 1)
        #expect(try await settle("one", .completed([picture]))?.status == .completed)
        #expect(try await settle("one", .cancelled) == nil)
        #expect(try await store.start(JobID(rawValue: "one"), rung: "512", loweredBecause: nil, at: clock.now()) == nil)
        #expect(try await store.job(JobID(rawValue: "one"))?.status == .completed)
        #expect(try await store.settlements(of: [JobID(rawValue: "one")]) == [JobID(rawValue: "one"): 1])
        #expect(try await store.unfinishedJobs().isEmpty)
    }

    @Test("A thousand changes at once are all kept, the failing ones told, nothing else lost")
    func groupsCommits() async throws {
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<1_000 {
                // Every tenth names an account that does not exist.
                let owner = index % 10 == 0 ? AccountID(rawValue: "nobody") : account
                let base = job("job \(index)")
                let record = JobRecord(
                    id: base.id,
                    account: owner,
                    createdAt: base.createdAt,
                    expiresAt: base.expiresAt,
                    fingerprint: base.fingerprint,
                    idempotencyKey: nil,
                    request: "{}",
                    inputs: [],
                    rung: "512"
                )
                group.addTask {
                    (try? await store.accept(record, recently: record.createdAt)) == .new
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes == [true: 900, false: 100])
        #expect(try await store.unfinishedJobs().count == 900)
    }

    @Test("Jobs are listed newest first, page by page, each account its own")
    func lists() async throws {
        for index in 0..<5 { _ = try await accept(job("job \(index)")) }
        let first = try await store.jobs(of: account, limit: 2, after: nil).map(\.id.rawValue)
        #expect(first == ["job 4", "job 3"])
        let second = try await store.jobs(of: account, limit: 9, after: JobID(rawValue: "job 3")).map(\.id.rawValue)
        #expect(second == ["job 2", "job 1", "job 0"])
        #expect(try await store.jobs(of: AccountID(rawValue: "other"), limit: 9, after: nil).isEmpty)
    }

    @Test("Only ended jobs whose time is over are forgotten, and their files with them")
    func forgets() async throws {
        _ = try await accept(job("ended"))
        _ = try await accept(job("waiting"))
        _ = try await settle("ended", .completed([picture]))
        #expect(try await store.needed(among: ["aended", "d", "x"]) == ["aended", "d"])
        clock.advance(bySeconds: 1_000)
        #expect(try await store.forgetJobs(expiredBefore: clock.now()) == 1)
        #expect(try await store.needed(among: ["aended", "d", "awaiting"]) == ["awaiting"])
    }

    @Test("A revoked key finds no account")
    func revokes() async throws {
        var generator = SeededGenerator(seed: 1)
        let key = SecretKey(using: &generator)
        let record = KeyRecord(prefix: key.prefix, digest: key.digest, account: account, createdAt: clock.now())
        try await store.create(record)
        #expect(try await store.account(forKeyDigest: key.digest, at: clock.now())?.id == account)
        #expect(try await store.revokeKeys(prefix: key.prefix, at: clock.now()) == 1)
        #expect(try await store.account(forKeyDigest: key.digest, at: clock.now()) == nil)
        #expect(try await !store.keys().contains { $0.digest == key.text })
    }
}
