/// What a new process makes of the records of the one before it: pure decisions, which its shell carries out.
public enum Recovery {
    /// An account, as the records know it.
    public struct KeptAccount: Hashable, Sendable {
        /// The plan that it is under.
        public var plan: PlanIndex
        /// Pictures a day; nil: the plan's.
        public var dailyAllowance: Int?
        /// Pictures of the day in progress that were delivered. Those of jobs that are taken up again are not among them.
        public var deliveredToday: Int
        /// Thousandths of a credit that it was ever given; nil: it does not pay in advance.
        public var grantedMillicredits: Int?
        /// Thousandths of a credit that its pictures have cost.
        public var spentMillicredits: Int

        /// Creates an account from its records.
        public init(
            plan: PlanIndex,
            dailyAllowance: Int?,
            deliveredToday: Int,
            grantedMillicredits: Int?,
            spentMillicredits: Int
        ) {
            self.plan = plan
            self.dailyAllowance = dailyAllowance
            self.deliveredToday = deliveredToday
            self.grantedMillicredits = grantedMillicredits
            self.spentMillicredits = spentMillicredits
        }

        /// What the scheduler is told of it.
        public var profile: Scheduler.AccountProfile {
            Scheduler.AccountProfile(
                plan: plan,
                dailyAllowance: dailyAllowance,
                usedToday: deliveredToday,
                millicredits: grantedMillicredits.map { Int64($0) - Int64(spentMillicredits) }
            )
        }
    }

    /// A job that was accepted and has not ended.
    public struct KeptJob: Hashable, Sendable {
        /// nil: its account or its model is not there any more.
        public var demand: Demand?
        /// When it was accepted, by the time of day.
        public var createdAt: Instant
        /// As its owner was told; nil for jobs of older versions.
        public var deadline: Instant?

        /// Creates a job from its record.
        public init(demand: Demand?, createdAt: Instant, deadline: Instant?) {
            self.demand = demand
            self.createdAt = createdAt
            self.deadline = deadline
        }
    }

    /// What is to be done with a kept job.
    public enum Step: Hashable, Sendable {
        /// It cannot be painted: its end is written down.
        case fail
        /// It goes back into the scheduler.
        case restore(Demand, submittedAt: Instant, deadline: Instant?)
        /// Its connection ended with the earlier run: its client has the usual grace to come back.
        case detach
    }

    /// What is to be done with a kept job, in this order.
    public static func steps(for job: KeptJob) -> [Step] {
        guard let demand = job.demand else { return [.fail] }
        let restore = Step.restore(demand, submittedAt: job.createdAt, deadline: job.deadline)
        return demand.isDetached ? [restore] : [restore, .detach]
    }

    /// The least time that a kept job has after a start.
    public static let leastSeconds = 60.0

    /// Until when a kept job may take, by the time of day of a new process.
    ///
    /// Deadlines are kept as times of day, and nothing says whether the server was away for long or the clock was set in
    /// the meantime. So no start ends a job at once, and none gives it longer than it had when it was accepted.
    public static func deadline(_ deadline: Instant?, createdAt: Instant, at now: Instant) -> Instant? {
        guard let deadline else { return nil }
        let whole = now.advanced(bySeconds: max(0, deadline.seconds(since: createdAt)))
        return min(
            max(deadline, now.advanced(bySeconds: leastSeconds)),
            max(whole, now.advanced(bySeconds: leastSeconds))
        )
    }

    /// When a kept job counts as submitted: not later than now, whatever the clock said then.
    public static func submission(_ createdAt: Instant, at now: Instant) -> Instant { min(createdAt, now) }
}
