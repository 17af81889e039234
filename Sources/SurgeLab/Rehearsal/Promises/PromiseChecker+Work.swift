internal import SurgeCore

/// What workers are given and give back: promises 1, 4, 5 and 10.
extension PromiseChecker {
    func assigned(
        _ assignments: [Assignment],
        to worker: WorkerHandle,
        _ scheduler: borrowing Scheduler,
        at now: Instant
    ) {
        let place = Int(worker.index)
        owed.remove(place)
        for assignment in assignments {
            guard let index = index(of: assignment.job), let job = jobs[index] else {
                report(.nothingForgotten, "a task of a job that has ended was handed out")
                continue
            }
            let bit: UInt32 = 1 << UInt32(assignment.task)
            if job.pending & bit == 0 {
                report(.nothingForgotten, "task \(assignment.task) of job \(index) goes out twice")
            }
            if job.phase == .reserved { report(.nothingForgotten, "job \(index) was begun before it was durable") }
            if job.phase == .suspended { report(.noDeadWork, "job \(index) was begun although its client has gone") }
            if job.phase == .postponed {
                report(.workConserving, "job \(index) was begun although it is to be left alone")
            }
            checkHold(job)
            checkRung(assignment, job)
            checkTime(assignment, job, scheduler, now)
            let kept = job.kept[assignment.task] ?? 0
            if kept != assignment.stepsDone {
                report(.prompt, "a paused task had \(kept) steps and goes on at \(assignment.stepsDone)")
            }
            let charge = charge(assignment, job, scheduler)
            change(index) { job in
                job.pending &= ~bit
                job.running |= bit
                job.given = assignment.rung
                job.kept[assignment.task] = nil
            }
            fairness.serve(lane(job.plan, job.model), job.account, charge)
            workers[place]?.leases.append(
                ModelLease(
                    lease: assignment.lease,
                    job: assignment.job,
                    account: job.account,
                    lane: lane(job.plan, job.model),
                    task: assignment.task,
                    rung: assignment.rung,
                    model: assignment.model,
                    shape: job.shape,
                    rank: configuration.plans[job.plan].rank,
                    charge: charge,
                    stepsBefore: kept,
                    steps: kept
                )
            )
            leaseCount += 1
        }
        checkBatch(place)
    }

    private func charge(_ assignment: Assignment, _ job: ModelJob, _ scheduler: borrowing Scheduler) -> Double {
        let steps = configuration.models[job.model].ladder.rungs[assignment.rung].steps ?? 1
        let rest = max(0.01, 1 - Double(min(assignment.stepsDone, steps)) / Double(steps))
        return rest
            * scheduler.chargeSeconds(job.model, assignment.rung, size: Double(Float(job.size)))
    }

    private func checkRung(_ assignment: Assignment, _ job: ModelJob) {
        if let given = job.given {
            if given != assignment.rung { report(.qualityOpenly, "a job has got rung \(given) and \(assignment.rung)") }
            return
        }
        let rungs = configuration.models[job.model].ladder.rungs
        let plan = configuration.plans[job.plan]
        if assignment.rung > job.wanted { report(.qualityOpenly, "rung \(assignment.rung) was not asked for") }
        guard assignment.rung != job.wanted else { return }
        let floor =
            rungs.contains { $0.quality >= plan.floorQuality } ? plan.floorQuality : rungs[rungs.count - 1].quality
        if rungs[assignment.rung].quality < floor {
            report(.qualityOpenly, "quality \(rungs[assignment.rung].quality) lies below the floor \(floor)")
        }
    }

