/// What a new process makes of the records of the one before it: pure decisions, which its shell carries out.
public enum Recovery {
    /// An account, as the records know it.
    public struct KeptAccount: Hashable, Sendable {
        public var plan: PlanIndex
        public var dailyAllowance: Int?
        /// Pictures of the day in progress that were delivered. Those of jobs that are taken up again are not among them.
        public var deliveredToday: Int
        /// Thousandths of a credit that it was ever given, and that its pictures have cost; given nil: not prepaid.
        public var grantedMillicredits: Int?
        public var spentMillicredits: Int

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
        public var createdAt: Instant
        /// As its owner was told; nil for jobs of older versions.
        public var deadline: Instant?

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
}
