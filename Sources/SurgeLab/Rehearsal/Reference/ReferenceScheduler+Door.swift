internal import SurgeCore

/// The door: who comes in, on what terms, and who is told to come back when.
extension ReferenceScheduler {
    struct Entrance {
        let account: ReferenceAccount
        let lane: ReferenceLane
        let wanted: Int
        let price: Int
    }

    func joins(_ demand: Demand) -> ReferenceJob? {
        guard demand.fingerprint != 0 else { return nil }
        return jobs.values.first { $0.demand.fingerprint == demand.fingerprint && $0.account.handle == demand.account }
    }

    /// The rung that counts as asked for: the best of the plan's path is the most, and the ceiling holds.
    func wanted(_ asked: Int, _ lane: ReferenceLane) -> Int {
        let path = governor.paths[lane.index]
        let top = path[path.count - 1]
        if asked >= top { return top }
        let asked = max(0, asked)
        let quality = configuration.models[lane.model].ladder.rungs[asked].quality
        if quality <= plan(of: lane).ceilingQuality { return asked }
        return path.last { $0 <= asked } ?? path[0]
    }

    func price(_ demand: Demand, _ plan: Plan, _ wanted: Int) -> Int {
        guard plan.priceMillicredits > 0 else { return 0 }
        let share = stated[demand.model][wanted] / (stated[demand.model].last ?? 1)
        let picture = max(1, (Double(plan.priceMillicredits) * share * demand.size).rounded())
        return Int(min(Double(Int32.max), picture * Double(demand.taskCount)))
    }

    /// What an account's own limits say: credits, allowance, jobs in flight, rate, in this order.
    func limits(
        _ account: ReferenceAccount,
        used: Int,
        _ demand: Demand,
        price: Int,
        _ now: Int64
    ) -> (refusal: Refusal?, arrival: Int64) {
        let plan = plan(of: account)
        if let balance = account.millicredits, price > 0, balance < Int64(price) {
            return (Refusal(.creditsExhausted, afterSeconds: 120), 0)
        }
        if let allowance = account.allowance ?? plan.dailyAllowance, used + demand.taskCount > allowance {
            return (Refusal(.allowanceExhausted, afterSeconds: 120), 0)
        }
        if activeJobs(account) >= plan.mostActiveJobs {
            return (Refusal(.tooManyActive, afterSeconds: delays[account.plan]), 0)
        }
        guard let rate = plan.picturesPerSecond else { return (nil, account.theoreticalArrival) }
        let interval = Self.interval(rate)
        let start = max(account.theoreticalArrival, now)
        let free = interval * Int64(max(0, plan.burst - demand.taskCount))
        if start - now > free {
            return (Refusal(.rateLimited, afterSeconds: Double(start - now - free) / 1_000_000), 0)
        }
        return (nil, start + interval * Int64(demand.taskCount))
    }

    func submit(_ demand: Demand, _ verdict: Verdict, expectedSeconds: Double, at now: Instant) {
        guard let account = accounts[demand.account] else { return }
        let time = now.microseconds
        if let known = joins(demand) { return join(known, demand, verdict, account, time) }
        let lane = lane(account.plan, demand.model)
        let plan = plan(of: lane)
        let wanted = wanted(demand.wantedRung, lane)
        let price = price(demand, plan, wanted)
        turnDay(account, time)
        let (refusal, arrival) = limits(account, used: account.used, demand, price: price, time)
        if let refusal { return refuse(refusal, verdict, account.plan) }
        let taskSeconds = stated[demand.model][wanted] * demand.size
        lane.units.add(demand.size * Double(demand.taskCount))
        lane.seconds.add(taskSeconds * Double(demand.taskCount))
        var forecast = forecast(lane, account.flows[lane.index], taskSeconds, demand.taskCount, time)
        checkExpected(forecast, expectedSeconds, lane, demand)
        forecast.queueSeconds = expectedSeconds - forecast.heldSeconds
        if let refusal = overload(forecast.seconds, lane, account, isDetached: demand.isDetached) {
            return refuse(refusal, verdict, account.plan)
        }
        accept(demand, verdict, Entrance(account: account, lane: lane, wanted: wanted, price: price), forecast, time)
        account.theoreticalArrival = arrival
    }

