/// Flows and lanes: who stands where.
extension Scheduler {
    func handle(_ place: Int) -> JobHandle { JobHandle(index: UInt32(place), generation: jobs[place].generation) }
    func place(_ job: JobHandle) -> Int? { jobs.place(job.index, job.generation) }

    /// An account's flow in a lane, if it ever had one.
    @inline(__always)
    func flow(of account: Int, lane: Int) -> Int? {
        var flow = Int(accounts[account].firstFlow)
        while flow >= 0, flows[flow].lane != Int32(lane) { flow = Int(flows[flow].nextOfAccount) }
        return flow >= 0 ? flow : nil
    }

    mutating func makeFlow(of account: Int, lane: Int) -> Int {
        if let known = flow(of: account, lane: lane) { return known }
        var flow = Flow()
        flow.account = Int32(account)
        flow.lane = Int32(lane)
        flow.nextOfAccount = accounts[account].firstFlow
        let (place, _) = flows.insert(flow)
        accounts[account].firstFlow = Int32(place)
        if place >= positions.count {
            positions.append(FairHeap.absent)
        } else {
            positions[place] = FairHeap.absent
        }
        return place
    }

    /// Stated cost of one of a job's tasks at the rung that was asked for.
    @inline(__always)
    func taskSeconds(_ place: Int) -> Double {
        manifestCosts[lanes[Int(flows[Int(jobs[place].flow)].lane)].model][Int(jobs[place].wanted)]
            * Double(jobs[place].size)
    }

    /// Counts a job's pending tasks as waiting in its lane, or no longer (`sign` −1).
    @inline(__always)
    mutating func countWaiting(_ place: Int, _ sign: Int) {
        let lane = Int(flows[Int(jobs[place].flow)].lane)
        let tasks = jobs[place].pendingCount
        lanes[lane].waitingSeconds += taskSeconds(place) * Double(tasks * sign)
        lanes[lane].waitingTasks += tasks * sign
        lanes[lane].waitingJobs += sign
        if lanes[lane].waitingTasks == 0 { lanes[lane].waitingSeconds = 0 }
    }

    /// Counts so many more of a postponed job's tasks in its lane, or so many fewer.
    mutating func countPostponed(_ place: Int, tasks: Int) {
        let lane = Int(flows[Int(jobs[place].flow)].lane)
        lanes[lane].postponedTasks += tasks
        let seconds = lanes[lane].postponedSeconds + taskSeconds(place) * Double(tasks)
        lanes[lane].postponedSeconds = lanes[lane].postponedTasks == 0 ? 0 : max(0, seconds)
    }

    /// Puts an active job into its flow, with all tasks that it has to hand out.
    mutating func enqueue(_ place: Int, atFront: Bool) {
        guard jobs[place].pending != 0, !jobs[place].isInFlow else { return }
        let flow = Int(jobs[place].flow)
        jobs[place].isInFlow = true
        if atFront {
            let head = flows[flow].head
            jobs[place].flowNext = head
            jobs[place].flowPrevious = -1
            if head >= 0 { jobs[Int(head)].flowPrevious = Int32(place) } else { flows[flow].tail = Int32(place) }
            flows[flow].head = Int32(place)
        } else {
            let tail = flows[flow].tail
            jobs[place].flowPrevious = tail
            jobs[place].flowNext = -1
            if tail >= 0 { jobs[Int(tail)].flowNext = Int32(place) } else { flows[flow].head = Int32(place) }
            flows[flow].tail = Int32(place)
        }
        grow(flow, tasks: jobs[place].pendingCount, seconds: taskSeconds(place))
    }

    /// Takes a job out of its flow, with all tasks that it still has there.
    mutating func unlink(_ place: Int) {
        guard jobs[place].isInFlow else { return }
        let flow = Int(jobs[place].flow)
        removeLinks(place, flow)
        grow(flow, tasks: -jobs[place].pendingCount, seconds: taskSeconds(place))
    }

    private mutating func removeLinks(_ place: Int, _ flow: Int) {
        let (next, previous) = (jobs[place].flowNext, jobs[place].flowPrevious)
        if next >= 0 { jobs[Int(next)].flowPrevious = previous } else { flows[flow].tail = previous }
        if previous >= 0 { jobs[Int(previous)].flowNext = next } else { flows[flow].head = next }
        jobs[place].isInFlow = false
    }

