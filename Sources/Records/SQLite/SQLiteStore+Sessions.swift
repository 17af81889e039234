internal import Foundation
internal import GRDB
public import SurgeCore

/// Whose keys and sessions are valid, and ending them.
extension SQLiteStore {
    public func revokeKey(digest: String, at now: Instant) async throws(RecordsError) {
        try await committer.commit { database in
            try database.execute(
                sql: """
                    UPDATE keys SET revoked_at = ?1, expires_at = CASE WHEN is_session THEN ?1 ELSE expires_at END
                    WHERE digest = ?2 AND revoked_at IS NULL
                    """,
                arguments: [now.microseconds, digest]
            )
        }
    }

    public func forgetSessions(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            let accounts = try String.fetchAll(
                database,
                sql: "DELETE FROM keys WHERE is_session AND expires_at < ? RETURNING account",
                arguments: [now.microseconds]
            )
            // Nobody can come back to a guest's account without its session.
            for account in Set(accounts) {
                try database.cachedStatement(
                    sql: """
                        DELETE FROM accounts WHERE id = ?1 AND is_guest
                        AND NOT EXISTS (SELECT 1 FROM keys WHERE account = ?1)
                        AND NOT EXISTS (SELECT 1 FROM jobs WHERE account = ?1)
                        AND NOT EXISTS (SELECT 1 FROM shares WHERE account = ?1)
                        """
                ).execute(arguments: [account])
            }
            return accounts.count
        }
    }

    public func holders(
        ofKeyDigests digests: Set<String>,
        at now: Instant
    ) async throws(RecordsError) -> [String: Account] {
        let list = String(decoding: (try? JSONEncoder().encode(digests.sorted())) ?? Data("[]".utf8), as: UTF8.self)
        return try await read { database in
            let rows = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT keys.digest AS credential, accounts.* FROM json_each(?1) AS wanted
                        JOIN keys ON keys.digest = wanted.value JOIN accounts ON accounts.id = keys.account
                        LEFT JOIN keys AS parents ON parents.digest = keys.parent
                        WHERE keys.revoked_at IS NULL AND parents.revoked_at IS NULL
                        AND (keys.expires_at IS NULL OR keys.expires_at > ?2)
                        """
                ),
                arguments: [list, now.microseconds]
            )
            return Dictionary(rows.map { ($0["credential"], Account($0)) }) { first, _ in first }
        }
    }

    public func endSessions(
        of account: AccountID,
        except digest: String?,
        at now: Instant
    ) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            try Self.endSessions("account = ?2 AND digest IS NOT ?3", [account.rawValue, digest], database, at: now)
        }
    }

    /// - Parameter condition: a constant, with its arguments from the second on.
    static func endSessions(
        _ condition: String,
        _ arguments: StatementArguments,
        _ database: Database,
        at now: Instant
    ) throws -> Int {
        try database.execute(
            sql: """
                UPDATE keys SET revoked_at = ?1, expires_at = min(expires_at, ?1)
                WHERE is_session AND revoked_at IS NULL AND \(condition)
                """,
            arguments: [now.microseconds] + arguments
        )
        return database.changesCount
    }

    /// Whether what opens a session is still there: it may have gone while the session was being made.
    static func canOpen(_ key: KeyRecord, _ database: Database) throws -> Bool {
        guard let session = key.session, let parent = session.parent else { return true }
        return try Bool.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM keys WHERE digest = ? AND revoked_at IS NULL)
                    OR EXISTS (SELECT 1 FROM passkeys WHERE id = ?)
                    """
            ),
            arguments: [parent, session.passkey]
        ) ?? false
    }

    public func isEstablished(_ account: AccountID, since moment: Instant) async throws(RecordsError) -> Bool {
        try await read { database in
            try Bool.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM keys WHERE account = ?1 AND NOT is_session AND revoked_at IS NULL)
                        OR EXISTS (SELECT 1 FROM passkeys WHERE account = ?1 AND created_at <= ?2)
                        """
                ),
                arguments: [account.rawValue, moment.microseconds]
            ) ?? false
        }
    }

    public func forget(
        passkey id: String,
        of account: AccountID,
        askedBy credential: String?,
        at now: Instant
    ) async throws(RecordsError) -> PasskeyRemoval {
        let parent = KeyRecord.Session.parent(passkey: id)
        return try await committer.commit { database in
            let isKnown = try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT 1 FROM passkeys WHERE id = ? AND account = ?)",
                arguments: [id, account.rawValue]
            )
            guard isKnown == true else { return .unknown }
            let endsOwnSession =
                try Bool.fetchOne(
                    database,
                    sql: "SELECT EXISTS (SELECT 1 FROM keys WHERE digest = ? AND account = ? AND parent = ?)",
                    arguments: [credential, account.rawValue, parent]
                ) ?? false
            let hasOtherWays =
                try Bool.fetchOne(
                    database,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM passkeys WHERE account = ?1 AND id <> ?2)
                        OR EXISTS (SELECT 1 FROM keys WHERE account = ?1 AND NOT is_session AND revoked_at IS NULL)
                        """,
                    arguments: [account.rawValue, id]
                ) ?? false
            if endsOwnSession, !hasOtherWays { return .onlyWayIn }
            try database.execute(sql: "DELETE FROM passkeys WHERE id = ?", arguments: [id])
            _ = try Self.endSessions(
                "account = ?2 AND parent = ?3",
                [account.rawValue, parent],
                database,
                at: now
            )
            return .forgotten(endsOwnSession: endsOwnSession)
        }
    }
}
