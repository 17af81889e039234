/// Listeners come and go, and every job ends exactly once.
extension Scheduler {
    /// One more client waits for the job's answer.
    ///
    /// - Returns: false when the job has ended.
    @discardableResult
    public mutating func attach(_ job: JobHandle, at now: Instant) -> Bool {
        guard let place = place(job) else { return false }
        listen(place, now.microseconds)
        return true
    }

    /// A client that waited has gone. The last one's job is kept for a grace, unbegun, and then ends; one that was asked
    /// for asynchronously goes on.
    public mutating func detach(_ job: JobHandle, at now: Instant) {
        guard let place = place(job), jobs[place].listeners > 0 else { return }
        jobs[place].listeners -= 1
        guard jobs[place].listeners == 0, !jobs[place].isDetached,
            jobs[place].phase == .active || jobs[place].phase == .postponed
        else { return }
        suspend(place, now.microseconds)
        // It may have stood before tasks of its account that others can take.
        wakeIdle(now.microseconds)
    }

    /// Ends a job that its owner does not want any more.
    ///
    /// - Returns: false when it has ended before.
    @discardableResult
    public mutating func cancel(_ job: JobHandle, at now: Instant) -> Bool {
        guard let place = place(job) else { return false }
        end(place, .cancelled, now.microseconds)
        wakeIdle(now.microseconds)
        return true
    }

    /// A reserved job that could not be made durable, or that another one stands for.
    public mutating func withdraw(_ job: JobHandle, at now: Instant) {
        guard let place = place(job) else { return }
        let plan = lanes[Int(flows[Int(jobs[place].flow)].lane)].plan
        if let rate = configuration.plans[plan].picturesPerSecond {
            let back = RateLimit.interval(rate) * Int64(jobs[place].taskCount)
            accounts[Int(jobs[place].account)].theoreticalArrival -= back
        }
        end(place, .withdrawn, now.microseconds)
        wakeIdle(now.microseconds)
    }

    /// The day's deadline sweep, leases, heartbeats, holds and the governor: to be called several times a second.
    public mutating func tick(at now: Instant) {
        let time = now.microseconds
        for place in wheel.due(at: time, jobs) where jobs.isTaken(place) {
            end(place, jobs[place].phase == .suspended ? .abandoned : .expired, time)
        }
        if let last = lastTick, time < last { setBack(by: last - time) }
        checkWorkers(time)
        endHolds(time)
        endPostponing(time)
        // At the end, for what the governor decides may let a task join a batch.
        defer { wakeIdle(time) }
        // A clock that was set back must not stop the governor until it has caught up.
        guard let last = lastTick, last <= time else {
            lastTick = time
            return
        }
        let seconds = Double(time - last) / 1_000_000
        guard seconds >= configuration.governorSeconds else { return }
        lastTick = time
        govern(seconds, now)
    }

    // MARK: Listening

    mutating func listen(_ place: Int, _ now: Int64) {
        if jobs[place].listeners < .max { jobs[place].listeners += 1 }
        resume(place, now)
    }

    /// Somebody wants a suspended job again.
    mutating func resume(_ place: Int, _ now: Int64) {
        guard jobs[place].phase == .suspended else { return }
        accounts[Int(jobs[place].account)].absentJobs -= 1
        wheel.remove(place, &jobs)
        jobs[place].deadline = jobs[place].patientDeadline
        wheel.insert(place, &jobs)
        // Whoever comes back does not end the wait that a fault has made.
        guard !isPostponed(place) else {
            jobs[place].phase = .postponed
            return countPostponed(place, tasks: jobs[place].pendingCount)
        }
        jobs[place].phase = .active
        guard jobs[place].pending != 0 else { return }
        countWaiting(place, 1)
        // It kept its place: first among its account's.
        enqueue(place, atFront: true)
        wakeIdle(now)
    }

