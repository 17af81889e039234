internal import SurgeCore

/// What is said to demands: promises 6, 7, 9 and 11.
extension PromiseChecker {
    private static let day: Int64 = 86_400_000_000

    /// What must be said, as far as the account's own limits go, and the wait that is predicted.
    struct Expectation {
        var joins: Int?
        var reason: Refusal.Reason?
        var wanted = 0
        var price = 0
        var arrival: Int64 = 0
        var predictedSeconds = 0.0
        var limitSeconds = 0.0
        /// Nothing runs, waits or is postponed: the next one is taken whatever is predicted.
        var isFree = false
    }

    func expect(_ demand: Demand, _ scheduler: borrowing Scheduler, at now: Instant) -> Expectation {
        var expected = Expectation()
        let account = Int(demand.account.index)
        if demand.fingerprint != 0 {
            for case let job? in jobs where job.fingerprint == demand.fingerprint && job.account == account {
                expected.joins = Int(job.handle.index)
                return expected
            }
        }
        let today = now.microseconds / Self.day
        if today > accounts[account].day { (accounts[account].day, accounts[account].used) = (today, 0) }
        let state = accounts[account]
        let plan = configuration.plans[state.plan]
        let rungs = configuration.models[demand.model].ladder.rungs
        expected.wanted = wanted(demand.wantedRung, plan, rungs)
        expected.price = price(demand, expected.wanted, plan, rungs)
        expected.reason = accountReason(state, plan, demand, &expected, now)
        var asked = demand
        asked.wantedRung = expected.wanted
        expected.predictedSeconds = scheduler.expectedWaitSeconds(of: asked, at: now)
        let isWorkLeft = jobs.contains { job in job.map { $0.phase != .suspended && $0.pending != 0 } ?? false }
        expected.isFree = leaseCount == 0 && !isWorkLeft
        expected.limitSeconds =
            demand.isDetached ? plan.horizonSeconds : min(plan.patienceSeconds, plan.horizonSeconds)
        return expected
    }

    private func price(_ demand: Demand, _ wanted: Int, _ plan: Plan, _ rungs: [Rung]) -> Int {
        let share = rungs[wanted].costDeviceSeconds / rungs[rungs.count - 1].costDeviceSeconds
        let picture = (Double(plan.priceMillicredits) * share * demand.size).rounded()
        return plan.priceMillicredits > 0 ? Int(max(1, picture)) * demand.taskCount : 0
    }

    /// A job of an earlier process is back: it counts for the day that it was submitted on.
    func restored(
        _ demand: Demand,
        _ handle: JobHandle,
        submittedAt: Instant,
        deadline: Instant?,
        doneTasks: [Int],
        given: RungIndex?,
        at now: Instant
    ) {
        let account = Int(demand.account.index)
        let today = now.microseconds / Self.day
        if today > accounts[account].day { (accounts[account].day, accounts[account].used) = (today, 0) }
        let plan = configuration.plans[accounts[account].plan]
        let rungs = configuration.models[demand.model].ladder.rungs
        var expected = Expectation()
        expected.wanted = wanted(demand.wantedRung, plan, rungs)
        expected.price = price(demand, expected.wanted, plan, rungs)
        expected.arrival = accounts[account].theoreticalArrival
        let outlook = Outlook.unknown
        let day = min(submittedAt.microseconds / Self.day, accounts[account].day)
        accept(demand, handle, outlook, expected, submittedAt, deadline: deadline, day: day)
        let isOfToday = submittedAt.microseconds / Self.day >= accounts[account].day
        if !isOfToday { accounts[account].used -= demand.taskCount }
        guard let index = index(of: handle) else { return }
        change(index) { job in
            for task in doneTasks where (0..<demand.taskCount).contains(task) { job.done |= 1 << UInt32(task) }
            job.pending &= ~job.done
            if let given, rungs.indices.contains(given) { job.given = given }
            job.phase = .active
        }
        touched.append(account)
    }

    /// The best rung up to the one asked for that the ceiling allows.
    private func wanted(_ asked: Int, _ plan: Plan, _ rungs: [Rung]) -> Int {
        let path = Scheduler.rungs(of: Ladder(rungs) ?? configuration.models[0].ladder, for: plan)
        let top = path[path.count - 1]
        if asked >= top { return top }
        if rungs[asked].quality <= plan.ceilingQuality { return asked }
        return path.last { $0 <= asked } ?? path[0]
    }

    private func accountReason(
        _ state: ModelAccount,
        _ plan: Plan,
        _ demand: Demand,
        _ expected: inout Expectation,
        _ now: Instant
    ) -> Refusal.Reason? {
        if expected.price > 0, let balance = state.millicredits, balance < Int64(expected.price) {
            return .creditsExhausted
        }
        if let allowance = state.allowance ?? plan.dailyAllowance, state.used + demand.taskCount > allowance {
            return .allowanceExhausted
        }
        if state.active >= plan.mostActiveJobs { return .tooManyActive }
        guard let rate = plan.picturesPerSecond else { return nil }
        let interval = Int64((1_000_000 / rate).rounded(.up))
        let start = max(state.theoreticalArrival, now.microseconds)
        let free = max(0, plan.burst - demand.taskCount)
        expected.arrival = start + interval * Int64(demand.taskCount)
        return start - now.microseconds > interval * Int64(free) ? .rateLimited : nil
    }