    private func checkTime(
        _ assignment: Assignment,
        _ job: ModelJob,
        _ scheduler: borrowing Scheduler,
        _ now: Instant
    ) {
        if assignment.leaseEnds <= now { report(.noDeadWork, "a lease that has ended when it begins") }
        let left = Double(job.deadline - now.microseconds) / 1_000_000
        guard left < assignment.expectedSeconds else { return }
        // What keeps nobody waiting is begun where the manifest says that there is time for it.
        let rung = configuration.models[assignment.model].ladder.rungs[assignment.rung]
        guard left < rung.costDeviceSeconds * job.size || !isAlone(job, scheduler) else { return }
        report(.noDeadWork, "begun \(assignment.expectedSeconds) s of work with \(left) s left")
    }

    /// Whether nothing runs but a job's own tasks, and no other job waits to be begun.
    private func isAlone(_ job: ModelJob, _ scheduler: borrowing Scheduler) -> Bool {
        guard leaseCount == job.running.nonzeroBitCount else { return false }
        for case let other? in jobs where other.handle != job.handle && other.pending != 0 {
            guard other.phase == .reserved || other.phase == .active else { continue }
            // Some have ended while this one was chosen, and are told of after it.
            if scheduler.deadline(of: other.handle) != nil { return false }
        }
        return true
    }

    private func checkBatch(_ place: Int) {
        guard let worker = workers[place], worker.profile.sharesBatch, let first = worker.leases.first else { return }
        if worker.leases.contains(where: { ($0.model, $0.rung, $0.shape) != (first.model, first.rung, first.shape) }) {
            report(.workConserving, "worker \(place) has tasks in its batch that are not alike")
        }
        if worker.leases.count > worker.profile.slots { report(.workConserving, "worker \(place) has too many tasks") }
    }

    // MARK: Ends of tasks

    func finished(_ lease: LeaseID, _ outcome: TaskOutcome, returned: Bool) {
        let place = Int(lease.worker.index)
        guard let found = take(lease) else {
            if returned { report(.nothingForgotten, "a lease that is over was ended again") }
            return
        }
        owed.insert(place)
        guard !found.isDropped, let index = index(of: found.job) else {
            if returned { report(.nothingForgotten, "a lease that was taken back has ended a task") }
            return
        }
        if !returned { report(.nothingForgotten, "a lease that runs was taken for another") }
        let bit: UInt32 = 1 << UInt32(found.task)
        switch outcome {
        case .done:
            change(index) { job in
                job.running &= ~bit
                if job.done & bit != 0 { report(.nothingForgotten, "a task was done twice") }
                job.done |= bit
            }
            // Its end must be among the effects.
            if let job = jobs[index], job.done.nonzeroBitCount == job.taskCount { limboUntilEnded(index) }
        case .failedForGood:
            change(index) { $0.running &= ~bit }
            limboUntilEnded(index)
        case .failed: lose(found, isFault: false, counts: true)
        }
    }

    /// A task could not be done now: its job is left alone until a moment.
    func postponed(_ lease: LeaseID, until moment: Int64, keepsState: Bool, returned: Bool) {
        guard let found = take(lease) else {
            if returned { report(.nothingForgotten, "a lease that is over was postponed") }
            return
        }
        owed.insert(Int(lease.worker.index))
        guard !found.isDropped, let index = index(of: found.job) else {
            if returned { report(.nothingForgotten, "a lease that was taken back was postponed") }
            return
        }
        if !returned { report(.nothingForgotten, "a lease that runs was not postponed") }
        let bit: UInt32 = 1 << UInt32(found.task)
        let isKept = keepsState && found.steps > 0
        change(index) { job in
            job.running &= ~bit
            job.limbo |= bit
            if isKept { job.kept[found.task] = found.steps }
            job.postponedUntil = max(job.postponedUntil ?? moment, moment)
            if job.phase == .active { job.phase = .postponed }
        }
        fairness.giveBack(found.lane, found.account, found.charge * (isKept ? rest(of: found) : 1))
        limbo.append(found.job)
    }

    /// At a tick.
    func endPostponing(at now: Instant) {
        for index in jobs.indices {
            guard let until = jobs[index]?.postponedUntil, until <= now.microseconds else { continue }
            change(index) { job in
                job.postponedUntil = nil
                if job.phase == .postponed { job.phase = .active }
            }
        }
    }

