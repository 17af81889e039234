/// What must hold between any two events. For tests, the laboratory and debug builds: it looks at everything.
extension Scheduler {
    /// What is wrong with the state; empty when nothing is.
    package func problems() -> [String] {
        var problems: [String] = []
        checkLanes(&problems)
        checkJobs(&problems)
        checkAccounts(&problems)
        checkWorkers(&problems)
        checkFinding(&problems)
        return problems
    }

    /// The furthest that two accounts with work waiting in one lane are apart in service received, in virtual
    /// device-seconds; and what may not be exceeded: twice the dearest task that a flow of the lane may be charged for.
    package func fairnessSpread() -> [(lane: Int, spread: Double, virtualTime: Double)] {
        lanes.indices.map { lane in
            let services = lanes[lane].heap.entries.map { flows[Int($0.flow)].service }
            return (lane, (services.max() ?? 0) - (services.min() ?? 0), lanes[lane].virtualTime)
        }
    }

    private func checkLanes(_ problems: inout [String]) {
        for lane in lanes.indices {
            if lanes[lane].heldUntil != holds.latest(lanes[lane].plan, lanes[lane].model) {
                problems.append("lane \(lane) is not held as it should be")
            }
            if let problem = lanes[lane].heap.problem(positions) { problems.append("lane \(lane): \(problem)") }
            var tasks = 0
            var seconds = 0.0
            for entry in lanes[lane].heap.entries {
                let flow = Int(entry.flow)
                if flows[flow].lane != Int32(lane) {
                    problems.append("flow \(flow) stands in a lane that is not its own")
                }
                if configuration.features.contains(.fairness), entry.key != flows[flow].service {
                    problems.append("flow \(flow) stands at \(entry.key) and has received \(flows[flow].service)")
                }
                let (flowTasks, flowSeconds) = checkFlow(flow, &problems)
                tasks += flowTasks
                seconds += flowSeconds
            }
            if abs(seconds - lanes[lane].queuedSeconds) > 1e-6 * max(1, seconds) {
                problems.append("lane \(lane) has \(seconds) s queued and counts \(lanes[lane].queuedSeconds)")
            }
            if tasks > lanes[lane].waitingTasks { problems.append("lane \(lane) counts too few waiting tasks") }
        }
    }

    private func checkFlow(_ flow: Int, _ problems: inout [String]) -> (tasks: Int, seconds: Double) {
        var tasks = 0
        var seconds = 0.0
        var place = Int(flows[flow].head)
        var previous: Int32 = -1
        while place >= 0 {
            if jobs[place].flow != Int32(flow) || !jobs[place].isInFlow {
                problems.append("job \(place) is in a wrong flow")
            }
            if jobs[place].flowPrevious != previous { problems.append("flow \(flow) is not linked back") }
            if jobs[place].pending == 0 { problems.append("job \(place) stands in its flow with nothing to hand out") }
            if jobs[place].phase != .active {
                problems.append("job \(place) stands in its flow and may not be started")
            }
            tasks += jobs[place].pendingCount
            seconds += taskSeconds(place) * Double(jobs[place].pendingCount)
            previous = Int32(place)
            place = Int(jobs[place].flowNext)
        }
        if flows[flow].tail != previous { problems.append("flow \(flow) does not end where it says") }
        if tasks != Int(flows[flow].waitingTasks) || tasks == 0 { problems.append("flow \(flow) miscounts its tasks") }
        return (tasks, seconds)
    }

