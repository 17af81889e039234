import Records
import SurgeCore
import TestKit
import Testing

/// What only SQLite can do; `RecordStoreContractTests` has what every store does.
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

    @Test("A job comes back as it was kept, also from another process")
    func keepsJobs() async throws {
        let record = job("one", key: "key")
        #expect(try await accept(record) == .new)
        #expect(try await store.job(record.id) == record)
        let other = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        #expect(try await other.unfinishedJobs() == [record])
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
}