    mutating func suspend(_ place: Int, _ now: Int64) {
        if jobs[place].phase == .postponed { countPostponed(place, tasks: -jobs[place].pendingCount) }
        if jobs[place].pending != 0, jobs[place].phase.isWaiting {
            unlink(place)
            countWaiting(place, -1)
        }
        wheel.remove(place, &jobs)
        jobs[place].patientDeadline = jobs[place].deadline
        jobs[place].deadline = min(jobs[place].deadline, now + Instant.span(configuration.graceSeconds))
        wheel.insert(place, &jobs)
        jobs[place].phase = .suspended
        accounts[Int(jobs[place].account)].absentJobs += 1
    }

    // MARK: Ending

    mutating func end(_ place: Int, _ reason: JobEnd.Reason, _ now: Int64) {
        let account = Int(jobs[place].account)
        let lane = Int(flows[Int(jobs[place].flow)].lane)
        let plan = lanes[lane].plan
        if jobs[place].pending != 0, jobs[place].phase.isWaiting {
            unlink(place)
            countWaiting(place, -1)
        }
        if jobs[place].phase == .postponed { countPostponed(place, tasks: -jobs[place].pendingCount) }
        if jobs[place].runningCount > 0 { dropRunning(place) }
        if jobs[place].hasPausedTasks { paused.removeAll { $0.job == Int32(place) } }
        wheel.remove(place, &jobs)
        if jobs[place].fingerprint != 0 { fingerprints.remove(place, jobs) }
        let isCompleted = reason == .completed
        let pictures = isCompleted ? Int(jobs[place].taskCount) : 0
        let price = settle(place, account, isCompleted: isCompleted)
        if isCompleted {
            noteCompletion(place, lane, now)
        } else {
            statistics.wastedSeconds += Double(jobs[place].spentSeconds)
        }
        if let index = JobEnd.Reason.allCases.firstIndex(of: reason) { statistics.plans[plan].ended[index] += 1 }
        effects.append(
            .ended(
                handle(place),
                JobEnd(
                    reason: reason,
                    rung: jobs[place].given == Job.noRung ? nil : Int(jobs[place].given),
                    spentSeconds: Double(jobs[place].spentSeconds),
                    millicredits: price,
                    pictures: pictures,
                    waitedSeconds: Double(now - jobs[place].submittedAt) / 1_000_000
                )
            )
        )
        accounts[account].activeJobs -= 1
        if jobs[place].phase == .suspended { accounts[account].absentJobs -= 1 }
        if !postponed.isEmpty { postponed.removeAll { jobs.place(UInt32($0.job), $0.generation) == place } }
        jobs.remove(place)
    }

    /// Turns what was reserved into what is owed, and gives the rest back. - Returns: thousandths of a credit.
    private mutating func settle(_ place: Int, _ account: Int, isCompleted: Bool) -> Int {
        let reserved = Int(jobs[place].reservedMillicredits)
        var price = 0
        if isCompleted {
            // Nobody pays for more than was given.
            let costs = manifestCosts[lanes[Int(flows[Int(jobs[place].flow)].lane)].model]
            let given = jobs[place].given == Job.noRung ? jobs[place].wanted : jobs[place].given
            let share = costs[Int(given)] / costs[Int(jobs[place].wanted)]
            price = min(reserved, Int((Double(reserved) * share).rounded()))
        } else if jobs[place].day == accounts[account].day {
            accounts[account].usedToday -= Int32(jobs[place].taskCount)
        }
        if jobs[place].isPrepaid, let balance = accounts[account].millicredits {
            accounts[account].millicredits = balance + Int64(reserved - price)
        }
        return price
    }

