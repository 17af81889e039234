public import SurgeCore

/// Everything that must not be lost, in one store: ``SQLiteStore``, or another one that passes `RecordStoreContractTests`.
///
/// Every method that changes something returns when the change will survive a loss of power. Code that needs one concern
/// takes that protocol, such as ``JobStore``; only what starts or maintains the store takes this one.
public protocol RecordStore: AccountStore, PasskeyStore, JobStore, ShareStore, RightsStore, OperatorStore {
    /// Sums up and removes records that would otherwise only grow in number. - Returns: how many of each.
    func prune(_ retention: Retention, at now: Instant) async throws(RecordsError) -> PrunedRecords
    /// Makes a small change, to see whether the store takes any; for health checks.
    func check() async throws(RecordsError)
    /// Whether what the store writes will be found again: it was not moved or deleted. Takes microseconds.
    var isInPlace: Bool { get }
}
