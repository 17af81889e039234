/// How long records are kept that would only grow: what is older is summed up, or goes.
public struct Retention: Hashable, Sendable {
    /// Settlements one by one; older ones become a row for each account, day and ending.
    public var settlementDays = 90.0
    /// Decisions that nobody can change any more, with their appeals; the ledger still has them.
    public var decisionDays = 365.0
    /// Keys that were revoked.
    public var revokedKeyDays = 90.0
    /// Notes of the pictures that were made here: older pictures are recognised by their signature only.
    public var madeDays = 3_650.0

    public init() {}
}

/// What one round of housekeeping has done.
public struct PrunedRecords: Hashable, Sendable {
    public var settlements = 0
    public var decisions = 0
    public var keys = 0
    public var made = 0
    public var guests = 0

    public init() {}

    public var isEmpty: Bool { self == PrunedRecords() }
}
