public import SurgeCore

/// What changes in the records of rights, always together with its entries in the ledger.
public enum RightsChange: Hashable, Sendable {
    case decide(DecisionRecord)
    case keep(DecisionText)
    case change(decision: String, to: DecisionRecord.State)
    case appeal(AppealRecord)
    case answer(decision: String, AppealRecord.State, answer: String)
    /// An event of the opt-out registry, in the service's own form (JSON).
    case optOut(event: String)
    case optOutContact(id: String, contact: String)
    case register(WorkRecord)
    case withdraw(work: String)
    case takeDown(digest: String, decision: String)
    case restore(decision: String)
    /// An operator has looked at an upload: it is not held again for anything that was known then.
    case clear(upload: String)
}

/// A registered work as it is kept.
public struct WorkRecord: Hashable, Sendable {
    public let id: String
    /// Who, what and why, in the service's own form (JSON).
    public let claim: String
    /// The fingerprints, in the registry's own form; empty when the work was withdrawn.
    public let fingerprint: [UInt8]
    public let registeredAt: Instant
    public var withdrawnAt: Instant?
    /// The entry of the ledger that came with the last change of it; 0: it is not kept yet.
    public let change: Int64

    public init(
        id: String,
        claim: String,
        fingerprint: [UInt8],
        registeredAt: Instant,
        withdrawnAt: Instant? = nil,
        change: Int64 = 0
    ) {
        self.id = id
        self.claim = claim
        self.fingerprint = fingerprint
        self.registeredAt = registeredAt
        self.withdrawnAt = withdrawnAt
        self.change = change
    }
}

/// An event of the opt-out registry as it is kept.
public struct OptOutEventRecord: Hashable, Sendable {
    public let at: Instant
    public let event: String

    package init(at: Instant, event: String) {
        self.at = at
        self.event = event
    }
}

/// What has changed since an entry of the ledger: small, whatever the whole is.
public struct RightsUpdate: Hashable, Sendable {
    /// The ledger's last entry when this was read.
    public let sequence: Int64
    /// In order.
    public let optOutEvents: [OptOutEventRecord]
    /// Registered or withdrawn, in the order of that.
    public let works: [WorkRecord]
    /// By digest, the decision by which each was taken down: all that are.
    public let takenDown: [String: String]
    /// Uploads that an operator has released, all of them, by digest: the entry of the ledger at which.
    public let cleared: [String: Int64]

    package init(
        sequence: Int64,
        optOutEvents: [OptOutEventRecord],
        works: [WorkRecord],
        takenDown: [String: String],
        cleared: [String: Int64]
    ) {
        self.sequence = sequence
        self.optOutEvents = optOutEvents
        self.works = works
        self.takenDown = takenDown
        self.cleared = cleared
    }
}
