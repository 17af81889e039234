public import Records
public import SurgeCore

extension InMemoryStore {
    public func hasOperator() async throws(RecordsError) -> Bool {
        current.accounts.values.contains { $0.isOperator }
    }

    public func setOperator(_ account: AccountID, _ isOperator: Bool) async throws(RecordsError) {
        try change { state in
            guard var known = state.accounts[account] else { return }
            known.isOperator = isOperator
            state.accounts[account] = known
        }
    }

    public func append(_ entry: AuditRecord) async throws(RecordsError) -> AuditRecord {
        try change { state throws(RecordsError) in
            let kept = AuditRecord(
                id: (state.audit.last?.id ?? 0) + 1,
                at: entry.at,
                account: entry.account,
                name: entry.name,
                action: entry.action,
                target: entry.target,
                detail: entry.detail,
                reason: entry.reason
            )
            state.audit.append(kept)
            _ = try state.append([entry.ledgerDraft], at: entry.at)
            return kept
        }
    }

    public func audit(limit: Int) async throws(RecordsError) -> [AuditRecord] {
        Array(current.audit.reversed().prefix(limit))
    }

    public func holds() async throws(RecordsError) -> [HoldRecord] {
        current.holds.sorted { ($0.kind.rawValue, $0.target) < ($1.kind.rawValue, $1.target) }
    }

    public func set(_ hold: HoldRecord, at now: Instant) async throws(RecordsError) {
        try change { state in
            state.holds.removeAll { $0.kind == hold.kind && $0.target == hold.target }
            if hold.until > now { state.holds.append(hold) }
        }
    }
}
