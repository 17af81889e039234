/// Admission: the answer to a demand.
extension Scheduler {
    /// A wait that is predicted for longer than its limit over this is not accepted: predictions are not exact.
    static let predictionMargin = 1.1

    /// Answers a demand. What is accepted is reserved, and waits for ``confirm(_:at:)`` once it is durable. An account that
    /// is not open is refused: a shell may hold its handle while somebody closes it.
    public mutating func submit(_ demand: Demand, at now: Instant) -> Verdict {
        guard let account = place(demand.account) else {
            return .refused(Refusal(.accountClosed, afterSeconds: .infinity))
        }
        precondition(configuration.models.indices.contains(demand.model), "a demand needs a model that there is")
        precondition((1...Job.mostTasks).contains(demand.taskCount), "a job has 1 to 32 tasks")
        precondition(demand.size > 0 && demand.size < 1e6, "a picture's size lies above 0 and below a million")
        let time = now.microseconds
        if demand.fingerprint != 0,
            let known = fingerprints.find(demand.fingerprint, account: Int32(account), jobs)
        {
            if demand.isDetached {
                jobs[known].isDetached = true
                resume(known, time)
            } else {
                listen(known, time)
            }
            statistics.plans[Int(accounts[account].plan)].joined += 1
            return .joined(handle(known))
        }
        let plan = Int(accounts[account].plan)
        let lane = laneIndex(plan, demand.model)
        let wanted = wantedRung(demand.wantedRung, lane)
        turnDay(account, time)
        let (refusal, arrival) = accountRefusal(accounts[account], plan, demand, wanted, time)
        if let refusal { return refuse(refusal, plan) }
        let taskSeconds = manifestCosts[demand.model][wanted] * demand.size
        lanes[lane].demandedUnits.add(demand.size * Double(demand.taskCount))
        lanes[lane].demandedSeconds.add(taskSeconds * Double(demand.taskCount))
        let forecast = forecast(
            lane: lane,
            flow: flow(of: account, lane: lane),
            taskSeconds: taskSeconds,
            taskCount: demand.taskCount,
            time
        )
        if let refusal = overload(forecast, lane, account, isDetached: demand.isDetached) {
            return refuse(refusal, plan)
        }
        let estimate = estimate(forecast, plan)
        let outlook = Outlook(position: forecast.tasksBefore + 1, estimate: estimate)
        let expected = forecast.seconds * Self.predictionMargin
        let isDeferred = demand.isDetached && expected > configuration.plans[plan].patienceSeconds
        // Only what is accepted is taken from its rate: who is told to come back may do so.
        accounts[account].theoreticalArrival = arrival
        let place = reserve(demand, account, wanted, forecast, estimate, time)
        statistics.plans[plan].accepted += 1
        if isDeferred {
            statistics.plans[plan].deferred += 1
            return .deferred(handle(place), outlook)
        }
        return forecast.startsAtOnce ? .run(handle(place), outlook) : .queued(handle(place), outlook)
    }

    /// Whether a demand of this account for one picture would be refused now, whatever it is for. Changes nothing, so
    /// that a request can be refused before its photo is read.
    public func refusal(for account: AccountHandle, model: ModelIndex, isDetached: Bool, at now: Instant) -> Refusal? {
        guard let place = place(account), configuration.models.indices.contains(model) else { return nil }
        let plan = Int(accounts[place].plan)
        let lane = laneIndex(plan, model)
        let cheapest = governor.paths[lane][0].rung
        let demand = Demand(account: account, model: model, wantedRung: cheapest, isDetached: isDetached)
        var copy = accounts[place]
        if copy.day < day(now.microseconds) { copy.usedToday = 0 }
        if let refusal = accountRefusal(copy, plan, demand, cheapest, now.microseconds).refusal { return refusal }
        let forecast = forecast(
            lane: lane,
            flow: flow(of: place, lane: lane),
            taskSeconds: manifestCosts[model][cheapest],
            taskCount: 1,
            now.microseconds
        )
        return overload(forecast, lane, place, isDetached: isDetached)
    }

    /// The bound of the queue: what would take longer than its client waits, or than the plan's horizon, is refused.
    private func overload(_ forecast: Forecast, _ lane: Int, _ account: Int, isDetached: Bool) -> Refusal? {
        guard configuration.features.contains(.bounds), !isIdle(lane) else { return nil }
        let plan = lanes[lane].plan
        let (patience, horizon) = (configuration.plans[plan].patienceSeconds, configuration.plans[plan].horizonSeconds)
        let limit = isDetached ? horizon : min(patience, horizon)
        let expected = forecast.seconds * Self.predictionMargin
        guard expected > limit else { return nil }
        return Refusal(
            isSurging(lane) ? .slowDown : .overloaded,
            afterSeconds: (expected - limit) * spread(account, plan)
        )
    }

