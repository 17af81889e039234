internal import GRDB
public import SurgeCore

/// Passkeys. Forgetting one is beside the sessions that end with it.
extension SQLiteStore {
    public func create(_ passkey: PasskeyRecord, promotingTo plan: String) async throws(RecordsError) {
        try await committer.commit { database in
            try database.execute(
                sql: "INSERT INTO passkeys (id, account, name, content, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    passkey.id, passkey.account.rawValue, passkey.name, passkey.content,
                    passkey.createdAt.microseconds,
                ]
            )
            try database.execute(
                sql: "UPDATE accounts SET plan = ?, is_guest = 0 WHERE id = ? AND is_guest",
                arguments: [plan, passkey.account.rawValue]
            )
        }
    }

    public func passkey(_ id: String) async throws(RecordsError) -> PasskeyRecord? {
        try await read {
            try Row.fetchOne($0, sql: "SELECT * FROM passkeys WHERE id = ?", arguments: [id]).map(PasskeyRecord.init)
        }
    }

    public func passkeys(of account: AccountID) async throws(RecordsError) -> [PasskeyRecord] {
        try await read {
            try Row.fetchAll(
                $0.cachedStatement(sql: "SELECT * FROM passkeys WHERE account = ? ORDER BY created_at, id"),
                arguments: [account.rawValue]
            ).map(PasskeyRecord.init)
        }
    }

    public func update(passkey id: String, content: String, at now: Instant) async throws(RecordsError) {
        try await committer.commit { database in
            try database.execute(
                sql: "UPDATE passkeys SET content = ?, used_at = ? WHERE id = ?",
                arguments: [content, now.microseconds, id]
            )
        }
    }
}

extension PasskeyRecord {
    fileprivate init(_ row: Row) {
        self.init(
            id: row["id"],
            account: AccountID(rawValue: row["account"]),
            name: row["name"],
            content: row["content"],
            createdAt: Instant(microseconds: row["created_at"])
        )
    }
}