    private func join(
        _ known: ReferenceJob,
        _ demand: Demand,
        _ verdict: Verdict,
        _ account: ReferenceAccount,
        _ time: Int64
    ) {
        if verdict != .joined(known.handle) {
            differ(.nothingForgotten, "the same request again did not find its job, but \(verdict)")
        }
        if demand.isDetached {
            known.isDetached = true
            resume(known, time)
        } else {
            listen(known, time)
        }
        statistics.plans[account.plan].joined += 1
    }

    private func refuse(_ refusal: Refusal, _ verdict: Verdict, _ plan: Int) {
        if verdict != .refused(refusal) {
            differ(
                .refusalTyped,
                "to be refused as \(refusal.reason) for \(refusal.retryAfterSeconds) s, is \(verdict)"
            )
        }
        count(refusal, plan)
    }

    func count(_ refusal: Refusal, _ plan: Int) {
        guard let place = Refusal.Reason.allCases.firstIndex(of: refusal.reason) else { return }
        statistics.plans[plan].refused[place] += 1
    }

    /// What would take longer than its client waits, or than the plan's horizon.
    func overload(_ seconds: Double, _ lane: ReferenceLane, _ account: ReferenceAccount, isDetached: Bool) -> Refusal? {
        guard features.contains(.bounds) else { return nil }
        // Where nothing runs or waits, the next one is taken whatever is predicted.
        let isOpen = !lane.isHeld && capacities[lane.model] > 0
        if runningCount == 0, waitingTaskCount == 0, postponedJobs.isEmpty, isOpen { return nil }
        let plan = plan(of: lane)
        let limit = isDetached ? plan.horizonSeconds : min(plan.patienceSeconds, plan.horizonSeconds)
        let expected = seconds * 1.1
        guard expected > limit else { return nil }
        let isSurging =
            lane.seconds.fast > 2 * lane.seconds.slow && lane.seconds.fast * lane.scale > capacities[lane.model]
        // Those who are told to come back should not all come at once.
        let refusals = statistics.plans[lane.plan].refused.reduce(0, +)
        let mixed =
            (UInt64(account.handle.index) &* 0x9E37_79B9_7F4A_7C15) ^ (UInt64(refusals) &* 0xBF58_476D_1CE4_E5B9)
        let spread = 1 + Double(mixed >> 40) / Double(1 << 26)
        return Refusal(isSurging ? .slowDown : .overloaded, afterSeconds: (expected - limit) * spread)
    }

    private func accept(
        _ demand: Demand,
        _ verdict: Verdict,
        _ entrance: Entrance,
        _ forecast: Forecast,
        _ now: Int64
    ) {
        let (account, lane) = (entrance.account, entrance.lane)
        let plan = plan(of: lane)
        let isDeferred = demand.isDetached && forecast.seconds * 1.1 > plan.patienceSeconds
        let handle: JobHandle
        let outlook: Outlook
        let isRight: Bool
        switch verdict {
        case .run(let job, let told):
            (handle, outlook, isRight) = (job, told, !isDeferred && (forecast.startsAtOnce || forecast.isClose))
        case .queued(let job, let told):
            (handle, outlook, isRight) = (job, told, !isDeferred && (!forecast.startsAtOnce || forecast.isClose))
        case .deferred(let job, let told): (handle, outlook, isRight) = (job, told, isDeferred)
        case .joined, .refused:
            return differ(.refusalTyped, "a demand that fits was answered with \(verdict)")
        }
        if !isRight { differ(.honestClocks, "a demand was answered with \(verdict), deferred: \(isDeferred)") }
        check(outlook, forecast, lane, position: forecast.tasksBefore + 1)
        let seconds = demand.isDetached ? plan.horizonSeconds * 2 : plan.patienceSeconds
        let job = reserve(demand, handle, entrance, submittedAt: now, deadline: now + span(seconds))
        job.told = outlook.estimate
        job.predictedSeconds = Float(forecast.seconds)
        job.tasksBefore = outlook.position - 1
        statistics.plans[account.plan].accepted += 1
        if isDeferred { statistics.plans[account.plan].deferred += 1 }
    }

    func span(_ seconds: Double) -> Int64 { Int64(min(1e18, max(-1e18, seconds * 1_000_000)).rounded()) }