    private mutating func noteCompletion(_ place: Int, _ lane: Int, _ now: Int64) {
        let plan = lanes[lane].plan
        statistics.plans[plan].pictures += Int(jobs[place].taskCount)
        if jobs[place].given < jobs[place].wanted { statistics.plans[plan].lowered += Int(jobs[place].taskCount) }
        if !jobs[place].isDetached, jobs[place].listeners == 0 {
            statistics.wastedSeconds += Double(jobs[place].spentSeconds)
        }
        guard jobs[place].predictedSeconds > 0 else { return }
        calibration.learn(
            plan: plan,
            // A wait that an operator has made teaches nothing; whether it was told right is counted all the same.
            predictedSeconds: wasHeld(place, lane) ? 0 : Double(jobs[place].predictedSeconds),
            actualSeconds: Double(now - jobs[place].submittedAt) / 1_000_000,
            told: Estimate(
                lowSeconds: Double(jobs[place].toldLowSeconds),
                highSeconds: Double(jobs[place].toldHighSeconds)
            )
        )
    }

    private mutating func dropRunning(_ place: Int) {
        var left = Int(jobs[place].runningCount)
        for worker in workers.elements.indices where left > 0 && workers.isTaken(worker) {
            for index in workers[worker].running.indices
            where workers[worker].running[index].job == Int32(place) && !workers[worker].running[index].isDropped
                && workers[worker].running[index].jobGeneration == jobs[place].generation
            {
                workers[worker].running[index].isDropped = true
                left -= 1
                let serial = workers[worker].running[index].serial
                effects.append(.drop(LeaseID(worker: handle(worker: worker), serial: serial)))
            }
        }
    }

    // MARK: The tick

    /// The clock was set back: what was measured from it moves along, or a worker would be left alone, or not be missed,
    /// until the clock has caught up.
    private mutating func setBack(by microseconds: Int64) {
        for place in workers.elements.indices where workers.isTaken(place) {
            workers[place].lastHeartbeat -= microseconds
            workers[place].accountedTo -= microseconds
            // 0: it is not left alone.
            if workers[place].heldUntil > 0 {
                workers[place].heldUntil = max(1, workers[place].heldUntil - microseconds)
            }
            for index in workers[place].running.indices where workers[place].running[index].leaseEnds != .max {
                workers[place].running[index].leaseEnds -= microseconds
            }
        }
        for place in accounts.elements.indices where accounts.isTaken(place) {
            accounts[place].theoreticalArrival = max(0, accounts[place].theoreticalArrival - microseconds)
        }
        for index in postponed.indices { postponed[index].until -= microseconds }
        governor.setBack(by: microseconds)
    }

    private mutating func checkWorkers(_ now: Int64) {
        for place in workers.elements.indices where workers.isTaken(place) {
            account(place, now)
            let silence = Double(now - workers[place].lastHeartbeat) / 1_000_000
            if silence > workers[place].profile.heartbeatSeconds {
                let handle = handle(worker: place)
                effects.append(.lost(handle))
                remove(handle, isFault: true, at: Instant(microseconds: now))
                continue
            }
            for index in workers[place].running.indices
            where workers[place].running[index].leaseEnds < now && !workers[place].running[index].isDropped {
                revoke(index, of: place, now)
            }
            if workers[place].heldUntil > 0, now >= workers[place].heldUntil {
                workers[place].heldUntil = 0
                effects.append(.wake(handle(worker: place)))
            }
        }
    }

    private mutating func govern(_ seconds: Double, _ now: Instant) {
        // Speeds are followed one by one in between; here the sums are made anew, without what rounding has added.
        measureFleet()
        var inputs: [Governor.Input] = []
        for lane in lanes.indices {
            lanes[lane].demandedUnits.tick(seconds: seconds)
            lanes[lane].demandedSeconds.tick(seconds: seconds)
            inputs.append(input(lane))
        }
        var worst: Double?
        for plan in delays.indices {
            if delayCounts[plan] > 0 {
                worst = max(worst ?? 0, delays[plan] / configuration.plans[plan].targetDelaySeconds)
            } else if lanes.allSatisfy({ $0.plan != plan || $0.waitingTasks == 0 }) {
                delays[plan] *= 0.8
            }
            delayCounts[plan] = 0
        }
        // A fleet for a model that nobody asks for says nothing of those that are wanted.
        let wanted = capacities.indices.filter { model in
            lanes.indices.contains { lanes[$0].model == model && inputs[$0].needPerSecond > 0 }
        }
        let capacity = wanted.map { capacities[$0] }.max() ?? capacities.max() ?? 0
        guard configuration.features.contains(.governor) else { return rescale(inputs, isGoverned: false) }
        governor.decide(inputs, capacity: capacity, delayRatio: worst, at: now)
        rescale(inputs, isGoverned: true)
    }