    private func checkJobs(_ problems: inout [String]) {
        var running: [Int32: Int] = [:]
        for worker in workers.places {
            for task in workers[worker].running where !task.isDropped { running[task.job, default: 0] += 1 }
        }
        var waiting = [Int](repeating: 0, count: lanes.count)
        var putOff = waiting
        for place in jobs.places {
            let job = jobs[place]
            if Int(job.runningCount) != running[Int32(place)] ?? 0 {
                problems.append("job \(place) miscounts its workers")
            }
            if job.pending & job.done != 0 { problems.append("job \(place) would do a task twice") }
            if job.pendingCount + job.doneCount + Int(job.runningCount) != Int(job.taskCount) {
                problems.append("job \(place) has lost a task")
            }
            if job.phase == .active, job.pending != 0, !job.isInFlow { problems.append("job \(place) is forgotten") }
            if job.phase == .postponed,
                !postponed.contains(where: { $0.job == Int32(place) && $0.generation == job.generation })
            {
                problems.append("job \(place) is postponed for ever")
            }
            if job.phase.isWaiting { waiting[Int(flows[Int(job.flow)].lane)] += job.pendingCount }
            if job.phase == .postponed { putOff[Int(flows[Int(job.flow)].lane)] += job.pendingCount }
            if job.phase == .active, isPostponed(place) { problems.append("job \(place) is postponed and may start") }
        }
        for lane in lanes.indices where putOff[lane] != lanes[lane].postponedTasks {
            problems.append("lane \(lane) has \(putOff[lane]) postponed tasks and counts \(lanes[lane].postponedTasks)")
        }
        for lane in lanes.indices where waiting[lane] != lanes[lane].waitingTasks {
            problems.append("lane \(lane) has \(waiting[lane]) tasks waiting and counts \(lanes[lane].waitingTasks)")
        }
    }

    private func checkAccounts(_ problems: inout [String]) {
        var active: [Int32: Int] = [:]
        for place in jobs.places { active[jobs[place].account, default: 0] += 1 }
        for place in accounts.places where Int(accounts[place].activeJobs) != active[Int32(place)] ?? 0 {
            problems.append("account \(place) miscounts its jobs")
        }
        var absent: [Int32: Int] = [:]
        for place in jobs.places where jobs[place].phase == .suspended { absent[jobs[place].account, default: 0] += 1 }
        for place in accounts.places where Int(accounts[place].absentJobs) != absent[Int32(place)] ?? 0 {
            problems.append("account \(place) miscounts the jobs whose clients have gone")
        }
        for place in accounts.places where accounts[place].usedToday < 0 {
            problems.append("account \(place) has used less than nothing")
        }
    }

    /// What finds jobs (fingerprints, deadlines, paused tasks) knows those that there are, and no others.
    private func checkFinding(_ problems: inout [String]) {
        let named = jobs.places.filter { jobs[$0].fingerprint != 0 }
        if fingerprints.entryCount != named.count || fingerprints.count != named.count {
            problems.append("\(named.count) jobs can be asked for again, and \(fingerprints.entryCount) are known")
        }
        for place in named {
            let found = fingerprints.find(jobs[place].fingerprint, account: jobs[place].account, jobs)
            if found != place { problems.append("job \(place) is not found by its fingerprint") }
        }
        if wheel.count(jobs) != jobs.count { problems.append("the wheel does not hold every job once") }
        for task in paused {
            let place = Int(task.job)
            let isPending = jobs.isTaken(place) && jobs[place].pending & (1 << UInt32(task.task)) != 0
            if !isPending || !jobs[place].hasPausedTasks { problems.append("a paused task is nobody's") }
        }
    }

    private func checkWorkers(_ problems: inout [String]) {
        let count = workers.places.reduce(0) { $0 + workers[$1].running.count }
        if count != runningCount { problems.append("\(count) tasks run and \(runningCount) are counted") }
        for worker in workers.places where workers[worker].isWaiting != idle.contains(Int32(worker)) {
            problems.append("worker \(worker) is not where waiting workers are")
        }
    }

    /// Workers that have a free slot while a task waits that they could take: there must be none once every woken worker
    /// was filled.
    package func idleWorkers(at now: Instant) -> [WorkerHandle] {
        workers.places.filter { isIdle($0, now.microseconds) }.map { handle(worker: $0) }
    }
}
