internal import GRDB
public import SurgeCore

/// Sessions, passkeys, shares, and leaving.
extension SQLiteStore {
    // MARK: Sessions

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

    // MARK: Leaving

    public func forget(_ job: JobID, of account: AccountID) async throws(RecordsError) -> [String]? {
        try await committer.commit { database in
            let files = try String.fetchAll(
                database,
                sql: """
                    SELECT digest FROM job_files JOIN jobs ON jobs.id = job_files.job
                    WHERE jobs.id = ?1 AND jobs.account = ?2 AND jobs.finished_at IS NOT NULL
                    """,
                arguments: [job.rawValue, account.rawValue]
            )
            try database.execute(
                sql: "DELETE FROM jobs WHERE id = ? AND account = ? AND finished_at IS NOT NULL",
                arguments: [job.rawValue, account.rawValue]
            )
            guard database.changesCount > 0 else { return nil }
            try database.execute(sql: "DELETE FROM shares WHERE job = ?", arguments: [job.rawValue])
            return files
        }
    }

    public func forget(_ account: AccountID) async throws(RecordsError) -> ForgottenAccount {
        let forgotten = try await delete(account)
        // What was deleted is still in the log.
        await checkpointer.empty()
        return forgotten
    }

    private func delete(_ account: AccountID) async throws(RecordsError) -> ForgottenAccount {
        try await committer.commit { database in
            let own: StatementArguments = [account.rawValue]
            func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql, arguments: own) ?? 0 }
            let forgotten = ForgottenAccount(
                jobs: try count("SELECT count(*) FROM jobs WHERE account = ?"),
                pictures: try count(
                    "SELECT count(*) FROM job_files JOIN jobs ON jobs.id = job WHERE account = ? AND NOT is_input"
                ),
                shares: try count("SELECT count(*) FROM shares WHERE account = ?"),
                files: try String.fetchAll(
                    database,
                    sql: """
                        SELECT digest FROM job_files JOIN jobs ON jobs.id = job WHERE account = ?1
                        UNION SELECT digest FROM shares WHERE account = ?1
                        """,
                    arguments: own
                ),
                inputs: try String.fetchSet(
                    database,
                    sql: "SELECT digest FROM job_files JOIN jobs ON jobs.id = job WHERE account = ? AND is_input",
                    arguments: own
                )
            )
            // What was decided stays, without whose it was and without their words.
            for table in ["decision_texts", "appeals"] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE decision IN (SELECT id FROM decisions WHERE account = ?)",
                    arguments: own
                )
            }
            try database.execute(sql: "UPDATE decisions SET account = NULL WHERE account = ?", arguments: own)
            for table in ["shares", "jobs", "passkeys", "keys"] {
                // The names are the four above.
                try database.execute(sql: "DELETE FROM \(table) WHERE account = ?", arguments: own)
            }
            try database.execute(sql: "DELETE FROM accounts WHERE id = ?", arguments: own)
            return forgotten
        }
    }

    // MARK: Passkeys

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

    // MARK: Shares

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

    // MARK: Where pictures come from

    public func made(_ digest: String) async throws(RecordsError) -> MadeRecord? {
        try await read {
            try Row.fetchOne($0, sql: "SELECT * FROM made WHERE digest = ?", arguments: [digest]).map(MadeRecord.init)
        }
    }

    public func made(mark: UInt64) async throws(RecordsError) -> [MadeRecord] {
        try await read {
            try Row.fetchAll(
                $0,
                sql: "SELECT * FROM made WHERE mark = ? ORDER BY at, digest LIMIT 1000",
                arguments: [Int64(bitPattern: mark)]
            ).map(MadeRecord.init)
        }
    }

    /// Whether any picture was made here that carries a watermark.
    public func hasMarkedPictures() async throws(RecordsError) -> Bool {
        try await read {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM made WHERE mark IS NOT NULL)") ?? false
        }
    }
}

extension MadeRecord {
    fileprivate init(_ row: Row) {
        self.init(
            digest: row["digest"],
            model: row["model"],
            isEdit: row["is_edit"],
            at: Instant(microseconds: row["at"]),
            mark: (row["mark"] as Int64?).map { UInt64(bitPattern: $0) }
        )
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
