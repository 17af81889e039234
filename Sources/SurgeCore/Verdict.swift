/// What a job asks of the fleet.
public struct Demand: Hashable, Sendable {
    public let job: JobID
    public let account: AccountID
    public let rung: Rung
    /// How many pictures: one task each, at least 1.
    public let taskCount: Int
    /// Device-seconds for one task, on the reference device.
    public let taskCostDeviceSeconds: Double

    public init(job: JobID, account: AccountID, rung: Rung, taskCount: Int, taskCostDeviceSeconds: Double) {
        precondition(taskCount > 0, "a job has at least one picture")
        self.job = job
        self.account = account
        self.rung = rung
        self.taskCount = taskCount
        self.taskCostDeviceSeconds = taskCostDeviceSeconds
    }

    public var costDeviceSeconds: Double { Double(taskCount) * taskCostDeviceSeconds }
}

/// When a job will be done: between `lowSeconds` and `highSeconds` from now.
public struct Estimate: Hashable, Sendable {
    public let lowSeconds: Double
    public let highSeconds: Double

    public init(lowSeconds: Double, highSeconds: Double) {
        self.lowSeconds = lowSeconds
        self.highSeconds = highSeconds
    }
}

/// The core's answer to a demand.
public enum Verdict: Hashable, Sendable {
    /// It starts at once.
    case run
    /// It waits. `position` 1 is next.
    case queued(position: Int, estimate: Estimate)
    /// Not now.
    case refused(Refusal)
}

/// Why a demand is refused, and when to ask again.
public struct Refusal: Hashable, Sendable {
    public enum Reason: String, Hashable, Sendable {
        /// The queue is longer than its horizon.
        case overloaded
    }

    public let reason: Reason
    /// 1...120: official clients do not wait longer before they try again.
    public let retryAfterSeconds: Int
}