    /// The share of what a task was charged for that it has not received, 0...1.
    private func rest(of lease: ModelLease) -> Double {
        let steps = configuration.models[lease.model].ladder.rungs[lease.rung].steps ?? 1
        return min(1, Double(max(0, steps - lease.steps)) / Double(max(1, steps - lease.stepsBefore)))
    }

    /// Nothing of it is left to do, so it must end within this event.
    private func limboUntilEnded(_ index: Int) {
        change(index) { $0.limbo = .max }
        if let job = jobs[index] { limbo.append(job.handle) }
    }

    private func take(_ lease: LeaseID) -> ModelLease? {
        let place = Int(lease.worker.index)
        guard place < workers.count, workers[place]?.handle == lease.worker,
            let index = workers[place]?.leases.firstIndex(where: { $0.lease == lease })
        else { return nil }
        leaseCount -= 1
        return workers[place]?.leases.remove(at: index)
    }

    /// A task goes elsewhere, or its job ends.
    private func lose(_ lease: ModelLease, isFault: Bool, counts: Bool) {
        guard !lease.isDropped, let index = index(of: lease.job) else { return }
        let bit: UInt32 = 1 << UInt32(lease.task)
        change(index) { job in
            job.running &= ~bit
            job.limbo |= bit
            if counts { job.failures += 1 }
            if isFault { job.faults += 1 }
        }
        fairness.giveBack(lease.lane, lease.account, lease.charge)
        limbo.append(lease.job)
    }

    func removed(_ worker: WorkerHandle, isFault: Bool) {
        let place = Int(worker.index)
        guard place < workers.count, let known = workers[place], known.handle == worker else { return }
        workers[place] = nil
        owed.remove(place)
        leaseCount -= known.leases.count
        for lease in known.leases { lose(lease, isFault: isFault, counts: isFault) }
    }

    func joined(_ worker: WorkerHandle, _ profile: WorkerProfile) {
        let place = Int(worker.index)
        while workers.count <= place { workers.append(nil) }
        workers[place] = ModelWorker(handle: worker, profile: profile)
        owed.insert(place)
    }

    // MARK: Steps

    func stepped(_ worker: WorkerHandle, _ orders: StepOrders) {
        let place = Int(worker.index)
        guard place < workers.count, let known = workers[place], known.handle == worker else { return }
        owed.insert(place)
        for index in known.leases.indices { workers[place]?.leases[index].steps += 1 }
        for lease in known.leases where lease.isDropped && !orders.dropped.contains(lease.lease) {
            report(.noDeadWork, "a task that nobody wants stays in its batch")
        }
        for lease in orders.dropped where take(lease)?.isDropped != true {
            report(.nothingForgotten, "a task was dropped that is wanted")
        }
        for lease in orders.paused {
            guard let found = take(lease), let index = index(of: found.job) else {
                report(.prompt, "a task was paused that does not run")
                continue
            }
            let bit: UInt32 = 1 << UInt32(found.task)
            change(index) { job in
                job.running &= ~bit
                job.pending |= bit
                job.kept[found.task] = found.steps
            }
            fairness.giveBack(found.lane, found.account, found.charge * rest(of: found))
        }
    }

    /// A task's lease was taken away, or its job has ended.
    func dropped(_ lease: LeaseID) {
        let place = Int(lease.worker.index)
        guard place < workers.count, workers[place]?.handle == lease.worker,
            let position = workers[place]?.leases.firstIndex(where: { $0.lease == lease }),
            let found = workers[place]?.leases[position]
        else { return report(.nothingForgotten, "a lease that nobody has was dropped") }
        if found.isDropped { report(.nothingForgotten, "a lease was dropped twice") }
        lose(found, isFault: true, counts: true)
        workers[place]?.leases[position].isDropped = true
    }
}
