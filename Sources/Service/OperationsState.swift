public import Inference
internal import Records
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

extension JobService {
    private static let heaviestShown = 8

    public func operationsState() async -> OperationsState {
        let now = clock.steady()
        var heaviest: [OperationsState.Heavy] = []
        for entry in heavy.heaviest(Self.heaviestShown, at: now) where entry.seconds >= 0.01 {
            let account = try? await store.account(entry.account)
            let standing = accounts[entry.account].flatMap { core.standing(of: $0.handle, at: now) }
            heaviest.append(
                OperationsState.Heavy(
                    account: entry.account,
                    name: account?.name ?? "",
                    plan: account?.plan ?? "",
                    deviceSeconds: entry.seconds,
                    share: entry.share,
                    activeJobs: standing?.activeJobs ?? 0
                )
            )
        }
        return OperationsState(
            at: clock.now(),
            steadyAt: now,
            startedAt: history.startedAt,
            isAccepting: isAccepting,
            waitingJobs: core.waitingJobCount,
            runningTasks: core.runningTaskCount,
            governor: core.governor.report,
            plans: configuration.plans.indices.map { planState($0, now) },
            models: catalogue.entries.indices.map { index in
                OperationsState.OfModel(
                    entry: catalogue.entries[index],
                    heldUntil: core.heldUntil(model: index, at: now).map { clock.told($0) }
                )
            },
            workers: core.fleet(at: now).map { worker in
                OperationsState.OfWorker(status: worker, jobs: worker.running.map { names[$0.job] })
            },
            heavy: heaviest,
            deviceSeconds: core.statistics.spentSeconds,
            wastedSeconds: core.statistics.wastedSeconds
        )
    }

    private func planState(_ plan: PlanIndex, _ now: Instant) -> OperationsState.OfPlan {
        OperationsState.OfPlan(
            plan: core.configuration.plans[plan],
            configured: configuration.plans[plan],
            status: core.status(ofPlan: plan, at: now),
            counts: core.statistics.plans[plan],
            heldUntil: core.heldUntil(plan: plan, at: now).map { clock.told($0) },
            changes: overrides.first { $0.plan == configuration.plans[plan].name }?.settings ?? [:],
            qualities: catalogue.entries.indices.map { core.quality(ofPlan: plan, model: $0) }
        )
    }

    public func operationsHistory() -> OperationsHistory { history }

    /// Somebody has got an account.
    public func noteSignUp() { history.noteSignUp() }
}
