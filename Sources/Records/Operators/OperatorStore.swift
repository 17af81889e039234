public import SurgeCore

/// Who is an operator, and what operators did.
public protocol OperatorStore: Sendable {
    /// Whether any account is an operator's.
    func hasOperator() async throws(RecordsError) -> Bool
    /// Makes an account an operator's, or takes that back.
    func setOperator(_ account: AccountID, _ isOperator: Bool) async throws(RecordsError)
    /// Notes what an operator did, in the audit and in the ledger. - Returns: the entry with its number.
    func append(_ entry: AuditRecord) async throws(RecordsError) -> AuditRecord
    /// What operators did, the newest first.
    func audit(limit: Int) async throws(RecordsError) -> [AuditRecord]
    /// Work that is put off, whether or not its time has come.
    func holds() async throws(RecordsError) -> [HoldRecord]
    /// Puts work off, or, with a moment that has passed, takes that back.
    func set(_ hold: HoldRecord, at now: Instant) async throws(RecordsError)
}
