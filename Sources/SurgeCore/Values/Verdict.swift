/// What a job asks of the fleet.
public struct Demand: Hashable, Sendable, Codable {
    /// Who asks.
    public var account: AccountHandle
    /// The model that is to run.
    public var model: ModelIndex
    /// The rung that was asked for, or the best one when none was.
    public var wantedRung: RungIndex
    /// How many pictures, 1...32: one task each.
    public var taskCount: Int
    /// Cost of a picture beside its rung's own: 1 for what the ladder was measured with.
    public var size: Double
    /// Only tasks of one shape share a batch.
    public var shape: Int
    /// The same for two demands that ask for the same; 0: like no other.
    public var fingerprint: UInt64
    /// Whether its client comes back for the answer, rather than hold a connection.
    public var isDetached: Bool

    /// Creates a demand.
    public init(
        account: AccountHandle,
        model: ModelIndex,
        wantedRung: RungIndex,
        taskCount: Int = 1,
        size: Double = 1,
        shape: Int = 0,
        fingerprint: UInt64 = 0,
        isDetached: Bool = false
    ) {
        self.account = account
        self.model = model
        self.wantedRung = wantedRung
        self.taskCount = taskCount
        self.size = size
        self.shape = shape
        self.fingerprint = fingerprint
        self.isDetached = isDetached
    }
}

/// When a job will be done: between `lowSeconds` and `highSeconds` from now.
public struct Estimate: Hashable, Sendable, Codable {
    /// The beginning of the interval, in seconds from now.
    public let lowSeconds: Double
    /// Its end, in seconds from now.
    public let highSeconds: Double

    /// Creates an interval.
    public init(lowSeconds: Double, highSeconds: Double) {
        self.lowSeconds = lowSeconds
        self.highSeconds = highSeconds
    }
}

/// Where a job stands.
public struct Outlook: Hashable, Sendable, Codable {
    /// 1 is next, 0 is being painted.
    public let position: Int
    /// When it will be done.
    public package(set) var estimate: Estimate
}

/// The core's answer to a demand, from the best to the worst.
public enum Verdict: Hashable, Sendable {
    /// It starts at once.
    case run(JobHandle, Outlook)
    /// It waits, and will be done while its client waits.
    case queued(JobHandle, Outlook)
    /// It waits for longer than its client would: there is too much work, and it is told when.
    case deferred(JobHandle, Outlook)
    /// The same request of the same account is in flight: this is its job, with one listener more.
    case joined(JobHandle)
    /// Not now.
    case refused(Refusal)
}

/// Why a demand is refused, and when to ask again.
public struct Refusal: Hashable, Sendable, Codable {
    /// Why a demand is refused.
    public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
        /// The work before it would take longer than its client waits, or than the plan's horizon.
        case overloaded
        /// The same, and demand grows faster than the service can follow.
        case slowDown
        /// The account asks faster than its plan allows.
        case rateLimited
        /// The account has as many jobs in flight as its plan allows.
        case tooManyActive
        /// The account has had its pictures of today.
        case allowanceExhausted
        /// The account has too few credits.
        case creditsExhausted
        /// The account was closed in the meantime. Counted for no plan.
        case accountClosed

        /// Whether asking again later, without anything else changing, can help.
        public var isWorthRetrying: Bool {
            switch self {
            case .overloaded, .slowDown, .rateLimited, .tooManyActive: true
            case .allowanceExhausted, .creditsExhausted, .accountClosed: false
            }
        }
    }

    /// Why it is refused.
    public let reason: Reason
    /// 1...120: official clients do not wait longer before they try again. What is not worth retrying says 120.
    public let retryAfterSeconds: Int

    static let mostRetrySeconds = 120

    package init(_ reason: Reason, afterSeconds: Double) {
        self.reason = reason
        let seconds = afterSeconds.isFinite ? afterSeconds : Double(Self.mostRetrySeconds)
        retryAfterSeconds = Int(min(Double(Self.mostRetrySeconds), max(1, seconds)).rounded(.up))
    }
}