    private func input(_ lane: Int) -> Governor.Input {
        let wantedCost = meanWantedCost(lane)
        let rate = lanes[lane].demandedUnits.rate
        let target = configuration.plans[lanes[lane].plan].targetDelaySeconds
        let backlog = lanes[lane].waitingSeconds / wantedCost
        // What waits beyond the target is to be gone within the target's time.
        let excess = max(0, backlog - rate * target) / max(target, 2)
        let model = lanes[lane].model
        let path = governor.paths[lane]
        var costs = path.map { step in
            let ratio =
                self.costs.seconds(model, step.rung, size: 1, batch: batchSizes[model])
                / manifestCosts[model][step.rung]
            return min(manifestCosts[model][step.rung], wantedCost) * ratio
        }
        Self.order(&costs, stated: path.map { manifestCosts[model][$0.rung] }, inUse: Int(governor.levels[lane]))
        // What is held asks for nothing now.
        return Governor.Input(needPerSecond: lanes[lane].isHeld ? 0 : rate + excess, costs: costs)
    }

    /// What was measured of rungs that are not in use may be old: of another hour, another load. The rung in use is
    /// believed, and the others as far as each step still saves a quarter of what it is stated to save. Without this, a
    /// cheap rung that was once measured in a bad moment would look dear for ever, because nobody would get it.
    static func order(_ costs: inout [Double], stated: [Double], inUse: Int) {
        guard let last = costs.indices.last else { return }
        let anchor = min(max(0, inUse), last)
        func leastSaving(_ step: Int) -> Double { 1 - 0.25 * (1 - stated[step] / stated[step + 1]) }
        for step in (0..<anchor).reversed() { costs[step] = min(costs[step], costs[step + 1] * leastSaving(step)) }
        for step in anchor..<last { costs[step + 1] = max(costs[step + 1], costs[step] / leastSaving(step)) }
    }

    /// The stated cost of a picture of size 1 at the rungs that are asked for, in the mean.
    private func meanWantedCost(_ lane: Int) -> Double {
        let (units, seconds) = (lanes[lane].demandedUnits.rate, lanes[lane].demandedSeconds.rate)
        let path = governor.paths[lane]
        return units > 0 && seconds > 0 ? seconds / units : manifestCosts[lanes[lane].model][path[path.count - 1].rung]
    }

    /// What a stated second of waiting work will really take, at the rungs that will be given.
    private mutating func rescale(_ inputs: [Governor.Input], isGoverned: Bool) {
        for lane in lanes.indices {
            let level = isGoverned ? governor.levels[lane] : Double(inputs[lane].costs.count - 1)
            let lower = min(Int(level), inputs[lane].costs.count - 1)
            let upper = min(lower + 1, inputs[lane].costs.count - 1)
            let share = level - Double(lower)
            let cost = inputs[lane].costs[lower] * (1 - share) + inputs[lane].costs[upper] * share
            let scale = cost / meanWantedCost(lane)
            guard abs(scale - lanes[lane].scale) > 0.02 * lanes[lane].scale else { continue }
            lanes[lane].scale = scale
            // A short queue is counted one by one; its stretches are laid out when it has grown.
            if lanes[lane].heap.count > Self.exactLimit { layOut(lane) } else { lanes[lane].layoutCount = 0 }
        }
    }
}
