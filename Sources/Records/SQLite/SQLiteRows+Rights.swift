internal import Foundation
internal import GRDB
internal import SurgeCore

extension LedgerRecord {
    init(_ row: Row) {
        self.init(
            sequence: row["sequence"],
            at: row["at"],
            kind: row["kind"],
            subject: row["subject"],
            actor: row["actor"],
            detail: row["detail"],
            previous: row["previous"],
            hash: row["hash"]
        )
    }
}

extension DecisionRecord {
    init(_ row: Row) throws {
        let (kind, state) = (row["kind"] as String, row["state"] as String)
        guard let kind = Kind(rawValue: kind), let state = State(rawValue: state) else {
            throw RecordsError.database(reason: "a decision is of the unknown kind '\(kind)' or state '\(state)'")
        }
        self.init(
            id: row["id"],
            kind: kind,
            state: state,
            at: Instant(microseconds: row["at"]),
            policy: row["policy"],
            rule: row["rule"],
            reason: row["reason"],
            account: (row["account"] as String?).map(AccountID.init(rawValue:)),
            job: (row["job"] as String?).map(JobID.init(rawValue:)),
            digest: row["digest"],
            picture: try (row["picture"] as String?).map { try RecordText.decode($0) },
            expiresAt: Instant(microseconds: row["expires_at"])
        )
        changedAt = Instant(microseconds: row["changed_at"])
    }

    func insert(into database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO decisions (id, kind, state, at, changed_at, policy, rule, reason, account, job, digest, picture,
                    expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, kind.rawValue, state.rawValue, at.microseconds, changedAt.microseconds, policy, rule, reason,
                account?.rawValue, job?.rawValue, digest, try picture.map { try RecordText.encode($0) },
                expiresAt.microseconds,
            ]
        )
    }
}

extension AppealRecord {
    init(_ row: Row) throws {
        self.init(
            decision: row["decision"],
            at: Instant(microseconds: row["at"]),
            text: row["text"],
            contact: row["contact"]
        )
        guard let state = State(rawValue: row["state"]) else {
            throw RecordsError.database(reason: "an appeal is in the unknown state '\(row["state"] as String)'")
        }
        self.state = state
        decidedAt = Instant(optional: row["decided_at"])
        answer = row["answer"]
    }
}

extension WorkRecord {
    init(_ row: Row) {
        self.init(
            id: row["id"],
            claim: row["claim"],
            fingerprint: Array(row["print"] as Data),
            registeredAt: Instant(microseconds: row["registered_at"]),
            withdrawnAt: Instant(optional: row["withdrawn_at"]),
            change: row["change"]
        )
    }
}
