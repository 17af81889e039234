internal import Foundation
internal import GRDB
public import SurgeCore

/// Decisions, appeals, opt-outs, works, and the ledger that knows of all of them.
extension SQLiteStore {
    // MARK: Changing

    public func record(
        _ changes: [RightsChange],
        _ entries: [LedgerDraft],
        at now: Instant
    ) async throws(RecordsError) -> [LedgerRecord] {
        try await committer.commit { database in
            let added = try Self.append(entries, to: database, at: now)
            let change = try added.last?.sequence ?? Self.lastSequence(database)
            for one in changes { try Self.apply(one, change, now, database) }
            return added
        }
    }

    /// Adds to the ledger, inside a commit. Commits come one after the other, so the chain has one end.
    static func append(
        _ drafts: [LedgerDraft],
        to database: Database,
        at now: Instant
    ) throws -> [LedgerRecord] {
        guard !drafts.isEmpty else { return [] }
        var last = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT sequence, hash FROM ledger ORDER BY sequence DESC LIMIT 1")
        ).map { (sequence: $0["sequence"] as Int64, hash: $0["hash"] as String) }
        return try drafts.map { draft in
            let entry = try LedgerRecord(draft, after: last, at: now)
            try database.cachedStatement(
                sql: """
                    INSERT INTO ledger (sequence, at, kind, subject, actor, detail, previous, hash)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    entry.sequence, entry.at, entry.kind, entry.subject, entry.actor, entry.detail, entry.previous,
                    entry.hash,
                ]
            )
            last = (entry.sequence, entry.hash)
            return entry
        }
    }

    private static func lastSequence(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database.cachedStatement(sql: "SELECT max(sequence) FROM ledger")) ?? 0
    }

    private static func apply(
        _ change: RightsChange,
        _ sequence: Int64,
        _ now: Instant,
        _ database: Database
    ) throws {
        switch change {
        case .decide(let decision): try decision.insert(into: database)
        case .keep(let text):
            try database.execute(
                sql: "INSERT INTO decision_texts (decision, text, salt, expires_at) VALUES (?, ?, ?, ?)",
                arguments: [text.decision, text.text, text.salt, text.expiresAt.microseconds]
            )
        case .change(let id, let state):
            try database.execute(
                sql: "UPDATE decisions SET state = ?, changed_at = ? WHERE id = ?",
                arguments: [state.rawValue, now.microseconds, id]
            )
        case .appeal(let appeal):
            try database.execute(
                sql: "INSERT INTO appeals (decision, at, text, contact, state) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    appeal.decision, appeal.at.microseconds, appeal.text, appeal.contact, appeal.state.rawValue,
                ]
            )
        case .answer(let id, let state, let answer):
            try database.execute(
                sql: "UPDATE appeals SET state = ?, decided_at = ?, answer = ? WHERE decision = ?",
                arguments: [state.rawValue, now.microseconds, answer, id]
            )
        case .optOut(let event):
            try database.execute(
                sql: "INSERT INTO opt_out_events (change, at, event) VALUES (?, ?, ?)",
                arguments: [sequence, now.microseconds, event]
            )
        case .optOutContact(let id, let contact):
            try database.execute(
                sql: "INSERT INTO opt_out_contacts (id, contact, at) VALUES (?, ?, ?)",
                arguments: [id, contact, now.microseconds]
            )
        case .register(let work):
            try database.execute(
                sql: "INSERT INTO works (id, change, claim, print, registered_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [work.id, sequence, work.claim, Data(work.fingerprint), work.registeredAt.microseconds]
            )
        case .withdraw(let id):
            try database.execute(
                sql: "UPDATE works SET change = ?, withdrawn_at = ?, print = x'' WHERE id = ? AND withdrawn_at IS NULL",
                arguments: [sequence, now.microseconds, id]
            )
        case .takeDown(let digest, let decision):
            try database.execute(
                sql: "INSERT OR IGNORE INTO taken_down (digest, decision) VALUES (?, ?)",
                arguments: [digest, decision]
            )
        case .restore(let decision):
            try database.execute(sql: "DELETE FROM taken_down WHERE decision = ?", arguments: [decision])
        case .clear(let digest):
            try database.execute(
                sql: "INSERT OR REPLACE INTO cleared_uploads (digest, change) VALUES (?, ?)",
                arguments: [digest, sequence]
            )
        }
    }

    public func eraseTexts(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        let erased = try await deleteTexts(expiredBefore: now)
        // Debian's SQLite writes over what it deletes in the database; the log still has it.
        if erased > 0 { await checkpointer.empty() }
        return erased
    }

    private func deleteTexts(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            try database.execute(
                sql: "DELETE FROM decision_texts WHERE expires_at < ?",
                arguments: [now.microseconds]
            )
            let count = database.changesCount
            if count > 0 {
                let entry = LedgerDraft("text.erased", subject: "", detail: ["texts": String(count)])
                _ = try Self.append([entry], to: database, at: now)
            }
            return count
        }
    }

    public func eraseContacts(before moment: Instant, at now: Instant) async throws(RecordsError) -> Int {
        let erased = try await deleteContacts(before: moment, at: now)
        if erased > 0 { await checkpointer.empty() }
        return erased
    }

    private func deleteContacts(before moment: Instant, at now: Instant) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            try database.execute(
                sql: "UPDATE appeals SET contact = NULL WHERE contact IS NOT NULL AND at < ?",
                arguments: [moment.microseconds]
            )
            var count = database.changesCount
            try database.execute(
                sql: "DELETE FROM opt_out_contacts WHERE at < ?",
                arguments: [moment.microseconds]
            )
            count += database.changesCount
            if count > 0 {
                let entry = LedgerDraft("contact.erased", subject: "", detail: ["contacts": String(count)])
                _ = try Self.append([entry], to: database, at: now)
            }
            return count
        }
    }

    public func closeDecisions(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try await committer.commit { database in
            let held = try String.fetchAll(
                database,
                sql: "SELECT id FROM decisions WHERE state = 'held' AND expires_at < ?",
                arguments: [now.microseconds]
            )
            _ = try Self.append(
                held.map { LedgerDraft("review.expired", subject: LedgerDraft.subject(ofSecret: $0)) },
                to: database,
                at: now
            )
            try database.execute(
                sql: """
                    UPDATE decisions SET state = CASE state WHEN 'held' THEN 'refused' ELSE state END,
                        digest = NULL, picture = NULL
                    WHERE state IN ('held', 'released') AND digest IS NOT NULL AND expires_at < ?
                    """,
                arguments: [now.microseconds]
            )
            return database.changesCount
        }
    }

    // MARK: Reading

    public func rightsUpdate(after sequence: Int64) async throws(RecordsError) -> RightsUpdate? {
        try await read { database in
            let last = try Self.lastSequence(database)
            guard last > sequence else { return nil }
            let since: StatementArguments = [sequence]
            let events = try Row.fetchAll(
                database,
                sql: "SELECT at, event FROM opt_out_events WHERE change > ? ORDER BY change",
                arguments: since
            )
            let works = try Row.fetchAll(
                database,
                sql: "SELECT * FROM works WHERE change > ? ORDER BY change, id",
                arguments: since
            )
            let takenDown = try Row.fetchAll(database, sql: "SELECT digest, decision FROM taken_down")
            let cleared = try Row.fetchAll(database, sql: "SELECT digest, change FROM cleared_uploads")
            return RightsUpdate(
                sequence: last,
                optOutEvents: events.map {
                    OptOutEventRecord(at: Instant(microseconds: $0["at"]), event: $0["event"])
                },
                works: works.map(WorkRecord.init),
                takenDown: Dictionary(takenDown.map { ($0["digest"], $0["decision"]) }) { first, _ in first },
                cleared: Dictionary(cleared.map { ($0["digest"], $0["change"]) }) { first, _ in first }
            )
        }
    }

    public func ledger(after sequence: Int64, limit: Int) async throws(RecordsError) -> [LedgerRecord] {
        try await read {
            try Row.fetchAll(
                $0,
                sql: "SELECT * FROM ledger WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            ).map(LedgerRecord.init)
        }
    }

    public func ledger(before sequence: Int64?, limit: Int) async throws(RecordsError) -> [LedgerRecord] {
        try await read {
            try Row.fetchAll(
                $0,
                sql: "SELECT * FROM ledger WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
                arguments: [sequence ?? .max, limit]
            ).map(LedgerRecord.init)
        }
    }

    public func decision(_ id: String) async throws(RecordsError) -> DecisionRecord? {
        try await read {
            try Row.fetchOne($0, sql: "SELECT * FROM decisions WHERE id = ?", arguments: [id]).map(DecisionRecord.init)
        }
    }

    public func heldDecisions(limit: Int) async throws(RecordsError) -> [DecisionRecord] {
        try await read {
            try Row.fetchAll(
                $0,
                sql: "SELECT * FROM decisions WHERE state = 'held' ORDER BY at, id LIMIT ?",
                arguments: [limit]
            ).map(DecisionRecord.init)
        }
    }

    public func appeal(of decision: String) async throws(RecordsError) -> AppealRecord? {
        try await read {
            try Row.fetchOne($0, sql: "SELECT * FROM appeals WHERE decision = ?", arguments: [decision])
                .map(AppealRecord.init)
        }
    }

    public func openAppeals(limit: Int) async throws(RecordsError) -> [AppealRecord] {
        try await read {
            try Row.fetchAll(
                $0,
                sql: "SELECT * FROM appeals WHERE state = 'open' ORDER BY at, decision LIMIT ?",
                arguments: [limit]
            ).map(AppealRecord.init)
        }
    }

    public func text(ofDecision id: String, at now: Instant) async throws(RecordsError) -> DecisionText? {
        try await read {
            try Row.fetchOne(
                $0,
                sql: "SELECT * FROM decision_texts WHERE decision = ? AND expires_at > ?",
                arguments: [id, now.microseconds]
            ).map { row in
                DecisionText(
                    decision: row["decision"],
                    text: row["text"],
                    salt: row["salt"],
                    expiresAt: Instant(microseconds: row["expires_at"])
                )
            }
        }
    }

    public func contact(ofOptOut id: String) async throws(RecordsError) -> String? {
        try await read {
            try String.fetchOne($0, sql: "SELECT contact FROM opt_out_contacts WHERE id = ?", arguments: [id])
        }
    }

    public func shares(showing digests: [String]) async throws(RecordsError) -> [ShareRecord] {
        try await read { database in
            try digests.flatMap { digest in
                try Row.fetchAll(database, sql: "SELECT * FROM shares WHERE digest = ?", arguments: [digest])
                    .map(ShareRecord.init)
            }
        }
    }
}
