internal import Foundation
internal import GRDB
public import SurgeCore

/// Records in one SQLite file: write-ahead log, every commit synced to the disk, many changes to a commit.
public final class SQLiteStore: RecordStore {
    let pool: DatabasePool
    let committer: GroupCommitter
    let checkpointer: WALCheckpointer
    private let place: DatabasePlace

    /// Opens or makes the database, and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - lockSeconds: how long a change waits for another process that writes.
    ///   - mayChangeTables: asked only when the tables are not up to date; false where another process uses them as they
    ///     are.
    /// - Throws: ``RecordsError/cannotOpen(path:reason:)``, ``RecordsError/tooNew(path:)``,
    ///   ``RecordsError/inUseByOlder(path:)``.
    public init(
        path: String,
        lockSeconds: Double = 5,
        mayChangeTables: () throws -> Bool = { true }
    ) throws(RecordsError) {
        var configuration = Configuration()
        // The command line works on the same file while the server runs.
        configuration.busyMode = .timeout(lockSeconds)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // The log is copied back beside the commits, see `WALCheckpointer`. Should that fall behind, a commit does it:
            // at 64 MiB.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 16384")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            let migrator = SQLiteSchema.migrator
            if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw RecordsError.tooNew(path: path) }
            if try !pool.read({ try migrator.hasCompletedMigrations($0) }) {
                guard try mayChangeTables() else { throw RecordsError.inUseByOlder(path: path) }
                try migrator.migrate(pool)
            }
        } catch let error as RecordsError {
            throw error
        } catch {
            throw .cannotOpen(path: path, reason: "\(error)")
        }
        checkpointer = WALCheckpointer(path: path)
        place = DatabasePlace(path: path)
        committer = GroupCommitter(writer: pool, place: place, checkpointer: checkpointer)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(RecordsError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw RecordsError(error)
        }
    }

    public func check() async throws(RecordsError) {
        // The number means nothing (https://www.sqlite.org/pragma.html#pragma_user_version); that it changes makes the
        // commit a real one.
        try await committer.commit { database in
            let number = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            try database.execute(sql: "PRAGMA user_version = \((number &+ 1) & 0xFFFF)")
        }
    }

    public var isInPlace: Bool { (try? place.check()) != nil }

    // MARK: Accounts and keys

    public func create(_ account: Account) async throws(RecordsError) {
        try await committer.commit { try account.insert(into: $0) }
    }

    public func create(_ accounts: [(Account, KeyRecord)]) async throws(RecordsError) {
        try await committer.commit { database in
            for (account, key) in accounts {
                try account.insert(into: database)
                try key.insert(into: database)
            }
        }
    }

    public func account(_ id: AccountID) async throws(RecordsError) -> Account? {
        try await read {
            try Row.fetchOne($0, sql: "SELECT * FROM accounts WHERE id = ?", arguments: [id.rawValue]).map(Account.init)
        }
    }

    public func update(
        _ account: AccountID,
        plan: String,
        dailyAllowance: Int?,
        addedMillicredits: Int?
    ) async throws(RecordsError) -> Bool {
        try await committer.commit { database in
            try database.execute(
                sql: """
                    UPDATE accounts SET plan = ?1, daily_allowance = ?2,
                        granted_millicredits = CASE WHEN ?3 IS NULL THEN granted_millicredits
                            ELSE coalesce(granted_millicredits, spent_millicredits) + ?3 END
                    WHERE id = ?4
                    """,
                arguments: [plan, dailyAllowance, addedMillicredits, account.rawValue]
            )
            return database.changesCount > 0
        }
    }

    public func deliveredPictures(of account: AccountID, onDay day: Int) async throws(RecordsError) -> Int {
        try await read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT coalesce(sum(pictures), 0) FROM (
                        SELECT pictures FROM settlements WHERE account = ?1 AND day = ?2 AND status = 'completed'
                        UNION ALL
                        SELECT pictures FROM settlement_days WHERE account = ?1 AND day = ?2 AND status = 'completed'
                    )
                    """,
                arguments: [account.rawValue, day]
            ) ?? 0
        }
    }

    // MARK: Plans

    public func planOverrides() async throws(RecordsError) -> [PlanOverride] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT plan, settings FROM plan_overrides ORDER BY plan").map { row in
                let text = Data((row["settings"] as String).utf8)
                return PlanOverride(
                    plan: row["plan"],
                    settings: try JSONDecoder().decode([String: String].self, from: text)
                )
            }
        }
    }

    public func setPlanOverride(_ override: PlanOverride, at now: Instant) async throws(RecordsError) {
        let text = (try? JSONEncoder().encode(override.settings)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        try await committer.commit { database in
            guard !override.settings.isEmpty else {
                return try database.execute(
                    sql: "DELETE FROM plan_overrides WHERE plan = ?",
                    arguments: [override.plan]
                )
            }
            try database.execute(
                sql: "INSERT OR REPLACE INTO plan_overrides (plan, settings, changed_at) VALUES (?, ?, ?)",
                arguments: [override.plan, text, now.microseconds]
            )
        }
    }

    // MARK: Keys

    public func accounts() async throws(RecordsError) -> [Account] {
        try await read { try Row.fetchAll($0, sql: "SELECT * FROM accounts ORDER BY created_at, id").map(Account.init) }
    }

    @discardableResult
    public func create(_ key: KeyRecord) async throws(RecordsError) -> Bool {
        try await committer.commit { database in
            guard try Self.canOpen(key, database) else { return false }
            try key.insert(into: database)
            return true
        }
    }

    public func keys() async throws(RecordsError) -> [KeyRecord] {
        try await read {
            try Row.fetchAll($0, sql: "SELECT * FROM keys WHERE NOT is_session ORDER BY created_at, prefix")
                .map(KeyRecord.init)
        }
    }

    public func account(forKeyDigest digest: String, at now: Instant) async throws(RecordsError) -> Account? {
        try await read { database in
            try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT accounts.* FROM keys JOIN accounts ON accounts.id = keys.account
                        LEFT JOIN keys AS parents ON parents.digest = keys.parent
                        WHERE keys.digest = ?1 AND keys.revoked_at IS NULL AND parents.revoked_at IS NULL
                        AND (keys.expires_at IS NULL OR keys.expires_at > ?2)
                        """
                ),
                arguments: [digest, now.microseconds]
            ).map(Account.init)
        }
    }

    public func revokeKeys(prefix: String, at now: Instant) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            try database.execute(
                sql: "UPDATE keys SET revoked_at = ? WHERE prefix = ? AND revoked_at IS NULL AND NOT is_session",
                arguments: [now.microseconds, prefix]
            )
            return database.changesCount
        }
    }

    // MARK: Jobs

    public func accept(_ job: JobRecord, recently: Instant?) async throws(RecordsError) -> Acceptance {
        try await committer.commit { database in
            if let key = job.idempotencyKey {
                if let known = try Self.job(
                    database,
                    "account = ? AND idempotency_key = ?",
                    [job.account.rawValue, key]
                ) {
                    return known.fingerprint == job.fingerprint ? .known(known) : .keyReused
                }
            } else if let recently,
                let known = try Self.job(
                    database,
                    """
                    account = ? AND fingerprint = ? AND (status IN ('queued', 'running')
                        OR (status IN ('completed', 'failed') AND delivered_at IS NULL AND finished_at > ?))
                    """,
                    [job.account.rawValue, job.fingerprint, recently.microseconds]
                )
            {
                return .known(known)
            }
            try job.insert(into: database)
            _ = try Self.append(job.notes, to: database, at: job.createdAt)
            return .new
        }
    }

    public func start(
        _ job: JobID,
        rung: String,
        loweredBecause reason: String?,
        at now: Instant
    ) async throws(RecordsError) -> Int? {
        try await committer.commit { database in
            try Int.fetchOne(
                database.cachedStatement(
                    sql: """
                        UPDATE jobs SET status = 'running', started_at = coalesce(started_at, ?), attempts = attempts + 1,
                            given_rung = ?, lowered_because = ?
                        WHERE id = ? AND status IN ('queued', 'running') RETURNING attempts
                        """
                ),
                arguments: [now.microseconds, rung, reason, job.rawValue]
            )
        }
    }

    public func settle(
        _ id: JobID,
        _ outcome: JobOutcome,
        _ settlement: Settlement,
        at now: Instant,
        expiresAt: Instant
    ) async throws(RecordsError) -> JobRecord? {
        try await committer.commit { database in
            guard var job = try Self.job(database, "id = ? AND status IN ('queued', 'running')", [id.rawValue]) else {
                return nil
            }
            job.apply(outcome)
            job.finishedAt = now
            job.expiresAt = expiresAt
            try job.update(database)
            try job.noteMade(by: settlement.model, in: database)
            try database.cachedStatement(
                sql: """
                    INSERT INTO settlements (job, account, status, pictures, cost_device_seconds, at, millicredits, day)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    id.rawValue, job.account.rawValue, job.status.rawValue, job.pictures.count,
                    settlement.deviceSeconds, now.microseconds, settlement.millicredits,
                    settlement.day ?? job.createdAt.day,
                ]
            )
            if settlement.millicredits > 0 {
                try database.execute(
                    sql: "UPDATE accounts SET spent_millicredits = spent_millicredits + ? WHERE id = ?",
                    arguments: [settlement.millicredits, job.account.rawValue]
                )
            }
            return job
        }
    }

    public func markDelivered(_ job: JobID, at now: Instant) async throws(RecordsError) {
        try await committer.commit { database in
            try database.cachedStatement(
                sql: "UPDATE jobs SET delivered_at = ? WHERE id = ? AND delivered_at IS NULL"
            ).execute(
                arguments: [now.microseconds, job.rawValue]
            )
        }
    }

    public func job(_ id: JobID) async throws(RecordsError) -> JobRecord? {
        try await read { try Self.job($0, "id = ?", [id.rawValue]) }
    }

    public func job(of account: AccountID, idempotencyKey: String) async throws(RecordsError) -> JobRecord? {
        try await read {
            try Self.job($0, "account = ? AND idempotency_key = ?", [account.rawValue, idempotencyKey])
        }
    }

    public func undeliveredJobs(finishedAfter moment: Instant) async throws(RecordsError) -> [UndeliveredJob] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, account, fingerprint, finished_at FROM jobs
                    WHERE status IN ('completed', 'failed') AND delivered_at IS NULL AND idempotency_key IS NULL
                    AND finished_at > ? ORDER BY sequence
                    """,
                arguments: [moment.microseconds]
            ).map { row in
                UndeliveredJob(
                    id: JobID(rawValue: row["id"]),
                    account: AccountID(rawValue: row["account"]),
                    fingerprint: row["fingerprint"],
                    finishedAt: Instant(microseconds: row["finished_at"])
                )
            }
        }
    }

    public func completedJobs(
        of account: AccountID,
        limit: Int,
        after: JobID?
    ) async throws(RecordsError) -> [JobRecord] {
        try await read { database in
            try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT * FROM jobs WHERE account = ?1 AND status = 'completed'
                        AND (?2 IS NULL OR sequence < (SELECT sequence FROM jobs WHERE id = ?2))
                        ORDER BY sequence DESC LIMIT ?3
                        """
                ),
                arguments: [account.rawValue, after?.rawValue, limit]
            ).map { try JobRecord($0, inputs: Self.inputs(database, $0["id"])) }
        }
    }

    public func jobs(
        of account: AccountID,
        finishedAfter moment: Instant,
        limit: Int
    ) async throws(RecordsError) -> [JobRecord] {
        try await read { database in
            try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT * FROM jobs WHERE account = ?1 AND finished_at > ?2 ORDER BY finished_at LIMIT ?3
                        """
                ),
                arguments: [account.rawValue, moment.microseconds, limit]
            ).map { try JobRecord($0, inputs: Self.inputs(database, $0["id"])) }
        }
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
                if try Self.isNeeded(digest, database) { needed.insert(digest) }
            }
            return needed
        }
    }

    /// Every file that is needed, by its digest: of jobs, of shares, and what is held back or was released.
    static let neededFiles = """
        SELECT digest FROM job_files UNION ALL SELECT digest FROM shares
        UNION ALL SELECT digest FROM decisions WHERE digest IS NOT NULL AND state IN ('held', 'released')
        """

    private static func isNeeded(_ digest: String, _ database: Database) throws -> Bool {
        try Int.fetchOne(
            database.cachedStatement(sql: "SELECT 1 FROM (\(neededFiles)) WHERE digest = ? LIMIT 1"),
            arguments: [digest]
        ) != nil
    }

    private static func job(
        _ database: Database,
        _ condition: String,
        _ arguments: StatementArguments
    ) throws -> JobRecord? {
        try Row.fetchOne(
            // The conditions are a handful of constants.
            database.cachedStatement(sql: "SELECT * FROM jobs WHERE \(condition) ORDER BY sequence DESC LIMIT 1"),
            arguments: arguments
        ).map { try JobRecord($0, inputs: inputs(database, $0["id"])) }
    }

    private static func inputs(_ database: Database, _ job: String) throws -> [String] {
        try String.fetchAll(
            database.cachedStatement(
                sql: "SELECT digest FROM job_files WHERE job = ? AND is_input = 1 ORDER BY position"
            ),
            arguments: [job]
        )
    }
}
