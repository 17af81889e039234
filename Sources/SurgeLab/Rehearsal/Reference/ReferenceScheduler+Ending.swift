internal import SurgeCore

/// Listeners come and go, and every job ends exactly once.
extension ReferenceScheduler {
    func attach(_ handle: JobHandle, at now: Instant) {
        if let job = jobs[handle] { listen(job, now.microseconds) }
    }

    func detach(_ handle: JobHandle, at now: Instant) {
        guard let job = jobs[handle], job.listeners > 0 else { return }
        job.listeners -= 1
        guard job.listeners == 0, !job.isDetached, job.phase == .active || job.phase == .postponed else { return }
        suspend(job, now.microseconds)
        wakeIdle(now.microseconds)
    }

    func cancel(_ handle: JobHandle, at now: Instant) {
        guard let job = jobs[handle] else { return }
        end(job, .cancelled, now.microseconds)
        wakeIdle(now.microseconds)
    }

    func withdraw(_ handle: JobHandle, at now: Instant) {
        guard let job = jobs[handle] else { return }
        if let rate = plan(of: job.flow.lane).picturesPerSecond {
            job.account.theoreticalArrival -= Self.interval(rate) * Int64(job.demand.taskCount)
        }
        end(job, .withdrawn, now.microseconds)
        wakeIdle(now.microseconds)
    }

    // MARK: Listening

    func listen(_ job: ReferenceJob, _ now: Int64) {
        job.listeners = min(65_535, job.listeners + 1)
        resume(job, now)
    }

    func resume(_ job: ReferenceJob, _ now: Int64) {
        guard job.phase == .suspended else { return }
        job.deadline = job.patientDeadline
        guard !isPostponed(job) else {
            job.phase = .postponed
            return
        }
        job.phase = .active
        guard !job.pending.isEmpty else { return }
        enqueue(job, atFront: true)
        wakeIdle(now)
    }

    func suspend(_ job: ReferenceJob, _ now: Int64) {
        unlink(job)
        job.patientDeadline = job.deadline
        job.deadline = min(job.deadline, now + span(configuration.graceSeconds))
        job.phase = .suspended
    }

    // MARK: Ending

    func end(_ job: ReferenceJob, _ reason: JobEnd.Reason, _ now: Int64) {
        let (account, plan) = (job.account, job.flow.lane.plan)
        if job.phase != .suspended { unlink(job) }
        for worker in present {
            for index in worker.running.indices
            where worker.running[index].job === job && !worker.running[index].isDropped {
                worker.running[index].isDropped = true
                effects.append(Told(.drop, worker: worker.handle, serial: worker.running[index].serial))
            }
        }
        let isCompleted = reason == .completed
        var told = Told(.ended(reason), job: job.handle)
        told.rung = job.given
        told.spentSeconds = Double(job.spentSeconds)
        told.pictures = isCompleted ? job.demand.taskCount : 0
        told.waitedSeconds = Double(now - job.submittedAt) / 1_000_000
        if isCompleted {
            let costs = stated[job.flow.lane.model]
            let share = costs[job.given ?? job.wanted] / costs[job.wanted]
            told.millicredits = min(job.reserved, Int((Double(job.reserved) * share).rounded()))
            noteCompletion(job, told.waitedSeconds)
        } else {
            if job.day == account.day { account.used -= job.demand.taskCount }
            statistics.wastedSeconds += Double(job.spentSeconds)
        }
        if job.isPrepaid, let balance = account.millicredits {
            account.millicredits = balance + Int64(job.reserved - told.millicredits)
        }
        if let place = JobEnd.Reason.allCases.firstIndex(of: reason) { statistics.plans[plan].ended[place] += 1 }
        effects.append(told)
        postponed.removeAll { $0.job === job }
        job.isOver = true
        jobs[job.handle] = nil
    }

    private func noteCompletion(_ job: ReferenceJob, _ waited: Double) {
        let (lane, plan) = (job.flow.lane, job.flow.lane.plan)
        let count = job.demand.taskCount
        statistics.plans[plan].pictures += count
        if let given = job.given, given < job.wanted { statistics.plans[plan].lowered += count }
        if !job.isDetached, job.listeners == 0 { statistics.wastedSeconds += Double(job.spentSeconds) }
        guard job.predictedSeconds > 0 else { return }
        calibration.learn(
            plan,
            // What an operator put off teaches nothing.
            predicted: lane.isHeld || job.submittedAt <= lane.releasedAt ? 0 : Double(job.predictedSeconds),
            actual: waited,
            low: Double(Float(job.told.lowSeconds)),
            high: Double(Float(job.told.highSeconds))
        )
    }

    // MARK: The tick

    /// - Parameter order: jobs that have ended, as they were told: those of one second in no particular order.
    func tick(order: [JobHandle], report: GovernorReport, measures: Scheduler.Measures, at now: Instant) {
        let time = now.microseconds
        let due = Set(jobs.values.filter { $0.deadline <= time }.map(\.handle))
        let told = order.filter { due.contains($0) }
        for handle in told + due.subtracting(told).sorted(by: { $0.index < $1.index }) {
            if let job = jobs[handle] { end(job, job.phase == .suspended ? .abandoned : .expired, time) }
        }
        if let last = lastTick, time < last { setBack(last - time) }
        checkWorkers(time)
        endHolds(time)
        endPostponing(time)
        defer { wakeIdle(time) }
        guard let last = lastTick, last <= time else {
            lastTick = time
            return
        }
        let seconds = Double(time - last) / 1_000_000
        guard seconds >= configuration.governorSeconds else { return }
        lastTick = time
        govern(seconds, report, measures, now)
    }

    /// What was measured from a clock that was set back moves along with it.
    private func setBack(_ span: Int64) {
        for worker in present {
            worker.lastHeartbeat -= span
            worker.accountedTo -= span
            if worker.heldUntil > 0 { worker.heldUntil = max(1, worker.heldUntil - span) }
            for index in worker.running.indices where worker.running[index].leaseEnds != .max {
                worker.running[index].leaseEnds -= span
            }
        }
        for account in accounts.values { account.theoreticalArrival = max(0, account.theoreticalArrival - span) }
        for index in postponed.indices { postponed[index].until -= span }
        governor.affordableSince = governor.affordableSince.map { since in since.map { $0 - span } }
    }

    private func checkWorkers(_ now: Int64) {
        for worker in present {
            worker.account(to: now)
            if Double(now - worker.lastHeartbeat) / 1_000_000 > worker.profile.heartbeatSeconds {
                effects.append(Told(.lost, worker: worker.handle))
                remove(worker.handle, isFault: true, at: Instant(microseconds: now))
                continue
            }
            for index in worker.running.indices
            where worker.running[index].leaseEnds < now && !worker.running[index].isDropped {
                revoke(index, worker, now)
            }
            if worker.heldUntil > 0, worker.heldUntil <= now {
                worker.heldUntil = 0
                effects.append(Told(.wake, worker: worker.handle))
            }
        }
    }

    /// A task is taken from a worker that has had it for too long; its slot stays taken.
    private func revoke(_ index: Int, _ worker: ReferenceWorker, _ now: Int64) {
        let task = worker.running[index]
        worker.running[index].isDropped = true
        worker.running[index].leaseEnds = .max
        punish(worker, now)
        effects.append(Told(.drop, worker: worker.handle, serial: task.serial))
        if !task.job.isOver { requeue(task, worker, isFailure: true, isFault: true, now) }
    }
}