    /// Hands one of a job's tasks out: its flow has received `charge` of service.
    ///
    /// - Returns: which task, and what its lane was charged.
    mutating func handOut(_ place: Int, charge: Double) -> (task: Int, laneCharge: Double) {
        let flow = Int(jobs[place].flow)
        let lane = Int(flows[flow].lane)
        let first = jobs[place].nextTask
        let task = first == Job.noTask ? jobs[place].pending.trailingZeroBitCount : Int(first)
        jobs[place].nextTask = Job.noTask
        let seconds = taskSeconds(place)
        jobs[place].pending &= ~(1 << UInt32(task))
        lanes[lane].waitingTasks -= 1
        lanes[lane].waitingSeconds = lanes[lane].waitingTasks == 0 ? 0 : max(0, lanes[lane].waitingSeconds - seconds)
        if jobs[place].pending == 0 {
            lanes[lane].waitingJobs -= 1
            removeLinks(place, flow)
        }
        flows[flow].service += charge
        let laneCharge = charge / laneWeight(lane)
        lanes[lane].service += laneCharge
        lanes[lane].servedTasks += 1
        grow(flow, tasks: -1, seconds: seconds)
        return (task, laneCharge)
    }

    /// Gives a task back that was handed out and did not end.
    ///
    /// - Parameter share: of what was charged for it, the part that was not received.
    mutating func takeBack(_ place: Int, _ task: RunningTask, share: Double) {
        let flow = Int(jobs[place].flow)
        let lane = Int(flows[flow].lane)
        let wasWaiting = jobs[place].pending != 0
        jobs[place].pending |= 1 << UInt32(task.task)
        flows[flow].service -= task.charge * share
        // As much as was charged, though weights may have changed.
        lanes[lane].service -= task.laneCharge * share
        lanes[lane].servedTasks -= 1
        if positions[flow] >= 0 { refresh(flow) }
        if jobs[place].phase == .postponed { countPostponed(place, tasks: 1) }
        guard jobs[place].phase.isWaiting else { return }
        lanes[lane].waitingTasks += 1
        lanes[lane].waitingSeconds += taskSeconds(place)
        if !wasWaiting { lanes[lane].waitingJobs += 1 }
        if jobs[place].isInFlow {
            grow(flow, tasks: 1, seconds: taskSeconds(place))
        } else {
            enqueue(place, atFront: true)
        }
    }

    /// A plan's weight belongs to the plan; its lanes share it by how many accounts wait in each that is not held.
    @inline(__always)
    func laneWeight(_ lane: Int) -> Double {
        let plan = lanes[lane].plan
        guard configuration.models.count > 1 else { return configuration.plans[plan].weight }
        var total = 0
        for model in configuration.models.indices {
            let other = laneIndex(plan, model)
            if !lanes[other].isHeld { total += lanes[other].heap.count }
        }
        let own = max(1, lanes[lane].heap.count)
        return configuration.plans[plan].weight * Double(own) / Double(max(own, total))
    }

    // MARK: The fair order

    /// A flow's backlog has changed by so many tasks of so many stated seconds each.
    private mutating func grow(_ flow: Int, tasks: Int, seconds: Double) {
        let lane = Int(flows[flow].lane)
        let change = seconds * Double(tasks)
        let wasWaiting = flows[flow].waitingTasks > 0
        flows[flow].waitingTasks += Int32(tasks)
        flows[flow].backlog = flows[flow].waitingTasks == 0 ? 0 : max(0, flows[flow].backlog + change)
        lanes[lane].queuedSeconds = max(0, lanes[lane].queuedSeconds + change)
        switch (wasWaiting, flows[flow].waitingTasks > 0) {
        case (false, true): activate(flow, lane)
        case (true, true): refresh(flow)
        case (true, false): deactivate(flow, lane)
        case (false, false): break
        }
    }

    /// A flow that had nothing waiting comes back: it has saved up no credit, and keeps its debt.
    private mutating func activate(_ flow: Int, _ lane: Int) {
        if lanes[lane].heap.isEmpty { lift(lane) }
        flows[flow].service = max(flows[flow].service, lanes[lane].virtualTime)
        flows[flow].order = lanes[lane].nextOrder
        lanes[lane].nextOrder &+= 1
        setStretch(flow)
        lanes[lane].virtualBacklog.insert(flows[flow].stretch)
        let entry = FairHeap.Entry(key: key(flow), order: flows[flow].order, flow: Int32(flow))
        lanes[lane].heap.insert(entry, &positions)
        advance(lane)
        layOutIfNeeded(lane)
    }

