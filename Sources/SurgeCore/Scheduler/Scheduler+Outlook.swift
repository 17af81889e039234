/// When: predictions from the state itself.
extension Scheduler {
    /// What is predicted for a job: tasks before it, and seconds until its last picture is done. What is held takes the rest
    /// of the hold and then as long as if it had not been.
    struct Forecast {
        let tasksBefore: Int
        /// The rest of its lane's hold: an operator's word, and no estimate.
        let heldSeconds: Double
        let queueSeconds: Double
        let startsAtOnce: Bool

        var seconds: Double { heldSeconds + queueSeconds }
    }

    /// Up to this many flows, the work before a point is counted one by one.
    static let exactLimit = 32
    /// Of the capacity, what is thought to be left for a class however much those above it ask for.
    private static let leastShare = 0.05

    /// A job's place and time now; nil when it has ended.
    public func outlook(of job: JobHandle, at now: Instant) -> Outlook? {
        guard let place = place(job) else { return nil }
        let flow = Int(jobs[place].flow)
        let lane = Int(flows[flow].lane)
        let plan = lanes[lane].plan
        guard jobs[place].pending != 0 else {
            let seconds = latency(lane, taskSeconds(place), isAlone: false)
            return Outlook(position: 0, estimate: calibration.interval(plan: plan, predictedSeconds: seconds))
        }
        let (aheadTasks, aheadSeconds) = aheadInFlow(place, flow)
        let forecast = forecast(
            lane: lane,
            flow: flow,
            aheadTasks: aheadTasks,
            aheadSeconds: aheadSeconds,
            taskSeconds: taskSeconds(place),
            taskCount: jobs[place].pendingCount,
            order: flows[flow].order,
            now.microseconds,
            mostBefore: aheadTasks == 0 ? mostBefore(place, lane) : .infinity,
            ownPostponed: jobs[place].phase == .postponed ? place : nil
        )
        let isBegun = jobs[place].runningCount > 0 || jobs[place].done != 0
        return Outlook(position: isBegun ? 0 : forecast.tasksBefore + 1, estimate: estimate(forecast, plan))
    }

    /// When a forecast's job will be done. The hold is known, and what comes after it is estimated.
    func estimate(_ forecast: Forecast, _ plan: PlanIndex) -> Estimate {
        let queued = calibration.interval(plan: plan, predictedSeconds: forecast.queueSeconds)
        return Estimate(
            lowSeconds: forecast.heldSeconds + queued.lowSeconds,
            highSeconds: forecast.heldSeconds + queued.highSeconds
        )
    }

    /// The first job of a flow cannot be behind more of its lane than it was told of, less what was handed out since:
    /// whoever came later stands behind it. Buckets know this only roughly.
    private func mostBefore(_ place: Int, _ lane: Int) -> Double {
        let served = Int32(truncatingIfNeeded: lanes[lane].servedTasks) &- jobs[place].servedBefore
        return Double(max(0, Int(jobs[place].tasksBefore) - Int(served)))
    }

    /// Waiting work of a job's own flow that comes before it. Far from the head, the whole flow counts.
    private func aheadInFlow(_ place: Int, _ flow: Int) -> (tasks: Int, seconds: Double) {
        var tasks = 0
        var seconds = 0.0
        var other = Int(flows[flow].head)
        for _ in 0..<64 {
            guard other >= 0, other != place else { return (tasks, seconds) }
            tasks += jobs[other].pendingCount
            seconds += taskSeconds(other) * Double(jobs[other].pendingCount)
            other = Int(jobs[other].flowNext)
        }
        let own = jobs[place].pendingCount
        return (Int(flows[flow].waitingTasks) - own, max(0, flows[flow].backlog - taskSeconds(place) * Double(own)))
    }

