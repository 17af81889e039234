internal import SurgeCore

/// When: predictions from all that waits, one by one.
extension ReferenceScheduler {
    struct Forecast {
        var tasksBefore: Int
        /// The rest of a hold, and what comes after it.
        var heldSeconds: Double
        var queueSeconds: Double
        var startsAtOnce: Bool
        /// It hangs on the last digit of a sum whether it starts at once.
        var isClose = false
        /// How far a rough count of a wide lane may be off, in seconds and in tasks.
        var slackSeconds = 0.0
        var slackTasks = 0.0

        var seconds: Double { heldSeconds + queueSeconds }
    }

    /// What comes before a point.
    private struct Work {
        var tasks = 0.0
        var seconds = 0.0
        var slackSeconds = 0.0
        var slackTasks = 0.0
    }

    /// Whether so many wait in a lane that the scheduler counts them roughly.
    func isWide(_ lane: ReferenceLane) -> Bool { isFair && lane.heap.flows.count > Self.exactLimit }

    func forecast(
        _ lane: ReferenceLane,
        _ flow: ReferenceFlow?,
        _ taskSeconds: Double,
        _ count: Int,
        _ now: Int64
    ) -> Forecast {
        let backlog = flow?.jobs.reduce(0) { $0 + self.taskSeconds($1) * Double($1.pending.count) } ?? 0
        return forecast(
            lane,
            flow,
            ahead: (flow?.waitingTasks ?? 0, backlog),
            taskSeconds: taskSeconds,
            count: count,
            order: .max,
            now
        )
    }

    func forecast(
        _ lane: ReferenceLane,
        _ flow: ReferenceFlow?,
        ahead: (tasks: Int, seconds: Double),
        taskSeconds: Double,
        count: Int,
        order: UInt32,
        _ now: Int64,
        mostBefore: Double = .infinity,
        except own: ReferenceJob? = nil
    ) -> Forecast {
        let waiting = waiting()
        let ownRest = taskSeconds * lane.scale * Double(count - 1)
        var before = Work(
            tasks: Double(waiting[lane.index].tasks),
            seconds: waiting[lane.index].seconds * lane.scale
        )
        if isFair {
            let isWaiting = flow.map { lane.heap.contains($0) } ?? false
            let service = flow?.service ?? 0
            let start = isWaiting ? service : max(service, lane.virtualTime)
            let point = start + ahead.seconds * lane.scale + ownRest
            before = others(point, lane, flow, taskSeconds * lane.scale, order)
            if isWide(lane), before.tasks > mostBefore {
                before.seconds *= mostBefore / before.tasks
                before.tasks = mostBefore
            }
            before.tasks += Double(ahead.tasks)
            before.seconds += ahead.seconds * lane.scale
        }
        let above = otherLanes(lane, before.seconds + ownRest, waiting)
        let capacity = capacities[lane.model]
        let left = max(capacity * 0.05, capacity - above.reserved, 1e-3)
        let hasFreeSlot =
            runningCount < slotCount
            && present.contains { worker in
                worker.models.contains(lane.model) && !worker.isDraining && worker.running.count < worker.usableSlots
            }
        let startsAtOnce = hasFreeSlot && before.tasks < 1 && above.tasks < 1
        let running = hasFreeSlot ? 0 : runningSeconds / 2
        let wait = startsAtOnce ? 0 : (before.seconds + above.seconds + running) / left
        return Forecast(
            tasksBefore: Int(min(Double(Int32.max), before.tasks + above.tasks)),
            heldSeconds: restSeconds(lane, now),
            queueSeconds: wait + (postponedSeconds(before: lane, except: own) + ownRest) / left
                + latency(lane, taskSeconds, isAlone: startsAtOnce),
            startsAtOnce: startsAtOnce && !lane.isHeld,
            isClose: hasFreeSlot && max(before.tasks, above.tasks) < 1.5
                && (abs(before.tasks - 1) < 1e-6 || abs(above.tasks - 1) < 1e-6),
            slackSeconds: before.slackSeconds * 2 / left,
            slackTasks: before.slackTasks
        )
    }

    /// What other flows are served before a point of virtual time, whole tasks each.
    private func others(
        _ point: Double,
        _ lane: ReferenceLane,
        _ own: ReferenceFlow?,
        _ taskSeconds: Double,
        _ order: UInt32
    ) -> Work {
        var sum = Work()
        for flow in lane.heap.flows where flow !== own {
            let backlog = flow.jobs.reduce(0) { $0 + self.taskSeconds($1) * Double($1.pending.count) } * lane.scale
            if isWide(lane) {
                sum.seconds += min(backlog, max(0, point + taskSeconds - flow.service))
                continue
            }
            let mean = backlog / Double(flow.waitingTasks)
            let turns = (point - flow.service) / max(mean, 1e-12) + (flow.order < order ? 1e-6 : -1e-6)
            let count = min(Double(flow.waitingTasks), max(0, turns.rounded(.up)))
            sum.tasks += count
            sum.seconds += count * mean
        }
        if isWide(lane) {
            let waiting = waiting()[lane.index]
            let mean = max(1e-12, waiting.seconds * lane.scale / Double(max(1, waiting.tasks)))
            sum.tasks = (sum.seconds / mean).rounded()
            // Buckets that were laid out for more work than waits now are wider than they should be.
            sum.slackSeconds =
                roughness(point + taskSeconds, lane) + 0.3 * sum.seconds + 0.03 * waiting.seconds * lane.scale
            sum.slackTasks = sum.slackSeconds / mean + 1
        }
        return sum
    }