    private func reserve(
        _ demand: Demand,
        _ handle: JobHandle,
        _ entrance: Entrance,
        submittedAt: Int64,
        deadline: Int64
    ) -> ReferenceJob {
        let (account, lane) = (entrance.account, entrance.lane)
        mostJobs = max(mostJobs, jobs.count + 1)
        if Int(handle.index) >= mostJobs { differ(.bounded, "the place of a job that has ended is not used again") }
        if !usedJobHandles.insert(handle).inserted { differ(.nothingForgotten, "a job got the name of another one") }
        let flow = account.flows[lane.index] ?? ReferenceFlow(lane: lane)
        account.flows[lane.index] = flow
        let job = ReferenceJob(
            handle,
            demand,
            account: account,
            flow: flow,
            wanted: entrance.wanted,
            submittedAt: submittedAt,
            deadline: deadline
        )
        job.servedBefore = lane.servedTasks
        job.reserved = entrance.price
        job.day = account.day
        account.used += demand.taskCount
        if let balance = account.millicredits {
            account.millicredits = balance - Int64(entrance.price)
            job.isPrepaid = true
        }
        jobs[handle] = job
        return job
    }

    /// Takes up a job of an earlier run.
    func restore(
        _ demand: Demand,
        as handle: JobHandle,
        submittedAt: Instant,
        deadline: Instant?,
        doneTasks: [Int],
        given: RungIndex?,
        at now: Instant
    ) {
        guard let account = accounts[demand.account] else { return }
        let lane = lane(account.plan, demand.model)
        let plan = plan(of: lane)
        let wanted = wanted(demand.wantedRung, lane)
        turnDay(account, now.microseconds)
        let price = price(demand, plan, wanted)
        let submitted = submittedAt.microseconds
        let seconds = demand.isDetached ? plan.horizonSeconds * 2 : plan.patienceSeconds
        let entrance = Entrance(account: account, lane: lane, wanted: wanted, price: price)
        let latest = deadline?.microseconds ?? submitted + span(seconds)
        let job = reserve(demand, handle, entrance, submittedAt: submitted, deadline: latest)
        job.tasksBefore = Int(Int32.max)
        job.done = Set(doneTasks.filter { (0..<demand.taskCount).contains($0) })
        job.pending.subtract(job.done)
        if let given, stated[demand.model].indices.contains(given) { job.given = given }
        job.day = min(day(submitted), account.day)
        if job.day != account.day { account.used -= demand.taskCount }
        if job.pending.isEmpty { end(job, .completed, now.microseconds) } else { confirm(handle, at: now) }
    }

    func confirm(_ handle: JobHandle, at now: Instant) {
        guard let job = jobs[handle], job.phase == .reserved else { return }
        job.phase = .active
        guard job.isDetached || job.listeners > 0 else { return suspend(job, now.microseconds) }
        enqueue(job, atFront: false)
        wakeIdle(now.microseconds)
    }

    // MARK: Without consequences

    /// What the door says to a picture of the cheapest rung before it is asked for.
    func check(
        _ told: Refusal?,
        for handle: AccountHandle,
        model: Int,
        isDetached: Bool,
        expectedSeconds: Double,
        at now: Instant
    ) {
        guard let account = accounts[handle], configuration.models.indices.contains(model) else { return }
        let lane = lane(account.plan, model)
        let cheapest = governor.paths[lane.index][0]
        let demand = Demand(account: handle, model: model, wantedRung: cheapest, isDetached: isDetached)
        let used = day(now.microseconds) > account.day ? 0 : account.used
        let price = price(demand, plan(of: lane), cheapest)
        let expected =
            limits(account, used: used, demand, price: price, now.microseconds).refusal
            ?? overload(expectedSeconds, lane, account, isDetached: isDetached)
        if told != expected {
            differ(.refusalTyped, "the door says \(told as Any) and should say \(expected as Any)")
        }
    }

    func noteRefusal(_ refusal: Refusal, for handle: AccountHandle, model: Int) {
        guard let account = accounts[handle], configuration.models.indices.contains(model) else { return }
        count(refusal, account.plan)
        guard refusal.reason == .overloaded || refusal.reason == .slowDown else { return }
        let lane = lane(account.plan, model)
        lane.units.add(1)
        lane.seconds.add(stated[model][governor.paths[lane.index].last ?? 0])
    }
}
