internal import GRDB
public import SurgeCore

/// Shares.
extension SQLiteStore {
    public func create(_ share: ShareRecord) async throws(RecordsError) {
        try await committer.commit { database in
            try database.execute(
                sql: """
                    INSERT INTO shares (id, account, job, task, picture, digest, model, words, created_at, expires_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    share.id, share.account.rawValue, share.job.rawValue, share.task,
                    try RecordText.encode(share.picture), share.picture.digest, share.model, share.words,
                    share.createdAt.microseconds, share.expiresAt.microseconds,
                ]
            )
        }
    }

    public func share(_ id: String, at now: Instant) async throws(RecordsError) -> ShareRecord? {
        try await read {
            try Row.fetchOne(
                $0.cachedStatement(sql: "SELECT * FROM shares WHERE id = ? AND expires_at > ?"),
                arguments: [id, now.microseconds]
            ).map(ShareRecord.init)
        }
    }

    public func shares(of account: AccountID, at now: Instant) async throws(RecordsError) -> [ShareRecord] {
        try await read {
            try Row.fetchAll(
                $0,
                sql: "SELECT * FROM shares WHERE account = ? AND expires_at > ? ORDER BY created_at DESC, id",
                arguments: [account.rawValue, now.microseconds]
            ).map(ShareRecord.init)
        }
    }

    public func forget(share id: String, of account: AccountID) async throws(RecordsError) -> ShareRecord? {
        try await committer.commit { database in
            try Row.fetchOne(
                database,
                sql: "DELETE FROM shares WHERE id = ? AND account = ? RETURNING *",
                arguments: [id, account.rawValue]
            ).map(ShareRecord.init)
        }
    }

    public func forgetShares(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            try database.execute(sql: "DELETE FROM shares WHERE expires_at < ?", arguments: [now.microseconds])
            return database.changesCount
        }
    }
}

extension ShareRecord {
    init(_ row: Row) throws {
        self.init(
            id: row["id"],
            account: AccountID(rawValue: row["account"]),
            job: JobID(rawValue: row["job"]),
            task: row["task"],
            picture: try RecordText.decode(row["picture"]),
            model: row["model"],
            words: row["words"],
            createdAt: Instant(microseconds: row["created_at"]),
            expiresAt: Instant(microseconds: row["expires_at"])
        )
    }
}
