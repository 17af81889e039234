internal import Foundation
internal import GRDB
internal import SurgeCore

extension Account {
    init(_ row: Row) {
        self.init(
            id: AccountID(rawValue: row["id"]),
            name: row["name"],
            plan: row["plan"],
            createdAt: Instant(microseconds: row["created_at"])
        )
        dailyAllowance = row["daily_allowance"]
        grantedMillicredits = row["granted_millicredits"]
        spentMillicredits = row["spent_millicredits"]
        isGuest = row["is_guest"]
        isOperator = row["is_operator"]
    }

    func insert(into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO accounts (id, name, plan, created_at, daily_allowance, is_guest, is_operator)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [id.rawValue, name, plan, createdAt.microseconds, dailyAllowance, isGuest, isOperator]
        )
    }
}

extension KeyRecord {
    init(_ row: Row) {
        self.init(
            prefix: row["prefix"],
            digest: row["digest"],
            account: AccountID(rawValue: row["account"]),
            createdAt: Instant(microseconds: row["created_at"]),
            revokedAt: Instant(optional: row["revoked_at"]),
            session: Instant(optional: row["expires_at"]).map { Session(expiresAt: $0, parent: row["parent"]) }
        )
    }

    func insert(into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO keys (digest, prefix, account, created_at, is_session, expires_at, parent)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                digest, prefix, account.rawValue, createdAt.microseconds, session != nil,
                session?.expiresAt.microseconds, session?.parent,
            ]
        )
    }
}

extension JobRecord {
    init(_ row: Row, inputs: [String]) throws {
        self.init(
            id: JobID(rawValue: row["id"]),
            account: AccountID(rawValue: row["account"]),
            createdAt: Instant(microseconds: row["created_at"]),
            expiresAt: Instant(microseconds: row["expires_at"]),
            fingerprint: row["fingerprint"],
            idempotencyKey: row["idempotency_key"],
            request: row["request"],
            inputs: inputs,
            rung: row["rung"],
            taskCount: row["task_count"],
            deadline: Instant(optional: row["deadline"])
        )
        guard let status = JobStatus(rawValue: row["status"]) else {
            throw RecordsError.database(reason: "job \(id) has the unknown status '\(row["status"] as String)'")
        }
        self.status = status
        startedAt = Instant(optional: row["started_at"])
        finishedAt = Instant(optional: row["finished_at"])
        deliveredAt = Instant(optional: row["delivered_at"])
        attempts = row["attempts"]
        givenRung = row["given_rung"]
        loweredBecause = row["lowered_because"]
        pictures = try JSONDecoder().decode([PictureRecord].self, from: Data((row["pictures"] as String).utf8))
        failure = try (row["failure"] as String?).map {
            try JSONDecoder().decode(FailureRecord.self, from: Data($0.utf8))
        }
    }

    /// Writes a new job, with the files that it needs.
    func insert(into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO jobs (id, account, created_at, fingerprint, idempotency_key, request, rung, status, expires_at,
                    task_count, deadline)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                id.rawValue, account.rawValue, createdAt.microseconds, fingerprint, idempotencyKey, request, rung,
                status.rawValue, expiresAt.microseconds, taskCount, deadline?.microseconds,
            ]
        )
        try insertFiles(inputs, areInputs: true, into: database)
    }

    /// Writes what may change when a job ends.
    func update(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE jobs SET status = ?, finished_at = ?, expires_at = ?, pictures = ?, failure = ? WHERE id = ?
                """
        ).execute(
            arguments: [
                status.rawValue, finishedAt?.microseconds, expiresAt.microseconds, try Self.text(pictures),
                try failure.map(Self.text), id.rawValue,
            ]
        )
        try insertFiles(pictures.map(\.digest), areInputs: false, into: database)
    }

    /// Notes that its pictures were made here. Two jobs may make the same file: the first of them counts.
    func noteMade(by model: String, in database: Database) throws {
        for picture in pictures {
            try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO made (digest, model, is_edit, at, mark) VALUES (?, ?, ?, ?, ?)"
            ).execute(
                arguments: [
                    picture.digest, model, !inputs.isEmpty, (finishedAt ?? createdAt).microseconds,
                    picture.mark.map { Int64(bitPattern: $0) },
                ]
            )
        }
    }

    private func insertFiles(_ digests: [String], areInputs: Bool, into database: Database) throws {
        for (position, digest) in digests.enumerated() {
            try database.cachedStatement(
                sql: "INSERT INTO job_files (job, digest, is_input, position) VALUES (?, ?, ?, ?)"
            ).execute(
                arguments: [id.rawValue, digest, areInputs, position]
            )
        }
    }

    private static func text(_ value: some Encodable) throws -> String { try RecordText.encode(value) }
}

extension Instant {
    init?(optional microseconds: Int64?) {
        guard let microseconds else { return nil }
        self.init(microseconds: microseconds)
    }
}
