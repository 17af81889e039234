public import SurgeCore

/// What is going on, for everybody to see.
public struct SurgeStatus: Sendable {
    public let at: Instant
    public let isAccepting: Bool
    public let waitingJobs: Int
    public let runningTasks: Int
    public let plans: [Scheduler.PlanStatus]
    /// By plan and model, 0...1: the mean quality of what is given.
    public let qualities: [[Double]]
    public let governor: GovernorReport
}
