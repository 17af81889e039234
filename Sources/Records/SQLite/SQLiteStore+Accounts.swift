internal import Foundation
internal import GRDB
public import SurgeCore

/// Accounts, what changes plans, and keys.
extension SQLiteStore {
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
}