    /// Whether there is no work, and a job of this lane could begin. Then the next one is taken whatever is
    /// predicted: where it waits for nobody, a wrong idea of what it costs must not keep everybody out, and only a job that
    /// is done can mend it.
    private func isIdle(_ lane: Int) -> Bool {
        hasNoWork && !lanes[lane].isHeld && capacities[lanes[lane].model] > 0
    }

    /// Whether no task runs, waits or is postponed.
    private var hasNoWork: Bool {
        runningCount == 0 && lanes.allSatisfy { $0.waitingTasks == 0 && $0.postponedTasks == 0 }
    }

    /// A refusal that was decided by ``refusal(for:model:isDetached:at:)`` and told: counted, and counted as demand.
    public mutating func noteRefusal(_ refusal: Refusal, for account: AccountHandle, model: ModelIndex) {
        guard let place = place(account), configuration.models.indices.contains(model) else { return }
        let plan = Int(accounts[place].plan)
        _ = refuse(refusal, plan)
        guard refusal.reason == .overloaded || refusal.reason == .slowDown else { return }
        let lane = laneIndex(plan, model)
        let top = governor.paths[lane][governor.paths[lane].count - 1].rung
        lanes[lane].demandedUnits.add(1)
        lanes[lane].demandedSeconds.add(manifestCosts[model][top])
    }

    /// The job is durable: it may be started.
    public mutating func confirm(_ job: JobHandle, at now: Instant) {
        guard let place = place(job), jobs[place].phase == .reserved else { return }
        jobs[place].phase = .active
        // Its client may have gone while it was made durable.
        guard jobs[place].isDetached || jobs[place].listeners > 0 else { return suspend(place, now.microseconds) }
        enqueue(place, atFront: false)
        wakeIdle(now.microseconds)
    }

    /// Resumes a job that an earlier run of the shell accepted, without the checks of admission.
    ///
    /// - Parameters:
    ///   - demand: what was asked for. Its account must be open.
    ///   - submittedAt: when it was accepted first.
    ///   - deadline: the one it was told of; nil: as for a new job.
    ///   - doneTasks: tasks that need not be done again.
    ///   - given: the rung that it was begun with; nil: it was not begun.
    ///   - now: the time of the event.
    /// - Returns: the job. It is confirmed already, and has ended if all of its tasks are done.
    public mutating func restore(
        _ demand: Demand,
        submittedAt: Instant,
        deadline: Instant?,
        doneTasks: [Int] = [],
        given: RungIndex? = nil,
        at now: Instant
    ) -> JobHandle {
        guard let account = place(demand.account) else { preconditionFailure("a demand needs an open account") }
        let lane = laneIndex(Int(accounts[account].plan), demand.model)
        let wanted = wantedRung(demand.wantedRung, lane)
        turnDay(account, now.microseconds)
        // Nothing is known of what it was told: it may be behind everything.
        let none = Forecast(tasksBefore: .max, heldSeconds: 0, queueSeconds: 0, startsAtOnce: false)
        let estimate = Estimate(lowSeconds: 0, highSeconds: 0)
        var done: UInt32 = 0
        for task in doneTasks where (0..<demand.taskCount).contains(task) { done |= 1 << UInt32(task) }
        let submitted = submittedAt.microseconds
        let place = reserve(demand, account, wanted, none, estimate, submitted, deadline: deadline, done: done)
        // The ladder may be another one by now.
        if let given, manifestCosts[demand.model].indices.contains(given) { jobs[place].given = UInt8(given) }
        // Of a later day only when the clock was set back since: then it is one of the day in progress.
        jobs[place].day = min(day(submitted), accounts[account].day)
        // Its own day's allowance holds it already, when the day is over.
        if jobs[place].day != accounts[account].day { accounts[account].usedToday -= Int32(demand.taskCount) }
        let handle = handle(place)
        if jobs[place].pending == 0 {
            end(place, .completed, now.microseconds)
        } else {
            confirm(handle, at: now)
        }
        return handle
    }

    // MARK: Steps

    private func accountRefusal(
        _ state: AccountState,
        _ plan: Int,
        _ demand: Demand,
        _ wanted: RungIndex,
        _ now: Int64
    ) -> (refusal: Refusal?, theoreticalArrival: Int64) {
        let price = price(demand, plan, wanted)
        if price > 0, let balance = state.millicredits, balance < Int64(price) {
            return (Refusal(.creditsExhausted, afterSeconds: .infinity), 0)
        }
        if let allowance = state.allowanceOverride.map(Int.init) ?? configuration.plans[plan].dailyAllowance,
            Int(state.usedToday) + demand.taskCount > allowance
        {
            return (Refusal(.allowanceExhausted, afterSeconds: .infinity), 0)
        }
        if Int(state.activeJobs) >= configuration.plans[plan].mostActiveJobs {
            // By then about one of its jobs has ended.
            return (Refusal(.tooManyActive, afterSeconds: delays[plan]), 0)
        }
        guard let rate = configuration.plans[plan].picturesPerSecond else { return (nil, state.theoreticalArrival) }
        let answer = RateLimit.check(
            theoreticalArrival: state.theoreticalArrival,
            now: now,
            count: demand.taskCount,
            picturesPerSecond: rate,
            burst: configuration.plans[plan].burst
        )
        switch answer {
        case .conforms(let arrival): return (nil, arrival)
        case .exceeds(let microseconds):
            return (Refusal(.rateLimited, afterSeconds: Double(microseconds) / 1_000_000), 0)
        }
    }