    func submitted(_ demand: Demand, _ verdict: Verdict, _ expected: Expectation, at now: Instant) {
        let account = Int(demand.account.index)
        touched.append(account)
        if let known = expected.joins {
            guard case .joined(let handle) = verdict, Int(handle.index) == known, index(of: handle) != nil else {
                return report(.nothingForgotten, "the same request again did not find its job \(known)")
            }
            return joined(known, isDetached: demand.isDetached)
        }
        let fits = expected.predictedSeconds * 1.1 <= expected.limitSeconds
        switch verdict {
        case .joined(let handle): report(.nothingForgotten, "another request joined job \(handle.index)")
        case .refused(let refusal): refused(refusal, expected, fits)
        case .run(let handle, let outlook), .queued(let handle, let outlook), .deferred(let handle, let outlook):
            if let reason = expected.reason { report(.refusalTyped, "accepted beyond its limits: \(reason)") }
            if !fits, !expected.isFree {
                report(.bounded, "accepted with \(expected.predictedSeconds) s of \(expected.limitSeconds) s")
            }
            let plan = accounts[account].plan
            checkHold(outlook.estimate, plan: plan, model: demand.model, at: now)
            if outlook.position < 1 { report(.honestClocks, "a job that waits is told place \(outlook.position)") }
            accept(demand, handle, outlook, expected, now)
        }
    }

    func joined(_ known: Int, isDetached: Bool) {
        change(known) { job in
            if isDetached { job.isDetached = true } else { job.listeners += 1 }
            if job.phase == .suspended { job.phase = job.postponedUntil == nil ? .active : .postponed }
        }
    }

    private func refused(_ refusal: Refusal, _ expected: Expectation, _ fits: Bool) {
        if !(1...120).contains(refusal.retryAfterSeconds) {
            report(.refusalTyped, "told to come back in \(refusal.retryAfterSeconds) s")
        }
        switch refusal.reason {
        case .overloaded, .slowDown:
            if expected.reason != nil {
                report(.refusalTyped, "refused as \(refusal.reason), not \(expected.reason as Any)")
            }
            if fits { report(.refusalTyped, "refused although \(expected.predictedSeconds) s fit") }
        default:
            if refusal.reason != expected.reason {
                report(.refusalTyped, "refused as \(refusal.reason), which is \(expected.reason as Any)")
            }
        }
    }

    private func accept(
        _ demand: Demand,
        _ handle: JobHandle,
        _ outlook: Outlook,
        _ expected: Expectation,
        _ now: Instant,
        deadline: Instant? = nil,
        day: Int64? = nil
    ) {
        let account = Int(demand.account.index)
        let plan = configuration.plans[accounts[account].plan]
        checkEstimate(outlook.estimate)
        let seconds = demand.isDetached ? plan.horizonSeconds * 2 : plan.patienceSeconds
        insert(
            ModelJob(
                handle: handle,
                account: account,
                plan: accounts[account].plan,
                model: demand.model,
                wanted: expected.wanted,
                taskCount: demand.taskCount,
                size: demand.size,
                shape: demand.shape,
                fingerprint: demand.fingerprint,
                submittedAt: now.microseconds,
                day: day ?? accounts[account].day,
                reserved: expected.price,
                isPrepaid: accounts[account].millicredits != nil,
                told: outlook.estimate,
                isPredicted: expected.predictedSeconds > 0,
                isDetached: demand.isDetached,
                listeners: demand.isDetached ? 0 : 1,
                deadline: deadline?.microseconds ?? now.microseconds + Int64((seconds * 1_000_000).rounded()),
                pending: demand.taskCount == 32 ? .max : (1 << UInt32(demand.taskCount)) - 1
            )
        )
        accounts[account].active += 1
        accounts[account].used += demand.taskCount
        if let balance = accounts[account].millicredits {
            accounts[account].millicredits = balance - Int64(expected.price)
        }
        if plan.picturesPerSecond != nil { accounts[account].theoreticalArrival = expected.arrival }
    }

    func checkEstimate(_ estimate: Estimate) {
        let isSound =
            estimate.lowSeconds >= 0 && estimate.lowSeconds <= estimate.highSeconds && estimate.highSeconds.isFinite
        if !isSound { report(.honestClocks, "\(estimate.lowSeconds)...\(estimate.highSeconds) s is no interval") }
    }

    func checkStanding(_ account: Int, _ scheduler: borrowing Scheduler, _ now: Instant) {
        guard let standing = scheduler.standing(of: accounts[account].handle, at: now) else { return }
        let state = accounts[account]
        let used = state.day >= now.microseconds / Self.day ? state.used : 0
        if standing.usedToday != used {
            report(.paidOnce, "account \(account) has used \(used) pictures and is counted \(standing.usedToday)")
        }
        if standing.millicredits != state.millicredits {
            report(
                .paidOnce,
                "account \(account) is off: \(standing.millicredits as Any), \(state.millicredits as Any)"
            )
        }
        if standing.activeJobs != state.active {
            report(.paidOnce, "account \(account) has \(state.active) jobs and is counted \(standing.activeJobs)")
        }
    }
}
