public import SurgeCore

/// Decisions, appeals, opt-outs, registered works, and the ledger of all of them.
public protocol RightsStore: Sendable {
    /// Makes changes and adds their entries to the ledger, all in one commit.
    ///
    /// - Returns: the entries with their places.
    func record(
        _ changes: [RightsChange],
        _ entries: [LedgerDraft],
        at now: Instant
    ) async throws(RecordsError) -> [LedgerRecord]
    /// What has changed after an entry of the ledger; nil when nothing was added to it since.
    func rightsUpdate(after sequence: Int64) async throws(RecordsError) -> RightsUpdate?

    // MARK: The ledger

    /// Entries after `sequence`, in order.
    func ledger(after sequence: Int64, limit: Int) async throws(RecordsError) -> [LedgerRecord]
    /// Entries before `sequence`, the newest first; nil: from the end.
    func ledger(before sequence: Int64?, limit: Int) async throws(RecordsError) -> [LedgerRecord]

    // MARK: Decisions

    /// The decision; nil when there is none, or none any more.
    func decision(_ id: String) async throws(RecordsError) -> DecisionRecord?
    /// Decisions that wait for an operator, the oldest first.
    func heldDecisions(limit: Int) async throws(RecordsError) -> [DecisionRecord]
    /// The appeal against a decision; nil when there is none.
    func appeal(of decision: String) async throws(RecordsError) -> AppealRecord?
    /// Appeals that wait for an answer, the oldest first.
    func openAppeals(limit: Int) async throws(RecordsError) -> [AppealRecord]
    /// The text that a decision was about; nil when it is not kept, or not any more.
    func text(ofDecision id: String, at now: Instant) async throws(RecordsError) -> DecisionText?
    /// How to reach the person who asked for an opt-out; nil when that is not kept, or not any more.
    func contact(ofOptOut id: String) async throws(RecordsError) -> String?

    // MARK: Erasing

    /// Erases texts whose time is over, and says so in the ledger. - Returns: how many.
    func eraseTexts(expiredBefore now: Instant) async throws(RecordsError) -> Int
    /// Erases the contacts of appeals and opt-outs that were filed before `moment`, and says so in the ledger.
    ///
    /// - Returns: how many.
    func eraseContacts(before moment: Instant, at now: Instant) async throws(RecordsError) -> Int
    /// Lets go of pictures that were held back and whose time is over. Those that no operator has looked at stay
    /// refused.
    ///
    /// - Returns: how many.
    func closeDecisions(expiredBefore now: Instant) async throws(RecordsError) -> Int
}
