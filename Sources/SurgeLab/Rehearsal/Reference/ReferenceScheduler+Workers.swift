internal import SurgeCore

/// Workers join, report, fail and leave.
extension ReferenceScheduler {
    func join(_ profile: WorkerProfile, as handle: WorkerHandle, at now: Instant) {
        let index = Int(handle.index)
        mostWorkers = max(mostWorkers, present.count + 1)
        if index >= mostWorkers { differ(.bounded, "the place of a worker that has gone is not used again") }
        while workers.count <= index { workers.append(nil) }
        if workers[index] != nil { differ(.nothingForgotten, "worker \(index) got the place of another one") }
        workers[index] = ReferenceWorker(
            handle,
            profile,
            modelCount: configuration.models.count,
            at: now.microseconds
        )
        measureFleet()
        effects.append(Told(.wake, worker: handle))
    }

    func report(_ health: WorkerHealth, of handle: WorkerHandle, at now: Instant) {
        guard let worker = worker(handle) else {
            statistics.staleMessages += 1
            return
        }
        worker.lastHeartbeat = max(worker.lastHeartbeat, now.microseconds)
        let couldTake = worker.canTake(now.microseconds)
        worker.health = health
        if health.throttling.isNaN { worker.health.throttling = 0 }
        measureFleet()
        if !couldTake, worker.canTake(now.microseconds) { effects.append(Told(.wake, worker: handle)) }
        wakeIdle(now.microseconds)
    }

    func drain(_ handle: WorkerHandle, returned: Bool) {
        let worker = worker(handle)
        if returned != (worker?.running.isEmpty ?? true) { differ(.nothingForgotten, "a drained worker is not empty") }
        guard let worker else { return }
        worker.isDraining = true
        idle.removeAll { $0 === worker }
        measureFleet()
        wakeAnother()
    }

    func undrain(_ handle: WorkerHandle) {
        guard let worker = worker(handle) else { return }
        worker.isDraining = false
        measureFleet()
        effects.append(Told(.wake, worker: handle))
    }

    func remove(_ handle: WorkerHandle, isFault: Bool, at now: Instant) {
        guard let worker = worker(handle) else {
            statistics.staleMessages += 1
            return
        }
        worker.account(to: now.microseconds)
        idle.removeAll { $0 === worker }
        let tasks = worker.running
        worker.running = []
        if isFault { statistics.lostWorkers += 1 }
        // Gone from the counts before anything is decided about what it had.
        var left = tasks.count
        for task in tasks {
            left -= 1
            settleRunning(task, isLast: runningCount + left == 0)
            waste(task)
            guard !task.isDropped, !task.job.isOver else { continue }
            requeue(task, worker, isFailure: isFault, isFault: isFault, now.microseconds)
        }
        workers[worker.index] = nil
        measureFleet()
        wakeAnother()
    }

    func finish(_ lease: LeaseID, _ outcome: TaskOutcome, returned: Bool, at now: Instant) {
        let isRight = finish(lease, outcome, now.microseconds)
        if isRight != returned { differ(.nothingForgotten, "the end of a task was \(returned ? "" : "not ")taken") }
    }

    private func finish(_ lease: LeaseID, _ outcome: TaskOutcome, _ now: Int64) -> Bool {
        guard let worker = worker(lease.worker),
            let index = worker.running.firstIndex(where: { $0.serial == lease.serial })
        else {
            statistics.staleMessages += 1
            return false
        }
        worker.account(to: now)
        worker.lastHeartbeat = max(worker.lastHeartbeat, now)
        let task = worker.running.remove(at: index)
        settleRunning(task, isLast: runningCount == 0)
        let job = task.job
        let isWanted = !job.isOver && !task.isDropped
        switch outcome {
        case .done:
            worker.errorStreak = 0
            learn(task, worker)
            guard isWanted else {
                waste(task)
                return false
            }
            job.runningCount -= 1
            job.spentSeconds += Float(task.spentSeconds)
            statistics.spentSeconds += task.spentSeconds
            job.done.insert(task.task)
            if job.done.count == job.demand.taskCount { end(job, .completed, now) }
        case .failedForGood:
            waste(task)
            guard isWanted else { return false }
            job.runningCount -= 1
            end(job, .failed, now)
        case .failed:
            if !task.isDropped { punish(worker, now) }
            waste(task)
            if isWanted { requeue(task, worker, isFailure: true, isFault: false, now) }
            wakeIdle(now)
            return !task.isDropped
        }
        return true
    }

    // MARK: Tasks that do not end

    func requeue(_ task: ReferenceTask, _ worker: ReferenceWorker, isFailure: Bool, isFault: Bool, _ now: Int64) {
        let job = task.job
        job.runningCount -= 1
        if isFailure {
            job.lastFailedWorker = worker.index
            job.failures += 1
        }
        // A worker that came back after a crash counts as another one.
        if isFault { job.killers.insert((worker.index + Int(worker.handle.generation / 2)) & 31) }
        if job.killers.count >= configuration.quarantineAfter { return end(job, .quarantined, now) }
        if job.failures >= configuration.retryBudget { return end(job, .failed, now) }
        statistics.requeues += 1
        takeBack(job, task, share: 1)
        effects.append(Told(.requeued, job: job.handle, task: task.task))
    }

    func waste(_ task: ReferenceTask) {
        statistics.spentSeconds += task.spentSeconds
        statistics.wastedSeconds += task.spentSeconds
    }

    func settleRunning(_ task: ReferenceTask, isLast: Bool) {
        runningSeconds = isLast ? 0 : max(0, runningSeconds - task.charge)
    }

    func punish(_ worker: ReferenceWorker, _ now: Int64) {
        worker.errorStreak += 1
        var seconds = 1.0
        for _ in 1..<worker.errorStreak where seconds < 64 { seconds *= 2 }
        worker.heldUntil = max(worker.heldUntil, now + span(min(60, seconds)))
    }

    private func learn(_ task: ReferenceTask, _ worker: ReferenceWorker) {
        guard task.stepsBefore == 0 else { return }
        let before = worker.speed
        worker.speed = costs.learn(
            task.model,
            task.rung,
            size: Double(task.job.size),
            batch: task.batch,
            measured: task.spentSeconds,
            speed: before
        )
        guard worker.speed != before, !worker.isDraining else { return }
        if worker.speed > before, leastSpeeds.contains(before) { return measureFleet() }
        let share = 1 - min(1, max(0, worker.health.throttling))
        for model in worker.models {
            capacities[model] = max(0, capacities[model] + share / worker.speed - share / before)
            leastSpeeds[model] = min(leastSpeeds[model], worker.speed)
        }
    }

    /// What the fleet does in a second: measured speeds, less what throttles or drains.
    func measureFleet() {
        let serving = present.filter { !$0.isDraining }
        slotCount = serving.reduce(0) { $0 + $1.usableSlots }
        for model in capacities.indices {
            let able = serving.filter { $0.models.contains(model) }
            capacities[model] = able.reduce(0) { sum, worker in
                sum + (1 - min(1, max(0, worker.health.throttling))) / worker.speed
            }
            ableCounts[model] = present.count { $0.models.contains(model) }
            batchSizes[model] = max(1, able.map(\.profile.slots).max() ?? 1)
            leastSpeeds[model] = able.filter { $0.usableSlots > 0 }.map(\.speed).min() ?? 1e6
        }
    }
}
