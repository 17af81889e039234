internal import Inference
internal import Records
internal import SurgeCore

extension JobService {
    private static let heaviestShown = 8

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
