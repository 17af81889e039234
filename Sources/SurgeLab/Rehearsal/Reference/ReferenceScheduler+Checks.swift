internal import SurgeCore

/// What the scheduler says of jobs, plans and its past, beside what is so.
extension ReferenceScheduler {
    func checkFacts(of handle: JobHandle, deadline: Instant?, isReserved: Bool) {
        guard let job = jobs[handle] else { return }
        let own = job.phase == .suspended ? job.patientDeadline : job.deadline
        if deadline?.microseconds != own {
            differ(.nothingForgotten, "job \(handle.index) ends at \(deadline as Any), and should end at \(own)")
        }
        if isReserved != (job.phase == .reserved) {
            differ(.nothingForgotten, "job \(handle.index) is \(isReserved ? "" : "not ")taken for reserved")
        }
    }

    func check(_ told: Statistics) {
        for (own, told) in zip(statistics.plans, told.plans) {
            let refused = Refusal.Reason.allCases.map { told.refused(for: $0) }
            let ended = JobEnd.Reason.allCases.map { told.ended(for: $0) }
            if refused != own.refused || ended != own.ended { differ(.refusalTyped, "reasons are counted as others") }
        }
        let isSame =
            told.plans == statistics.plans && told.preemptions == statistics.preemptions
            && told.requeues == statistics.requeues && told.lostWorkers == statistics.lostWorkers
            && told.staleMessages == statistics.staleMessages
            && Self.isSame(told.spentSeconds, statistics.spentSeconds)
            && Self.isSame(told.wastedSeconds, statistics.wastedSeconds)
        if !isSame { differ(.qualityOpenly, "the counts should be \(statistics), and are \(told)") }
    }

    func check(_ told: Scheduler.WorkerCondition?, of handle: WorkerHandle, at now: Instant) {
        guard let worker = worker(handle), let told else { return differ(.nothingForgotten, "a worker is not known") }
        let isSame =
            told.isHeld == (worker.heldUntil != 0) && told.canTake == worker.canTake(now.microseconds)
            && told.usableSlots == worker.usableSlots && told.health == worker.health
        if !isSame { differ(.workConserving, "worker \(handle.index) is taken for \(told)") }
    }

    func check(_ told: Scheduler.PlanStatus, _ plan: Int, at now: Instant) {
        let own = lanes.filter { $0.plan == plan }
        // What an operator has put off says nothing of the rest.
        let judged = own.first { !$0.isHeld } ?? own[0]
        let settings = configuration.plans[plan]
        let waiting = waiting()
        let path = governor.paths[judged.index]
        let forecast = forecast(judged, nil, stated[judged.model][path[path.count - 1]], 1, now.microseconds)
        let expected = forecast.seconds * 1.1
        if !isWide(judged), !forecast.isClose, abs(expected - settings.horizonSeconds) > 1e-6,
            abs(expected - settings.patienceSeconds) > 1e-6
        {
            if (told.outlook == nil) != (expected > settings.horizonSeconds)
                || told.isDeferring != (expected > settings.patienceSeconds)
            {
                differ(.honestClocks, "plan \(plan) is said to be \(told), and takes \(expected) s")
            }
            if let outlook = told.outlook { check(outlook, forecast, judged, position: forecast.tasksBefore + 1) }
        }
        let rungs = own.map { lane in
            let ladder = configuration.models[lane.model].ladder.rungs
            let mix = governor.mix(lane.index)
            return (configuration.models[lane.model].name, ladder[mix.lower].name, ladder[mix.upper].name, mix.share)
        }
        let isSame =
            told.name == settings.name && told.waitingTasks == own.reduce(0) { $0 + waiting[$1.index].tasks }
            && Self.isSame(told.delaySeconds, delays[plan]) && told.rungs.count == rungs.count
            && zip(told.rungs, rungs).allSatisfy { ($0.model, $0.lower, $0.upper, $0.upperShare) == $1 }
            && zip(told.rungs, own).allSatisfy { $0.level == governor.levels[$1.index] }
            && told.reason == governor.report?.reasons[judged.index]
            && told.estimateOutcomes == calibration.outcomes[plan] && told.estimateHits == calibration.hits[plan]
        if !isSame { differ(.qualityOpenly, "plan \(plan) is said to be \(told)") }
    }

    func check(_ told: [Scheduler.WorkerStatus], at now: Instant) {
        guard told.map(\.handle) == present.map(\.handle) else {
            return differ(.nothingForgotten, "the fleet is told to be other workers than there are")
        }
        for (status, worker) in zip(told, present) {
            let held = worker.heldUntil > now.microseconds ? Instant(microseconds: worker.heldUntil) : nil
            let names = worker.models.sorted().map { configuration.models[$0].name }
            let isSame =
                status.name == worker.profile.name && status.slots == worker.profile.slots
                && status.usableSlots == worker.usableSlots && status.isDraining == worker.isDraining
                && status.health == worker.health && status.heldUntil == held && status.speed == worker.speed
                && status.models == names && status.running.count == worker.running.count
                && zip(status.running, worker.running).allSatisfy { isAlike($0, $1, speed: worker.speed) }
            if !isSame { differ(.nothingForgotten, "worker \(worker.index) is told to be \(status)") }
        }
    }

    private func isAlike(_ told: Scheduler.WorkerStatus.Task, _ task: ReferenceTask, speed: Double) -> Bool {
        let model = configuration.models[task.model]
        let rest = Double(max(0, steps(task.model, task.rung) - task.stepsBefore))
        let share = rest / Double(steps(task.model, task.rung))
        let seconds = costs.seconds(task.model, task.rung, size: Double(task.job.size), batch: task.batch)
        return told.job == task.job.handle && told.model == model.name && told.stepsDone == task.stepsDone
            && told.rung == model.ladder.rungs[task.rung].name && told.isDropped == task.isDropped
            && told.startedAt.microseconds == task.startedAt
            && Self.isSame(told.expectedSeconds, seconds * Double(task.batch) * speed * share)
    }
}