    private mutating func refresh(_ flow: Int) {
        let lane = Int(flows[flow].lane)
        lanes[lane].virtualBacklog.remove(flows[flow].stretch)
        setStretch(flow)
        lanes[lane].virtualBacklog.insert(flows[flow].stretch)
        lanes[lane].heap.update(flow, key: key(flow), &positions)
        advance(lane)
        layOutIfNeeded(lane)
    }

    private mutating func deactivate(_ flow: Int, _ lane: Int) {
        lanes[lane].virtualBacklog.remove(flows[flow].stretch)
        lanes[lane].heap.remove(flow, &positions)
        if lanes[lane].heap.isEmpty {
            // Whoever comes next begins where the last one left: nobody gains by the pause.
            lanes[lane].virtualTime = max(lanes[lane].virtualTime, flows[flow].service)
            lanes[lane].queuedSeconds = 0
            if lanes[lane].layoutCount > 0 { lanes[lane].virtualBacklog = VirtualBacklog() }
            lanes[lane].layoutCount = 0
            lanes[lane].layoutMean = 0
            // A lane that is held has left its rank before.
            if !lanes[lane].isHeld { settleRank(of: lane) }
        } else {
            advance(lane)
        }
    }

    @inline(__always)
    private func key(_ flow: Int) -> Double {
        if configuration.features.contains(.fairness) { return flows[flow].service }
        return flows[flow].head >= 0 ? Double(jobs[Int(flows[flow].head)].submittedAt) : .infinity
    }

    @inline(__always)
    private mutating func setStretch(_ flow: Int) {
        let service = flows[flow].service
        let lane = Int(flows[flow].lane)
        flows[flow].stretch = VirtualBacklog.Stretch(
            start: service,
            end: service + flows[flow].backlog * lanes[lane].scale
        )
    }

    /// Virtual time never goes back, though a flow may be behind it for what it was given back.
    @inline(__always)
    private mutating func advance(_ lane: Int) {
        guard configuration.features.contains(.fairness), let first = lanes[lane].heap.first else { return }
        if first.key > lanes[lane].virtualTime { lanes[lane].virtualTime = first.key }
    }

    /// A lane that had nothing to hand out comes back among those of its rank: without credit.
    mutating func lift(_ lane: Int) {
        let rank = configuration.plans[lanes[lane].plan].rank
        var least = Double.infinity
        for other in lanes.indices where lanes[other].isOpen {
            if configuration.plans[lanes[other].plan].rank == rank { least = min(least, lanes[other].service) }
        }
        if least.isFinite { lanes[lane].service = max(lanes[lane].service, least) }
    }

    /// The last lane of its rank to have had tasks to hand out has none: whichever comes next begins where it left.
    mutating func settleRank(of lane: Int) {
        let rank = configuration.plans[lanes[lane].plan].rank
        for other in lanes.indices where other != lane && configuration.plans[lanes[other].plan].rank == rank {
            if lanes[other].isOpen { return }
        }
        for other in lanes.indices where other != lane && configuration.plans[lanes[other].plan].rank == rank {
            lanes[other].service = max(lanes[other].service, lanes[lane].service)
        }
    }

    /// Keeps the buckets fitting: seldom, and each time for as many changes as there are flows.
    private mutating func layOutIfNeeded(_ lane: Int) {
        let count = lanes[lane].heap.count
        guard count > Self.exactLimit else { return }
        let mean = lanes[lane].queuedSeconds * lanes[lane].scale / Double(count)
        let fits =
            count <= lanes[lane].layoutCount * 2 && mean <= lanes[lane].layoutMean * 2
            && !lanes[lane].virtualBacklog.isStale(at: lanes[lane].virtualTime)
        if !fits { layOut(lane) }
    }

    mutating func layOut(_ lane: Int) {
        for entry in lanes[lane].heap.entries { setStretch(Int(entry.flow)) }
        let flows = flows
        lanes[lane].virtualBacklog = VirtualBacklog(lanes[lane].heap.entries.lazy.map { flows[Int($0.flow)].stretch })
        lanes[lane].layoutCount = lanes[lane].heap.count
        lanes[lane].layoutMean =
            lanes[lane].queuedSeconds * lanes[lane].scale / Double(max(1, lanes[lane].heap.count))
    }
}
