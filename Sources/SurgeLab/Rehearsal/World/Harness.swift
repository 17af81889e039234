internal import SurgeCore

/// A scheduler and its checker: everything that is said to the one is told to the other.
///
/// Between them a bug may be put back (``Fault``): the checker has to find it.
struct Harness {
    var scheduler: Scheduler
    let checker: PromiseChecker
    /// The same rules a second time; nil: the checker is on its own.
    let reference: ReferenceScheduler?
    var fault: Fault?
    var now: Int64
    var eventCount = 0
    /// Workers that were woken and not filled yet.
    var woken: [WorkerHandle] = []
    /// Jobs that have ended since they were last taken.
    private var ends: [(JobHandle, JobEnd)] = []
    /// How often the scheduler's own structure is looked at, in events.
    var closeInterval = 400
    private var withheld = 0
    /// What came of the event in progress, for whoever draws it.
    var keepsEffects = false
    var lastEffects: [Effect] = []
    /// When the governor was last at work, or the clock was set back.
    private var lastTick: Int64?

    init(configuration: Scheduler.Configuration, now: Int64, fault: Fault?, hasReference: Bool) {
        scheduler = Scheduler(configuration: configuration)
        checker = PromiseChecker(configuration: configuration)
        reference = hasReference ? ReferenceScheduler(configuration) : nil
        // A part that is left out is a fault, too: the checker knows the promise and not the part.
        self.fault = fault
        self.now = now
    }

    var instant: Instant { Instant(microseconds: now) }

    mutating func settle(afterTick: Bool = false) {
        eventCount += 1
        let effects = scheduler.takeEffects()
        if keepsEffects { lastEffects += effects }
        compare(effects, afterTick: afterTick)
        for effect in effects {
            if let fault, !fault.lets(effect, &withheld) { continue }
            checker.effect(effect, at: instant)
            if fault == .endsTwice, case .ended = effect { checker.effect(effect, at: instant) }
            if case .wake(let worker) = effect { woken.append(worker) }
            if case .ended(let job, let end) = effect {
                ends.append((job, end))
                if fault == .leaksAllowance, end.reason != .completed { leakAllowance() }
            }
        }
        checker.settle(scheduler, at: instant)
        if eventCount % min(8, closeInterval) == 0 { checker.checkIdleness(scheduler, at: instant) }
        if eventCount % closeInterval == 0 { checkClosely() }
    }

    mutating func checkClosely() {
        checker.checkClosely(scheduler, at: instant)
        compareClosely()
    }

    mutating func takeEnds() -> [(JobHandle, JobEnd)] {
        defer { ends = [] }
        return ends
    }

    private mutating func leakAllowance() {
        for account in checker.touched { checker.accounts[account].used -= 1 }
    }

    // MARK: The door

    mutating func open(_ profile: Scheduler.AccountProfile) -> AccountHandle {
        let handle = scheduler.open(profile, at: instant)
        reference?.open(profile, as: handle, at: instant)
        let account = ModelAccount(
            handle: handle,
            plan: profile.plan,
            allowance: profile.dailyAllowance,
            millicredits: profile.millicredits,
            day: now / 86_400_000_000,
            used: profile.usedToday
        )
        // The place of one that was closed is used again.
        let index = Int(handle.index)
        if index < checker.accounts.count {
            checker.accounts[index] = account
        } else {
            checker.accounts.append(account)
        }
        checker.fairness.reopened(index)
        return handle
    }

    mutating func update(_ account: AccountHandle, plan: PlanIndex, allowance: Int?, added: Int64?) {
        scheduler.update(account, plan: plan, dailyAllowance: allowance, addedMillicredits: added)
        reference?.update(account, plan: plan, allowance: allowance, added: added)
        let index = Int(account.index)
        checker.accounts[index].plan = plan
        checker.accounts[index].allowance = allowance
        checker.accounts[index].millicredits = added.map { (checker.accounts[index].millicredits ?? 0) + $0 }
        checker.touched.append(index)
        settle()
    }

    mutating func submit(_ demand: Demand) -> Verdict {
        let expected = checker.expect(demand, scheduler, at: instant)
        var verdict = scheduler.submit(demand, at: instant)
        reference?.submit(demand, verdict, expectedSeconds: expected.predictedSeconds, at: instant)
        if fault == .flattersEstimates { verdict = Fault.flattered(verdict) }
        if fault == .misnamesRefusals { verdict = Fault.renamed(verdict) }
        checker.submitted(demand, verdict, expected, at: instant)
        settle()
        return verdict
    }