    /// What a demand may expect that would come in now.
    func forecast(lane: Int, flow: Int?, taskSeconds: Double, taskCount: Int, _ now: Int64) -> Forecast {
        forecast(
            lane: lane,
            flow: flow,
            aheadTasks: flow.map { Int(flows[$0].waitingTasks) } ?? 0,
            aheadSeconds: flow.map { flows[$0].backlog } ?? 0,
            taskSeconds: taskSeconds,
            taskCount: taskCount,
            order: .max,
            now
        )
    }

    private func forecast(
        lane: Int,
        flow: Int?,
        aheadTasks: Int,
        aheadSeconds: Double,
        taskSeconds: Double,
        taskCount: Int,
        order: UInt32,
        _ now: Int64,
        mostBefore: Double = .infinity,
        ownPostponed: Int? = nil
    ) -> Forecast {
        let scale = lanes[lane].scale
        let ownRest = taskSeconds * scale * Double(taskCount - 1)
        let before: (tasks: Double, seconds: Double)
        if configuration.features.contains(.fairness) {
            let isWaiting = flow.map { positions[$0] >= 0 } ?? false
            let service = flow.map { flows[$0].service } ?? 0
            let start = isWaiting ? service : max(service, lanes[lane].virtualTime)
            let point = start + aheadSeconds * scale + ownRest
            var others = othersBefore(point, lane, flow, taskSeconds * scale, order)
            if lanes[lane].heap.count > Self.exactLimit, others.tasks > mostBefore {
                others = (mostBefore, others.seconds * mostBefore / others.tasks)
            }
            before = (others.tasks + Double(aheadTasks), others.seconds + aheadSeconds * scale)
        } else {
            before = (Double(lanes[lane].waitingTasks), lanes[lane].waitingSeconds * scale)
        }
        let (above, reserved) = otherLanes(lane, laneSeconds: before.seconds + ownRest)
        let capacity = capacities[lanes[lane].model]
        let left = max(capacity * Self.leastShare, capacity - reserved, 1e-3)
        let isBusy = runningCount >= slotCount || !hasFreeSlot(lanes[lane].model)
        let running = isBusy ? runningSeconds / 2 : 0
        let startsAtOnce = !isBusy && before.tasks < 1 && above.tasks < 1
        let wait = startsAtOnce ? 0 : (before.seconds + above.seconds + running) / left
        let postponed = postponedSeconds(before: lane, except: ownPostponed)
        return Forecast(
            tasksBefore: Int(min(before.tasks + above.tasks, Double(Int32.max))),
            heldSeconds: lanes[lane].heldUntil.map { max(0, (Double($0) - Double(now)) / 1_000_000) } ?? 0,
            queueSeconds: wait + (postponed + ownRest) / left + latency(lane, taskSeconds, isAlone: startsAtOnce),
            startsAtOnce: startsAtOnce && !lanes[lane].isHeld
        )
    }

    /// Work that faults have postponed, of the lane and of those that go before it or take turns with it. It is left alone
    /// for seconds and has to be done all the same: without it, a server where everything fails would accept without end.
    private func postponedSeconds(before lane: Int, except own: Int?) -> Double {
        guard !postponed.isEmpty else { return 0 }
        let isFair = configuration.features.contains(.fairness)
        let rank = configuration.plans[lanes[lane].plan].rank
        let heldUntil = lanes[lane].heldUntil ?? .min
        var seconds = own.map { -taskSeconds($0) * Double(jobs[$0].pendingCount) * lanes[lane].scale } ?? 0
        for other in lanes.indices where lanes[other].postponedTasks > 0 {
            let isBefore = !isFair || configuration.plans[lanes[other].plan].rank >= rank
            guard other == lane || isBefore && lanes[other].heldUntil ?? .min <= heldUntil else { continue }
            seconds += lanes[other].postponedSeconds * lanes[other].scale
        }
        return max(0, seconds)
    }

