internal import SurgeCore

/// What must hold whenever everybody has done what they were told: promises 2, 3, 4, 5, 10 and 11.
extension PromiseChecker {
    /// Jobs that wait and that any compatible worker would take: nothing has failed, and there is time.
    private func isPlain(_ job: ModelJob, _ now: Instant) -> Bool {
        guard job.failures == 0, !hasJumped else { return false }
        let rung = configuration.models[job.model].ladder.rungs[job.wanted]
        return Double(job.deadline - now.microseconds) / 1_000_000 > rung.costDeviceSeconds * job.size * 2_000
    }

    /// A job that waits for `model`, of a lane where everything is plain and whose queue is looked at as a whole.
    private func plainWaiting(_ now: Instant, _ isMeant: (ModelJob) -> Bool) -> ModelJob? {
        var troubled: Set<Int> = []
        var found: ModelJob?
        for case let job? in jobs where job.isWaiting && !isHeld(job.plan, job.model) {
            if !isPlain(job, now) {
                troubled.insert(lane(job.plan, job.model))
            } else if found == nil, isMeant(job) {
                found = job
            }
        }
        guard let found else { return nil }
        let lane = lane(found.plan, found.model)
        return troubled.contains(lane) || fairness.waitingAccounts(lane) > 16 ? nil : found
    }

    /// No worker with nothing to do while there is a task that it could take.
    func checkIdleness(_ scheduler: borrowing Scheduler, at now: Instant) {
        guard owed.isEmpty else { return }
        for case let worker? in workers where worker.leases.isEmpty && !worker.isDraining {
            guard let condition = scheduler.condition(of: worker.handle, at: now), !condition.isHeld, condition.canTake
            else { continue }
            if let job = plainWaiting(now, { worker.canRun($0.model) }) {
                report(.workConserving, "worker \(worker.handle.index) idles while job \(job.handle.index) waits")
            }
        }
    }

    /// The scheduler's own view of the same, which knows every rule: it costs more.
    func checkIdlenessClosely(_ scheduler: borrowing Scheduler, at now: Instant) {
        guard owed.isEmpty else { return }
        let idle = scheduler.idleWorkers(at: now).filter { handle in
            scheduler.condition(of: handle, at: now)?.isHeld == false
        }
        for worker in idle { report(.workConserving, "worker \(worker.index) has a free slot and was not woken") }
    }

    /// After a step and a filling: no higher class waits for a slot that a lower one holds.
    func checkPromptness(_ worker: WorkerHandle, _ scheduler: borrowing Scheduler, at now: Instant) {
        guard let condition = scheduler.condition(of: worker, at: now), let known = workers[Int(worker.index)],
            !known.isDraining, condition.canTake || !condition.isHeld,
            condition.usableSlots >= known.leases.count, !condition.health.isShortOfMemory,
            let lowest = known.leases.map(\.rank).min()
        else { return }
        let highest = known.leases.map(\.rank).max() ?? lowest
        let job = plainWaiting(now) { job in
            let rank = configuration.plans[job.plan].rank
            // What shares a batch must be alike: it waits for its equals, if they are not.
            return known.canRun(job.model) && rank > lowest && (!known.profile.sharesBatch || rank > highest)
        }
        if let job {
            report(
                .prompt,
                "job \(job.handle.index) waits for a slot of worker \(worker.index) that a lower class holds"
            )
        }
    }

    func checkFairness() {
        // A job in a hurry stands aside for a faster worker.
        if let problem = fairness.problem, !hasTightDeadlines || workers.count < 2 { report(.fair, problem) }
    }

    /// Quality goes up by a rung at a time, and seldom.
    func checkLevels(_ scheduler: borrowing Scheduler, at now: Instant) {
        let current = scheduler.levels
        defer { levels = current }
        guard levels.count == current.count else { return }
        for lane in current.indices where current[lane] > levels[lane] + 1e-9 {
            if current[lane] > levels[lane] + 1 + 1e-9 {
                report(.qualityOpenly, "lane \(lane) went up from \(levels[lane]) to \(current[lane])")
            }
            if let last = raisedAt[lane], now.microseconds > last,
                Double(now.microseconds - last) < Scheduler.raiseHoldSeconds * 1_000_000
            {
                report(.qualityOpenly, "lane \(lane) went up twice within \(now.microseconds - last) microseconds")
            }
            raisedAt[lane] = now.microseconds
        }
    }

    /// At a tick: nothing is kept beyond its time.
    func checkDeadlines(at now: Instant) {
        for case let job? in jobs {
            if job.deadline <= now.microseconds {
                report(.nothingForgotten, "job \(job.handle.index) outlives its deadline")
            }
            if job.phase == .suspended, job.suspendedUntil <= now.microseconds {
                report(.noDeadWork, "job \(job.handle.index) outlives its client by more than the grace")
            }
        }
    }

    /// How often estimates held is counted, and counted right.
    func checkCoverage(_ scheduler: borrowing Scheduler) {
        if scheduler.estimateOutcomes != outcomes || scheduler.estimateHits != insides {
            report(
                .honestClocks,
                "\(insides) of \(outcomes) estimates held, and it says \(scheduler.estimateHits)"
            )
        }
    }

    /// Everything at once: what the scheduler says of itself.
    func checkClosely(_ scheduler: borrowing Scheduler, at now: Instant) {
        for problem in scheduler.problems().prefix(2) { report(.nothingForgotten, problem) }
        checkIdlenessClosely(scheduler, at: now)
        checkCoverage(scheduler)
        let waiting = jobs.count { job in
            job.map { ($0.phase == .reserved || $0.phase == .active) && $0.pending != 0 } ?? false
        }
        if scheduler.waitingJobCount != waiting {
            report(.nothingForgotten, "\(waiting) jobs wait, and \(scheduler.waitingJobCount) are counted")
        }
        for case let job? in jobs.prefix(8) {
            guard let outlook = scheduler.outlook(of: job.handle, at: now) else {
                report(.nothingForgotten, "job \(job.handle.index) is not known")
                continue
            }
            checkEstimate(outlook.estimate)
            if job.pending != 0 { checkHold(outlook.estimate, plan: job.plan, model: job.model, at: now) }
            if outlook.position < 0 { report(.honestClocks, "a job is at place \(outlook.position)") }
        }
    }
}