    /// The door, before a request is read: what is refused there is told, and counted.
    mutating func precheck(_ account: AccountHandle, model: ModelIndex, isDetached: Bool) {
        checkDoor(account)
        guard let refusal = scheduler.refusal(for: account, model: model, isDetached: isDetached, at: instant) else {
            return settle()
        }
        scheduler.noteRefusal(refusal, for: account, model: model)
        reference?.noteRefusal(refusal, for: account, model: model)
        settle()
    }

    mutating func close(_ account: AccountHandle) -> Bool {
        let isClosed = scheduler.close(account)
        reference?.close(account, returned: isClosed)
        settle()
        return isClosed
    }

    /// A job of an earlier process.
    mutating func restore(
        _ demand: Demand,
        submittedAt: Instant,
        deadline: Instant?,
        doneTasks: [Int] = [],
        given: RungIndex? = nil
    ) -> JobHandle {
        let handle = scheduler.restore(
            demand,
            submittedAt: submittedAt,
            deadline: deadline,
            doneTasks: doneTasks,
            given: given,
            at: instant
        )
        checker.restored(
            demand,
            handle,
            submittedAt: submittedAt,
            deadline: deadline,
            doneTasks: doneTasks,
            given: given,
            at: instant
        )
        reference?.restore(
            demand,
            as: handle,
            submittedAt: submittedAt,
            deadline: deadline,
            doneTasks: doneTasks,
            given: given,
            at: instant
        )
        settle()
        return handle
    }

    mutating func confirm(_ job: JobHandle) {
        if let index = checker.index(of: job) {
            let grace = Int64((checker.configuration.graceSeconds * 1_000_000).rounded())
            let now = now
            checker.change(index) { job in
                guard job.phase == .reserved else { return }
                let isWanted = job.isDetached || job.listeners > 0
                job.phase = isWanted ? .active : .suspended
                job.suspendedUntil = min(job.deadline, now + grace)
            }
        }
        scheduler.confirm(job, at: instant)
        reference?.confirm(job, at: instant)
        settle()
    }

    mutating func withdraw(_ job: JobHandle) {
        checker.event = .withdraw(job)
        if let index = checker.index(of: job), let known = checker.jobs[index],
            let rate = checker.configuration.plans[known.plan].picturesPerSecond
        {
            let interval = Int64((1_000_000 / rate).rounded(.up))
            checker.accounts[known.account].theoreticalArrival -= interval * Int64(known.taskCount)
        }
        scheduler.withdraw(job, at: instant)
        reference?.withdraw(job, at: instant)
        settle()
    }

    mutating func cancel(_ job: JobHandle) {
        checker.event = .cancel(job)
        let isKnown = checker.index(of: job) != nil
        if scheduler.cancel(job, at: instant) != isKnown {
            checker.report(.nothingForgotten, "cancelling job \(job.index) was answered wrongly")
        }
        reference?.cancel(job, at: instant)
        settle()
    }

    mutating func attach(_ job: JobHandle) {
        if let index = checker.index(of: job) { checker.joined(index, isDetached: false) }
        scheduler.attach(job, at: instant)
        reference?.attach(job, at: instant)
        settle()
    }

    mutating func detach(_ job: JobHandle) {
        if let index = checker.index(of: job) {
            let grace = Int64((checker.configuration.graceSeconds * 1_000_000).rounded())
            let now = now
            checker.change(index) { job in
                guard job.listeners > 0 else { return }
                job.listeners -= 1
                guard job.listeners == 0, !job.isDetached, job.phase == .active || job.phase == .postponed else {
                    return
                }
                job.phase = .suspended
                job.suspendedUntil = min(job.deadline, now + grace)
            }
        }
        if fault != .missesDetaching { scheduler.detach(job, at: instant) }
        reference?.detach(job, at: instant)
        settle()
    }

    // MARK: Workers

    mutating func join(_ profile: WorkerProfile) -> WorkerHandle {
        let handle = scheduler.join(profile, at: instant)
        reference?.join(profile, as: handle, at: instant)
        checker.joined(handle, profile)
        checker.fairness.forget()
        settle()
        return handle
    }

    mutating func fill(_ worker: WorkerHandle) -> [Assignment] {
        checker.event = .fill
        woken.removeAll { $0 == worker }
        var assignments = scheduler.fill(worker, at: instant)
        reference?.fill(worker, assignments, at: instant)
        // Jobs that cannot end in time have ended while others were chosen: what is told of them comes after.
        if scheduler.hasEffects { checker.fairness.forgetNewcomers() }
        if fault == .handsOutTwice, let last = assignments.last { assignments.append(last) }
        if fault == .lowersQuality { assignments = assignments.map(Fault.lowered) }
        checker.assigned(assignments, to: worker, scheduler, at: instant)
        settle()
        return assignments
    }

