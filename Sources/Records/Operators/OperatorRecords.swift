public import SurgeCore

/// What an operator did, and why.
public struct AuditRecord: Hashable, Sendable {
    /// Grows with every entry; 0 before it is kept.
    public let id: Int64
    public let at: Instant
    public let account: AccountID
    /// The account's name at the time.
    public let name: String
    /// "plan", "defer", "pause", "drain".
    public let action: String
    public let target: String
    public let detail: [String: String]
    public let reason: String

    public init(
        id: Int64 = 0,
        at: Instant,
        account: AccountID,
        name: String,
        action: String,
        target: String,
        detail: [String: String],
        reason: String
    ) {
        self.id = id
        self.at = at
        self.account = account
        self.name = name
        self.action = action
        self.target = target
        self.detail = detail
        self.reason = reason
    }

    /// The action as the ledger has it.
    package var ledgerDraft: LedgerDraft {
        let own = ["name": name, "target": target, "reason": reason]
        return LedgerDraft(
            "lever.\(action)",
            subject: target,
            actor: account.rawValue,
            detail: own.merging(detail.map { ("setting." + $0.key, $0.value) }) { first, _ in first }
        )
    }
}

/// Work that an operator has put off.
public struct HoldRecord: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case plan
        case model
    }

    public let kind: Kind
    /// The plan's name or the model's id.
    public let target: String
    public let until: Instant

    public init(kind: Kind, target: String, until: Instant) {
        self.kind = kind
        self.target = target
        self.until = until
    }
}
