internal import Inference
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

extension JobService {
    public func status() -> SurgeStatus {
        SurgeStatus(
            at: clock.now(),
            isAccepting: isAccepting,
            waitingJobs: core.waitingJobCount,
            runningTasks: core.runningTaskCount,
            plans: configuration.plans.indices.map { core.status(ofPlan: $0, at: clock.steady()) },
            qualities: configuration.plans.indices.map { plan in
                catalogue.entries.indices.map { core.quality(ofPlan: plan, model: $0) }
            },
            governor: core.governor.report
        )
    }
}