    mutating func finish(_ lease: LeaseID, _ outcome: TaskOutcome) {
        if outcome == .failedForGood, let worker = checker.workers[Int(lease.worker.index)],
            let found = worker.leases.first(where: { $0.lease == lease })
        {
            checker.event = .failForGood(found.job)
        }
        let returned = scheduler.finish(lease, outcome, at: instant)
        reference?.finish(lease, outcome, returned: returned, at: instant)
        checker.finished(lease, outcome, returned: returned)
        settle()
    }

    /// A task that could not be done now, through no fault of its own or of its worker.
    ///
    /// - Parameter moment: until when its job is left alone.
    mutating func postpone(_ lease: LeaseID, until moment: Int64, keepsState: Bool) {
        let until = Instant(microseconds: moment)
        let told = fault == .ignoresPostponing ? instant : until
        let returned = scheduler.postpone(lease, until: told, keepsState: keepsState, at: instant)
        reference?.postpone(lease, until: until, keepsState: keepsState, returned: returned, at: instant)
        checker.postponed(lease, until: moment, keepsState: keepsState, returned: returned)
        settle()
    }

    /// A step and the filling that follows it.
    mutating func step(_ worker: WorkerHandle) -> (orders: StepOrders, joining: [Assignment]) {
        let orders = scheduler.step(worker, at: instant)
        reference?.step(worker, orders, at: instant)
        checker.stepped(worker, orders)
        settle()
        let joining = fill(worker)
        checker.checkPromptness(worker, scheduler, at: instant)
        return (orders, joining)
    }

    mutating func remove(_ worker: WorkerHandle, isFault: Bool) {
        checker.removed(worker, isFault: isFault)
        scheduler.remove(worker, isFault: isFault, at: instant)
        reference?.remove(worker, isFault: isFault, at: instant)
        woken.removeAll { $0 == worker }
        settle()
    }

    mutating func report(_ health: WorkerHealth, of worker: WorkerHandle) {
        scheduler.report(health, of: worker, at: instant)
        reference?.report(health, of: worker, at: instant)
        checker.fairness.forget()
        settle()
    }

    mutating func setDraining(_ worker: WorkerHandle, _ isDraining: Bool) {
        if isDraining {
            let isEmpty = scheduler.drain(worker)
            reference?.drain(worker, returned: isEmpty)
        } else {
            scheduler.undrain(worker)
            reference?.undrain(worker)
        }
        let index = Int(worker.index)
        // One that is lost has no place any more: it may be another one's.
        if index < checker.workers.count, checker.workers[index]?.handle == worker {
            checker.workers[index]?.isDraining = isDraining
            if isDraining { checker.owed.remove(index) }
        }
        woken.removeAll { isDraining && $0 == worker }
        checker.fairness.forget()
        settle()
    }

    // MARK: Operators

    /// - Parameter until: nil: it is released.
    mutating func hold(_ name: HoldName, until: Int64?) {
        checker.hold(name, until: until, at: instant)
        if fault != .ignoresHolds { notify(name, until) }
        reference?.hold(name, until: until, at: instant)
        settle()
    }

    private mutating func notify(_ name: HoldName, _ until: Int64?) {
        guard let until else { return scheduler.release(plan: name.plan, model: name.model, at: instant) }
        scheduler.hold(plan: name.plan, model: name.model, until: Instant(microseconds: until), at: instant)
    }

    // MARK: Time

    /// A clock that was set back takes along what was counted by it: rates are as free as they were, and what is
    /// postponed is so for as long.
    private mutating func noteTime() {
        if let last = lastTick, now < last {
            for account in checker.accounts.indices {
                let arrival = checker.accounts[account].theoreticalArrival
                checker.accounts[account].theoreticalArrival = max(0, arrival - (last - now))
            }
            for job in checker.jobs.indices {
                guard let until = checker.jobs[job]?.postponedUntil else { continue }
                checker.jobs[job]?.postponedUntil = until - (last - now)
            }
        }
        if let last = lastTick, now >= last {
            let seconds = Double(now - last) / 1_000_000
            guard seconds >= checker.configuration.governorSeconds else { return }
        }
        lastTick = now
    }

    mutating func tick() {
        noteTime()
        checker.endHolds(at: instant)
        checker.endPostponing(at: instant)
        scheduler.tick(at: instant)
        settle(afterTick: true)
        checker.checkDeadlines(at: instant)
        checker.checkFairness()
        checker.checkLevels(scheduler, at: instant)
    }

    @discardableResult
    mutating func replace(plan: PlanIndex, with new: Plan) -> Bool {
        let isTaken = scheduler.replace(plan: plan, with: new)
        reference?.replace(plan: plan, with: new, returned: isTaken)
        guard isTaken else { return false }
        checker.configuration.plans[plan] = new
        checker.levels = []
        checker.fairness.forget()
        settle()
        return true
    }
}