    /// Buckets may be off by what shares one with the point; they were laid out when at most twice as much waited.
    private func roughness(_ point: Double, _ lane: ReferenceLane) -> Double {
        let flows = lane.heap.flows
        let ends = flows.map { flow in
            flow.service + flow.jobs.reduce(0) { $0 + taskSeconds($1) * Double($1.pending.count) } * lane.scale
        }
        let least = flows.map(\.service).min() ?? 0
        let spread = ends.reduce(0, +) / Double(max(1, ends.count)) - least
        let width = max(1e-6, spread * 8 / 1_024) * 4
        let near = (flows.map(\.service) + ends).count { abs($0 - point) < width }
        return (Double(near) + 1) * width
    }

    private func otherLanes(
        _ lane: ReferenceLane,
        _ laneSeconds: Double,
        _ waiting: [(tasks: Int, seconds: Double)]
    ) -> (tasks: Double, seconds: Double, reserved: Double) {
        var sum = (tasks: 0.0, seconds: 0.0, reserved: 0.0)
        for other in lanes where other !== lane {
            // What is held until later comes later.
            if let until = other.heldUntil, lane.heldUntil.map({ until > $0 }) ?? true { continue }
            let seconds = waiting[other.index].seconds * other.scale
            let tasks = Double(waiting[other.index].tasks)
            let (rank, own) = (plan(of: other).rank, plan(of: lane).rank)
            if !isFair || rank > own {
                sum.seconds += seconds
                sum.tasks += tasks
                if isFair { sum.reserved += other.seconds.rate * other.scale }
            } else if rank == own, seconds > 0 {
                let share = min(seconds, laneSeconds * plan(of: other).weight / plan(of: lane).weight)
                sum.seconds += share
                sum.tasks += tasks * share / seconds
            }
        }
        return sum
    }

    /// From being begun to being done, beside what else its worker does by then.
    private func latency(_ lane: ReferenceLane, _ taskSeconds: Double, isAlone: Bool) -> Double {
        let count = max(1, ableCounts[lane.model])
        let speed = Double(count) / max(1e-3, capacities[lane.model])
        let beside = isAlone ? min(batchSizes[lane.model], runningCount / count + 1) : batchSizes[lane.model]
        return taskSeconds * lane.scale * speed * Double(beside)
    }

    // MARK: What is told

    func checkExpected(_ own: Forecast, _ told: Double, _ lane: ReferenceLane, _ demand: Demand) {
        if !own.isClose, abs(own.seconds - told) > 1e-6 * max(own.seconds, told) + 1e-9 + own.slackSeconds {
            differ(
                .honestClocks,
                "a demand of lane \(lane.index) is predicted \(told) s and should take \(own.seconds) s"
            )
        }
    }

    func checkExpected(_ demand: Demand, _ told: Double, at now: Instant) {
        guard let account = accounts[demand.account] else { return }
        let lane = lane(account.plan, demand.model)
        let seconds = stated[demand.model][demand.wantedRung] * demand.size
        let forecast = forecast(lane, account.flows[lane.index], seconds, demand.taskCount, now.microseconds)
        checkExpected(forecast, told, lane, demand)
    }

    func check(_ told: Outlook, _ forecast: Forecast, _ lane: ReferenceLane, position: Int, _ whose: String = "a job") {
        let (low, high) = calibration.factors(lane.plan, forecast.queueSeconds)
        let estimate = Estimate(
            lowSeconds: forecast.heldSeconds + forecast.queueSeconds * low,
            highSeconds: forecast.heldSeconds + forecast.queueSeconds * high
        )
        let isRight =
            forecast.isClose
            || (isWide(lane) && abs(Double(told.position - position)) <= 2 + forecast.slackTasks)
            || (abs(told.position - position) <= 1 && Self.isSame(told.estimate.lowSeconds, estimate.lowSeconds)
                && Self.isSame(told.estimate.highSeconds, estimate.highSeconds))
        if !isRight { differ(.honestClocks, "\(whose) is told \(told), and should be at \(position) with \(estimate)") }
    }

    func check(_ told: Outlook?, of handle: JobHandle, at now: Instant) {
        guard let job = jobs[handle] else {
            if told != nil { differ(.nothingForgotten, "a job that has ended has an outlook") }
            return
        }
        guard let told else { return differ(.nothingForgotten, "job \(handle.index) is not known") }
        let lane = job.flow.lane
        guard !job.pending.isEmpty else {
            let seconds = latency(lane, taskSeconds(job), isAlone: false)
            let forecast = Forecast(tasksBefore: 0, heldSeconds: 0, queueSeconds: seconds, startsAtOnce: true)
            return check(told, forecast, lane, position: 0)
        }
        let before = job.flow.jobs.prefix { $0 !== job }
        // Far from the head, all of its own account's stand before it.
        guard before.count < 64 || job.isInFlow else { return }
        let own = before.count < 64 ? Array(before) : job.flow.jobs.filter { $0 !== job }
        let ahead = own.reduce((0, 0.0)) {
            ($0.0 + $1.pending.count, $0.1 + taskSeconds($1) * Double($1.pending.count))
        }
        let forecast = forecast(
            lane,
            job.flow,
            ahead: ahead,
            taskSeconds: taskSeconds(job),
            count: job.pending.count,
            order: job.flow.order,
            now.microseconds,
            // Whoever came later stands behind it.
            mostBefore: ahead.0 == 0
                ? Double(max(0, job.tasksBefore - (lane.servedTasks - job.servedBefore))) : .infinity,
            except: job
        )
        let isBegun = job.runningCount > 0 || !job.done.isEmpty
        let whose = "job \(handle.index), \(job.phase), \(before.count) of its own before it,"
        check(told, forecast, lane, position: isBegun ? 0 : forecast.tasksBefore + 1, whose)
    }
}
