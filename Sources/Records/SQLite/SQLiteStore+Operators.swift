internal import GRDB
public import SurgeCore

/// What operators may do, and what they did.
extension SQLiteStore {
    public func hasOperator() async throws(RecordsError) -> Bool {
        try await read {
            try Int.fetchOne($0, sql: "SELECT 1 FROM accounts WHERE is_operator LIMIT 1") != nil
        }
    }

    public func setOperator(_ account: AccountID, _ isOperator: Bool) async throws(RecordsError) {
        try await committer.commit { database in
            try database.execute(
                sql: "UPDATE accounts SET is_operator = ? WHERE id = ?",
                arguments: [isOperator, account.rawValue]
            )
        }
    }

    public func append(_ entry: AuditRecord) async throws(RecordsError) -> AuditRecord {
        try await committer.commit { database in
            try database.execute(
                sql: """
                    INSERT INTO audit (at, account, name, action, target, detail, reason) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    entry.at.microseconds, entry.account.rawValue, entry.name, entry.action, entry.target,
                    try RecordText.encode(entry.detail), entry.reason,
                ]
            )
            let id = database.lastInsertedRowID
            _ = try Self.append([entry.ledgerDraft], to: database, at: entry.at)
            return AuditRecord(
                id: id,
                at: entry.at,
                account: entry.account,
                name: entry.name,
                action: entry.action,
                target: entry.target,
                detail: entry.detail,
                reason: entry.reason
            )
        }
    }

    public func audit(limit: Int) async throws(RecordsError) -> [AuditRecord] {
        try await read {
            try Row.fetchAll($0, sql: "SELECT * FROM audit ORDER BY id DESC LIMIT ?", arguments: [limit]).map { row in
                AuditRecord(
                    id: row["id"],
                    at: Instant(microseconds: row["at"]),
                    account: AccountID(rawValue: row["account"]),
                    name: row["name"],
                    action: row["action"],
                    target: row["target"],
                    detail: try RecordText.decode(row["detail"]),
                    reason: row["reason"]
                )
            }
        }
    }

    public func holds() async throws(RecordsError) -> [HoldRecord] {
        try await read {
            try Row.fetchAll($0, sql: "SELECT * FROM holds ORDER BY kind, target").compactMap { row in
                HoldRecord.Kind(rawValue: row["kind"]).map {
                    HoldRecord(kind: $0, target: row["target"], until: Instant(microseconds: row["until"]))
                }
            }
        }
    }

    public func set(_ hold: HoldRecord, at now: Instant) async throws(RecordsError) {
        try await committer.commit { database in
            guard hold.until > now else {
                return try database.execute(
                    sql: "DELETE FROM holds WHERE kind = ? AND target = ?",
                    arguments: [hold.kind.rawValue, hold.target]
                )
            }
            try database.execute(
                sql: "INSERT OR REPLACE INTO holds (kind, target, until) VALUES (?, ?, ?)",
                arguments: [hold.kind.rawValue, hold.target, hold.until.microseconds]
            )
        }
    }
}
