internal import Foundation
internal import GRDB
public import SurgeCore

/// Records in one SQLite file: write-ahead log, every commit synced to the disk, many changes to a commit.
public final class SQLiteStore: RecordStore {
    private let pool: DatabasePool
    private let committer: GroupCommitter

    /// Opens or makes the database, and brings its tables up to date.
    ///
    /// - Throws: ``RecordsError/cannotOpen(path:reason:)``, ``RecordsError/tooNew(path:)``.
    public init(path: String) throws(RecordsError) {
        var configuration = Configuration()
        // The command line works on the same file while the server runs.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in try database.execute(sql: "PRAGMA synchronous = FULL") }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            let migrator = SQLiteSchema.migrator
            if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw RecordsError.tooNew(path: path) }
            try migrator.migrate(pool)
        } catch let error as RecordsError {
            throw error
        } catch {
            throw .cannotOpen(path: path, reason: "\(error)")
        }
        committer = GroupCommitter(writer: pool)
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(RecordsError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw RecordsError(error)
        }
    }

    public func check() async throws(RecordsError) {
        _ = try await read { try Int.fetchOne($0, sql: "SELECT 1") }
    }

    // MARK: Accounts and keys

    public func create(_ account: Account) async throws(RecordsError) {
        try await committer.commit { database in
            try database.execute(
                sql: "INSERT INTO accounts (id, name, plan, created_at) VALUES (?, ?, ?, ?)",
                arguments: [account.id.rawValue, account.name, account.plan, account.createdAt.microseconds]
            )
        }
    }

    public func accounts() async throws(RecordsError) -> [Account] {
        try await read { try Row.fetchAll($0, sql: "SELECT * FROM accounts ORDER BY created_at, id").map(Account.init) }
    }

    public func create(_ key: KeyRecord) async throws(RecordsError) {
        try await committer.commit { database in
            try database.execute(
                sql: "INSERT INTO keys (digest, prefix, account, created_at) VALUES (?, ?, ?, ?)",
                arguments: [key.digest, key.prefix, key.account.rawValue, key.createdAt.microseconds]
            )
        }
    }

    public func keys() async throws(RecordsError) -> [KeyRecord] {
        try await read {
            try Row.fetchAll($0, sql: "SELECT * FROM keys ORDER BY created_at, prefix").map(KeyRecord.init)
        }
    }

    public func account(forKeyDigest digest: String) async throws(RecordsError) -> Account? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT accounts.* FROM keys JOIN accounts ON accounts.id = keys.account
                    WHERE digest = ? AND revoked_at IS NULL
                    """,
                arguments: [digest]
            ).map(Account.init)
        }
    }

    public func revokeKeys(prefix: String, at now: Instant) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            try database.execute(
                sql: "UPDATE keys SET revoked_at = ? WHERE prefix = ? AND revoked_at IS NULL",
                arguments: [now.microseconds, prefix]
            )
            return database.changesCount
        }
    }

    // MARK: Jobs

    public func accept(
        _ job: JobRecord,
        recently: Instant,
        mayBeNew: Bool
    ) async throws(RecordsError) -> Acceptance {
        try await committer.commit { database in
            if let key = job.idempotencyKey {
                if let known = try Self.job(
                    database,
                    "account = ? AND idempotency_key = ?",
                    [job.account.rawValue, key]
                ) {
                    return known.fingerprint == job.fingerprint ? .known(known) : .keyReused
                }
            } else if let known = try Self.job(
                database,
                """
                account = ? AND fingerprint = ? AND (status IN ('queued', 'running')
                    OR (status IN ('completed', 'failed') AND delivered_at IS NULL AND finished_at > ?))
                """,
                [job.account.rawValue, job.fingerprint, recently.microseconds]
            ) {
                return .known(known)
            }
            guard mayBeNew else { return .noRoom }
            try job.insert(into: database)
            return .new
        }
    }

    public func start(_ job: JobID, at now: Instant) async throws(RecordsError) -> Int? {
        try await committer.commit { database in
            try Int.fetchOne(
                database,
                sql: """
                    UPDATE jobs SET status = 'running', started_at = coalesce(started_at, ?), attempts = attempts + 1
                    WHERE id = ? AND status IN ('queued', 'running') RETURNING attempts
                    """,
                arguments: [now.microseconds, job.rawValue]
            )
        }
    }

    public func settle(
        _ id: JobID,
        _ outcome: JobOutcome,
        at now: Instant,
        expiresAt: Instant
    ) async throws(RecordsError) -> JobRecord? {
        try await committer.commit { database in
            guard var job = try Self.job(database, "id = ? AND status IN ('queued', 'running')", [id.rawValue]) else {
                return nil
            }
            let cost = job.apply(outcome)
            job.finishedAt = now
            job.expiresAt = expiresAt
            try job.update(database)
            try database.execute(
                sql: """
                    INSERT INTO settlements (job, account, status, pictures, cost_device_seconds, at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id.rawValue, job.account.rawValue, job.status.rawValue, job.pictures.count, cost, now.microseconds,
                ]
            )
            return job
        }
    }

    public func markDelivered(_ job: JobID, at now: Instant) async throws(RecordsError) {
        try await committer.commit { database in
            try database.execute(
                sql: "UPDATE jobs SET delivered_at = ? WHERE id = ? AND delivered_at IS NULL",
                arguments: [now.microseconds, job.rawValue]
            )
        }
    }

    public func job(_ id: JobID) async throws(RecordsError) -> JobRecord? {
        try await read { try Self.job($0, "id = ?", [id.rawValue]) }
    }

    public func jobs(of account: AccountID?, limit: Int, after: JobID?) async throws(RecordsError) -> [JobRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM jobs
                    WHERE (?1 IS NULL OR account = ?1)
                    AND (?2 IS NULL OR sequence < (SELECT sequence FROM jobs WHERE id = ?2))
                    ORDER BY sequence DESC LIMIT ?3
                    """,
                arguments: [account?.rawValue, after?.rawValue, limit]
            ).map { try JobRecord($0, inputs: Self.inputs(database, $0["id"])) }
        }
    }

    public func unfinishedJobs() async throws(RecordsError) -> [JobRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM jobs WHERE status IN ('queued', 'running') ORDER BY sequence"
            ).map { try JobRecord($0, inputs: Self.inputs(database, $0["id"])) }
        }
    }

    public func settlements(of jobs: [JobID]) async throws(RecordsError) -> [JobID: Int] {
        try await read { database in
            var counts: [JobID: Int] = [:]
            for job in jobs {
                counts[job] = try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM settlements WHERE job = ?",
                    arguments: [job.rawValue]
                )
            }
            return counts
        }
    }

    public func forgetJobs(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            try database.execute(
                sql: "DELETE FROM jobs WHERE finished_at IS NOT NULL AND expires_at < ?",
                arguments: [now.microseconds]
            )
            return database.changesCount
        }
    }

    public func needed(among digests: [String]) async throws(RecordsError) -> Set<String> {
        try await read { database in
            var needed: Set<String> = []
            for digest in digests {
                let sql = "SELECT 1 FROM job_files WHERE digest = ? LIMIT 1"
                if try Int.fetchOne(database, sql: sql, arguments: [digest]) != nil { needed.insert(digest) }
            }
            return needed
        }
    }

    private static func job(
        _ database: Database,
        _ condition: String,
        _ arguments: StatementArguments
    ) throws -> JobRecord? {
        try Row.fetchOne(
            database,
            sql: "SELECT * FROM jobs WHERE \(condition) ORDER BY sequence DESC LIMIT 1",
            arguments: arguments
        ).map { try JobRecord($0, inputs: inputs(database, $0["id"])) }
    }

    private static func inputs(_ database: Database, _ job: String) throws -> [String] {
        try String.fetchAll(
            database,
            sql: "SELECT digest FROM job_files WHERE job = ? AND is_input = 1 ORDER BY position",
            arguments: [job]
        )
    }
}
