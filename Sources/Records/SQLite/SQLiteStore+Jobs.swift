internal import GRDB
public import SurgeCore

/// Jobs, from their acceptance to their end, and the files that are needed.
extension SQLiteStore {
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