    private mutating func refuse(_ refusal: Refusal, _ plan: Int) -> Verdict {
        if let reason = Refusal.Reason.allCases.firstIndex(of: refusal.reason) {
            statistics.plans[plan].refused[reason] += 1
        }
        return .refused(refusal)
    }

    /// Demand that has doubled within seconds, and is more than the fleet can do.
    private func isSurging(_ lane: Int) -> Bool {
        let meter = lanes[lane].demandedSeconds
        return meter.fast > 2 * meter.slow && meter.fast * lanes[lane].scale > capacities[lanes[lane].model]
    }

    /// 1...1.25, different for each refusal: those who are told to come back should not all come at once.
    private func spread(_ account: Int, _ plan: Int) -> Double {
        let refusals = statistics.plans[plan].refused.reduce(0, +)
        let mixed = (UInt64(account) &* 0x9E37_79B9_7F4A_7C15) ^ (UInt64(refusals) &* 0xBF58_476D_1CE4_E5B9)
        return 1 + Double(mixed >> 40) / Double(1 << 26)
    }

    /// Size × quality × number of pictures, at the quality that was asked for, as far as the plan gives it.
    func price(_ demand: Demand, _ plan: Int, _ wanted: RungIndex) -> Int {
        let picture = configuration.plans[plan].priceMillicredits
        guard picture > 0 else { return 0 }
        let costs = manifestCosts[demand.model]
        let share = costs[wanted] / costs[costs.count - 1]
        let exact = max(1, (Double(picture) * share * demand.size).rounded()) * Double(demand.taskCount)
        // What a job can hold: two million credits.
        return Int(min(exact, Double(Int32.max)))
    }

    /// The rung that counts as asked for: none that is better than the plan's ceiling.
    func wantedRung(_ asked: RungIndex, _ lane: Int) -> RungIndex {
        let top = governor.paths[lane][governor.paths[lane].count - 1].rung
        guard asked < top else { return top }
        let asked = max(0, asked)
        let quality = configuration.models[lanes[lane].model].ladder.rungs[asked].quality
        guard quality > configuration.plans[lanes[lane].plan].ceilingQuality else { return asked }
        return governor.paths[lane].last { $0.rung <= asked }?.rung ?? governor.paths[lane][0].rung
    }

    private mutating func reserve(
        _ demand: Demand,
        _ account: Int,
        _ wanted: RungIndex,
        _ forecast: Forecast,
        _ estimate: Estimate,
        _ now: Int64,
        deadline: Instant? = nil,
        done: UInt32 = 0
    ) -> Int {
        let plan = Int(accounts[account].plan)
        let lane = laneIndex(plan, demand.model)
        let seconds =
            demand.isDetached
            ? configuration.plans[plan].horizonSeconds * Self.expiryHorizons : configuration.plans[plan].patienceSeconds
        var job = Job()
        job.account = Int32(account)
        job.flow = Int32(makeFlow(of: account, lane: lane))
        job.submittedAt = now
        job.deadline = deadline?.microseconds ?? now + Instant.span(seconds)
        job.fingerprint = demand.fingerprint
        job.isDetached = demand.isDetached
        job.taskCount = UInt8(demand.taskCount)
        job.done = done
        job.pending = (demand.taskCount == 32 ? .max : (1 << UInt32(demand.taskCount)) - 1) & ~done
        job.wanted = UInt8(wanted)
        job.shape = UInt32(truncatingIfNeeded: demand.shape)
        job.size = Float(demand.size)
        job.listeners = demand.isDetached ? 0 : 1
        job.toldLowSeconds = Float(estimate.lowSeconds)
        job.toldHighSeconds = Float(estimate.highSeconds)
        job.predictedSeconds = Float(forecast.seconds)
        job.tasksBefore = Int32(clamping: forecast.tasksBefore)
        job.servedBefore = Int32(truncatingIfNeeded: lanes[lane].servedTasks)
        job.day = accounts[account].day
        let price = price(demand, plan, wanted)
        job.reservedMillicredits = Int32(clamping: price)
        if let balance = accounts[account].millicredits {
            accounts[account].millicredits = balance - Int64(price)
            job.isPrepaid = true
        }
        accounts[account].usedToday += Int32(demand.taskCount)
        accounts[account].activeJobs += 1
        let (place, _) = jobs.insert(job)
        if demand.fingerprint != 0 { fingerprints.insert(place, jobs) }
        wheel.insert(place, &jobs)
        if jobs[place].pending != 0 { countWaiting(place, 1) }
        return place
    }
}
