internal import GRDB
public import SurgeCore

/// Sums up and removes what would only grow.
extension SQLiteStore {
    /// Rows that one commit touches: the service's own changes do not wait for longer than that takes.
    private static let portion = 2_000
    private static let daySeconds = 86_400.0

    public func prune(_ retention: Retention, at now: Instant) async throws(RecordsError) -> PrunedRecords {
        var pruned = PrunedRecords()
        @Sendable func before(_ days: Double) -> Instant { now.advanced(bySeconds: -days * Self.daySeconds) }
        pruned.settlements = try await inPortions {
            try Self.sumUp(settledBefore: before(retention.settlementDays), $0)
        }
        pruned.decisions = try await inPortions { try Self.forget(decidedBefore: before(retention.decisionDays), $0) }
        pruned.keys = try await inPortions { try Self.forget(keysRevokedBefore: before(retention.revokedKeyDays), $0) }
        pruned.made = try await inPortions { try Self.forget(madeBefore: before(retention.madeDays), $0) }
        pruned.guests = try await inPortions { try Self.forget(guestsMadeBefore: before(1), $0) }
        return pruned
    }

    private func inPortions(
        _ body: @escaping @Sendable (Database) throws -> Int
    ) async throws(RecordsError) -> Int {
        var all = 0
        while true {
            let count = try await committer.commit(body)
            all += count
            guard count >= Self.portion else { return all }
        }
    }

    /// A job that is still kept keeps its own settlement, so that it can be shown to have been settled once.
    private static func sumUp(settledBefore moment: Instant, _ database: Database) throws -> Int {
        let old = """
            SELECT sequence FROM settlements WHERE day < ?1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = settlements.job)
            ORDER BY sequence LIMIT ?2
            """
        let arguments: StatementArguments = [moment.day, portion]
        try database.execute(
            sql: """
                INSERT INTO settlement_days (account, day, status, jobs, pictures, cost_device_seconds, millicredits)
                SELECT account, day, status, count(*), sum(pictures), sum(cost_device_seconds), sum(millicredits)
                FROM settlements WHERE sequence IN (\(old)) GROUP BY account, day, status
                ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs, pictures = pictures + excluded.pictures,
                    cost_device_seconds = cost_device_seconds + excluded.cost_device_seconds,
                    millicredits = millicredits + excluded.millicredits
                """,
            arguments: arguments
        )
        try database.execute(sql: "DELETE FROM settlements WHERE sequence IN (\(old))", arguments: arguments)
        return database.changesCount
    }

    /// What is held, what is taken down and what an appeal is open about stays, and a picture that was released as long as it
    /// is kept.
    private static func forget(decidedBefore moment: Instant, _ database: Database) throws -> Int {
        try database.execute(
            sql: """
                DELETE FROM decisions WHERE id IN (
                    SELECT id FROM decisions WHERE changed_at < ? AND state IN ('refused', 'released', 'overturned')
                    AND (digest IS NULL OR state <> 'released') AND NOT EXISTS (SELECT 1 FROM taken_down WHERE decision = decisions.id)
                    AND NOT EXISTS (SELECT 1 FROM appeals WHERE decision = decisions.id AND state = 'open') LIMIT ?
                )
                """,
            arguments: [moment.microseconds, portion]
        )
        return database.changesCount
    }

    /// With the sessions that were made from them: without their key nothing would say that they are over.
    private static func forget(keysRevokedBefore moment: Instant, _ database: Database) throws -> Int {
        let old = "SELECT digest FROM keys WHERE NOT is_session AND revoked_at < ?1 ORDER BY digest LIMIT ?2"
        let arguments: StatementArguments = [moment.microseconds, portion]
        try database.execute(sql: "DELETE FROM keys WHERE parent IN (\(old))", arguments: arguments)
        try database.execute(sql: "DELETE FROM keys WHERE digest IN (\(old))", arguments: arguments)
        return database.changesCount
    }

    private static func forget(madeBefore moment: Instant, _ database: Database) throws -> Int {
        try database.execute(
            sql: "DELETE FROM made WHERE digest IN (SELECT digest FROM made WHERE at < ? LIMIT ?)",
            arguments: [moment.microseconds, portion]
        )
        return database.changesCount
    }

    /// Guests that nobody can come back to and of whom nothing is kept: those whose last job outlived their last session.
    private static func forget(guestsMadeBefore moment: Instant, _ database: Database) throws -> Int {
        try database.execute(
            sql: """
                DELETE FROM accounts WHERE id IN (
                    SELECT id FROM accounts WHERE is_guest AND created_at < ?
                    AND NOT EXISTS (SELECT 1 FROM keys WHERE account = accounts.id)
                    AND NOT EXISTS (SELECT 1 FROM jobs WHERE account = accounts.id)
                    AND NOT EXISTS (SELECT 1 FROM shares WHERE account = accounts.id)
                    AND NOT EXISTS (SELECT 1 FROM passkeys WHERE account = accounts.id) LIMIT ?
                )
                """,
            arguments: [moment.microseconds, portion]
        )
        return database.changesCount
    }
}