    /// Whether a worker could begin a task of this model now. Asked only while there is a free slot somewhere.
    private func hasFreeSlot(_ model: ModelIndex) -> Bool {
        workers.elements.contains { worker in
            worker.generation & 1 == 1 && worker.models & (1 << UInt64(model)) != 0 && !worker.isDraining
                && worker.running.count < worker.usableSlots
        }
    }

    /// From being begun to being done, beside what else its worker does by then.
    private func latency(_ lane: Int, _ taskSeconds: Double, isAlone: Bool) -> Double {
        let model = lanes[lane].model
        let workerCount = max(1, ableCounts[model])
        let speed = Double(workerCount) / max(1e-3, capacities[model])
        let beside = isAlone ? min(batchSizes[model], runningCount / workerCount + 1) : batchSizes[model]
        return taskSeconds * lanes[lane].scale * speed * Double(beside)
    }

    /// Work of other flows of a lane that comes before a point of its virtual time.
    private func othersBefore(
        _ point: Double,
        _ lane: Int,
        _ own: Int?,
        _ taskSeconds: Double,
        _ order: UInt32
    ) -> (tasks: Double, seconds: Double) {
        let scale = lanes[lane].scale
        guard lanes[lane].heap.count > Self.exactLimit else {
            var tasks = 0.0
            var seconds = 0.0
            for entry in lanes[lane].heap.entries where own != Int(entry.flow) {
                let flow = Int(entry.flow)
                let mean = flows[flow].backlog * scale / Double(flows[flow].waitingTasks)
                let distance = (point - flows[flow].service) / max(mean, 1e-12)
                // A task at the very same point goes first if its flow came first. Points are sums of rounded numbers.
                let turns = (distance + (flows[flow].order < order ? 1e-6 : -1e-6)).rounded(.up)
                let count = min(Double(flows[flow].waitingTasks), max(0, turns))
                tasks += count
                seconds += count * mean
            }
            return (tasks, seconds)
        }
        // Everybody who came in at this point before is in front: one task further covers them.
        let all = lanes[lane].virtualBacklog.work(before: point + taskSeconds)
        let ownPart = own.flatMap { positions[$0] >= 0 ? flows[$0] : nil }
        let ownSeconds = ownPart.map {
            min($0.stretch.end - $0.stretch.start, max(0, point + taskSeconds - $0.stretch.start))
        }
        let seconds = max(0, all - (ownSeconds ?? 0))
        let mean = lanes[lane].waitingSeconds * scale / Double(max(1, lanes[lane].waitingTasks))
        return ((seconds / max(mean, 1e-12)).rounded(), seconds)
    }

    /// Work of other lanes that comes first, and the part of the capacity that classes above will go on taking. Lanes that
    /// are held for longer take neither.
    private func otherLanes(
        _ lane: Int,
        laneSeconds: Double
    ) -> (work: (tasks: Double, seconds: Double), reserved: Double) {
        let isFair = configuration.features.contains(.fairness)
        let own = configuration.plans[lanes[lane].plan].rank
        let weight = configuration.plans[lanes[lane].plan].weight
        var tasks = 0.0
        var seconds = 0.0
        var reserved = 0.0
        let heldUntil = lanes[lane].heldUntil ?? .min
        for other in lanes.indices where other != lane && lanes[other].heldUntil ?? .min <= heldUntil {
            let rank = configuration.plans[lanes[other].plan].rank
            let waiting = lanes[other].waitingSeconds * lanes[other].scale
            if !isFair || rank > own {
                seconds += waiting
                tasks += Double(lanes[other].waitingTasks)
                if isFair { reserved += lanes[other].demandedSeconds.rate * lanes[other].scale }
            } else if rank == own, waiting > 0 {
                let share = min(waiting, laneSeconds * configuration.plans[lanes[other].plan].weight / weight)
                seconds += share
                tasks += Double(lanes[other].waitingTasks) * share / waiting
            }
        }
        return ((tasks, seconds), reserved)
    }
}
