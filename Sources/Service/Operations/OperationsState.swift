public import Inference
public import SurgeCore

/// Everything that somebody wants to see who looks after the server.
public struct OperationsState: Sendable {
    public struct OfPlan: Sendable {
        public let plan: Plan
        /// As it would be without what was changed while the server ran.
        public let configured: Plan
        public let status: Scheduler.PlanStatus
        public let counts: Statistics.OfPlan
        public let heldUntil: Instant?
        /// What was changed while the server ran.
        public let changes: [String: String]
        /// By model, 0...1.
        public let qualities: [Double]
    }

    public struct OfModel: Sendable {
        public let entry: ModelCatalogue.Entry
        public let heldUntil: Instant?
    }

    public struct Heavy: Sendable {
        public let account: AccountID
        public let name: String
        public let plan: String
        public let deviceSeconds: Double
        public let share: Double
        public let activeJobs: Int
    }

    public struct OfWorker: Sendable {
        public let status: Scheduler.WorkerStatus
        /// The job of each running task.
        public let jobs: [JobID?]
    }

    public let at: Instant
    /// The same moment on the clock that counts the seconds that pass: workers' moments are on it.
    public let steadyAt: Instant
    public let startedAt: Instant
    public let isAccepting: Bool
    public let waitingJobs: Int
    public let runningTasks: Int
    public let governor: GovernorReport
    public let plans: [OfPlan]
    public let models: [OfModel]
    public let workers: [OfWorker]
    public let heavy: [Heavy]
    public let deviceSeconds: Double
    public let wastedSeconds: Double
}
