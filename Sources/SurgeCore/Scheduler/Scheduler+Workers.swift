/// How a task ended in a worker's hands.
public enum TaskOutcome: Hashable, Sendable, Codable {
    /// The picture is finished.
    case done
    /// The task itself is at fault: it would fail anywhere.
    case failedForGood
    /// It may work elsewhere.
    case failed
}

/// What a worker has to do at a step boundary, before it is filled.
public struct StepOrders: Hashable, Sendable, Codable {
    /// Their jobs have ended: throw away.
    public var dropped: [LeaseID] = []
    /// Keep their state: they go on later.
    public var paused: [LeaseID] = []
}

/// Workers join, report, fail and leave.
extension Scheduler {
    /// After errors in a row a worker is left alone for 1, 2, 4 … seconds.
    private static let firstPenaltySeconds = 1.0
    private static let mostPenaltySeconds = 60.0

    /// Takes a worker into the fleet. It has at least one slot.
    public mutating func join(_ profile: WorkerProfile, at now: Instant) -> WorkerHandle {
        precondition(profile.slots > 0, "a worker has at least one slot")
        var worker = WorkerState()
        worker.profile = profile
        for model in profile.models where configuration.models.indices.contains(model) {
            worker.models |= 1 << UInt64(model)
        }
        worker.lastHeartbeat = now.microseconds
        worker.accountedTo = now.microseconds
        let (place, generation) = workers.insert(worker)
        measureFleet()
        let handle = WorkerHandle(index: UInt32(place), generation: generation)
        effects.append(.wake(handle))
        return handle
    }

    /// A sign of life, with how the worker feels.
    public mutating func report(_ health: WorkerHealth, of worker: WorkerHandle, at now: Instant) {
        guard let place = place(worker) else {
            statistics.staleMessages += 1
            return
        }
        workers[place].lastHeartbeat = max(workers[place].lastHeartbeat, now.microseconds)
        let couldTake = workers[place].canTake(now.microseconds)
        workers[place].health = health
        // A sensor that gives no number says nothing.
        if health.throttling.isNaN { workers[place].health.throttling = 0 }
        measureFleet()
        if !couldTake, workers[place].canTake(now.microseconds) { effects.append(.wake(worker)) }
        // What it was thought to take may be another one's now.
        wakeIdle(now.microseconds)
    }

    /// The worker gets no more tasks, and ends those that it has.
    ///
    /// - Returns: whether it has none.
    @discardableResult
    public mutating func drain(_ worker: WorkerHandle) -> Bool {
        guard let place = place(worker) else { return true }
        workers[place].isDraining = true
        stopWaiting(place)
        measureFleet()
        wakeAnother()
        return workers[place].running.isEmpty
    }

    /// Takes a draining worker back into service.
    public mutating func undrain(_ worker: WorkerHandle) {
        guard let place = place(worker) else { return }
        workers[place].isDraining = false
        measureFleet()
        effects.append(.wake(worker))
    }

    /// The worker is gone: its tasks go elsewhere.
    ///
    /// - Parameters:
    ///   - worker: the worker that left.
    ///   - isFault: whether it crashed or fell silent, and its tasks may be to blame.
    ///   - now: the time of the event.
    public mutating func remove(_ worker: WorkerHandle, isFault: Bool, at now: Instant) {
        guard let place = place(worker) else {
            statistics.staleMessages += 1
            return
        }
        account(place, now.microseconds)
        stopWaiting(place)
        let tasks = workers[place].running
        workers[place].running = []
        if isFault { statistics.lostWorkers += 1 }
        for task in tasks {
            settleRunning(task)
            lose(task, worker: place, isFault ? .fault : .none, now.microseconds)
        }
        workers.remove(place)
        measureFleet()
        wakeAnother()
    }

    /// Takes a task off its worker.
    ///
    /// - Returns: the worker's place and the task; nil for what is late or told twice.
    mutating func takeOff(_ lease: LeaseID, at now: Instant) -> (worker: Int, task: RunningTask)? {
        guard let worker = place(lease.worker),
            let index = workers[worker].running.firstIndex(where: { $0.serial == lease.serial })
        else {
            statistics.staleMessages += 1
            return nil
        }
        let time = now.microseconds
        account(worker, time)
        workers[worker].lastHeartbeat = max(workers[worker].lastHeartbeat, time)
        let task = workers[worker].running.remove(at: index)
        settleRunning(task)
        return (worker, task)
    }

    /// A task has ended.
    ///
    /// - Returns: false for what is late or told twice: the task has ended before, or is another one's by now.
    @discardableResult
    public mutating func finish(_ lease: LeaseID, _ outcome: TaskOutcome, at now: Instant) -> Bool {
        guard let (worker, task) = takeOff(lease, at: now) else { return false }
        let time = now.microseconds
        let job = jobs.place(UInt32(task.job), task.jobGeneration)
        switch outcome {
        case .done:
            workers[worker].errorStreak = 0
            learn(task, worker)
            guard let job, !task.isDropped else {
                waste(task)
                return false
            }
            jobs[job].runningCount -= 1
            jobs[job].spentSeconds += Float(task.spentSeconds)
            statistics.spentSeconds += task.spentSeconds
            jobs[job].done |= 1 << UInt32(task.task)
            if jobs[job].doneCount == Int(jobs[job].taskCount) { end(job, .completed, time) }
        case .failedForGood:
            waste(task)
            guard let job, !task.isDropped else { return false }
            jobs[job].runningCount -= 1
            end(job, .failed, time)
        case .failed:
            // Letting go of a dropped task is no error.
            if !task.isDropped { punish(worker, time) }
            lose(task, worker: worker, .failure, time)
            wakeIdle(time)
            return !task.isDropped
        }
        return true
    }

    /// A worker with a batch has taken a step, or several that nothing was asked between.
    ///
    /// - Returns: what leaves its batch now. Then ``fill(_:at:)`` says what joins.
    public mutating func step(_ worker: WorkerHandle, count: Int = 1, at now: Instant) -> StepOrders {
        guard let place = place(worker) else { return StepOrders() }
        account(place, now.microseconds)
        workers[place].lastHeartbeat = max(workers[place].lastHeartbeat, now.microseconds)
        var orders = StepOrders()
        for index in workers[place].running.indices.reversed() {
            let done = Int(workers[place].running[index].stepsDone) + max(0, count)
            workers[place].running[index].stepsDone = UInt16(clamping: done)
            guard workers[place].running[index].isDropped else { continue }
            let task = workers[place].running.remove(at: index)
            settleRunning(task)
            waste(task)
            orders.dropped.append(LeaseID(worker: worker, serial: task.serial))
        }
        guard configuration.features.contains(.preemption) else { return orders }
        for index in preempted(place, now.microseconds).sorted(by: >) {
            let task = workers[place].running.remove(at: index)
            settleRunning(task)
            pause(task)
            orders.paused.append(LeaseID(worker: worker, serial: task.serial))
        }
        return orders
    }

    // MARK: Steps

    /// Shares the time since the last call out among the tasks that ran: each second of each machine once.
    mutating func account(_ worker: Int, _ now: Int64) {
        guard let machine = workers[worker].profile.machine else { return workers[worker].account(to: now, among: 1) }
        let places = workers.elements.indices.filter { place in
            workers.isTaken(place) && workers[place].profile.machine == machine
        }
        let busy = places.count { !workers[$0].running.isEmpty }
        for place in places { workers[place].account(to: now, among: max(1, busy)) }
    }

    func place(_ worker: WorkerHandle) -> Int? { workers.place(worker.index, worker.generation) }
    func handle(worker place: Int) -> WorkerHandle {
        WorkerHandle(index: UInt32(place), generation: workers[place].generation)
    }

    /// Which running tasks make room: of the lowest classes, the last to have begun, one for each that waits above them
    /// and that this worker would take.
    private func preempted(_ worker: Int, _ now: Int64) -> [Int] {
        let running = workers[worker].running
        guard let lowest = running.map({ Int($0.rank) }).min() else { return [] }
        // What is paused keeps its memory: a worker that is short of it would have no slot more.
        guard !workers[worker].isDraining, workers[worker].heldUntil <= now, !workers[worker].health.isShortOfMemory
        else { return [] }
        var above: [(rank: Int, lane: Int)] = []
        for lane in lanes.indices where lanes[lane].isOpen {
            let rank = configuration.plans[lanes[lane].plan].rank
            guard rank > lowest, workers[worker].models & (1 << UInt64(lanes[lane].model)) != 0 else { continue }
            above.append((rank, lane))
        }
        guard !above.isEmpty else { return [] }
        above.sort { ($1.rank, $0.lane) < ($0.rank, $1.lane) }
        var free = workers[worker].usableSlots - running.count
        var victims = running.indices.sorted { left, right in
            (running[right].rank, running[left].startedAt, left) < (running[left].rank, running[right].startedAt, right)
        }
        let isShared = workers[worker].profile.sharesBatch
        var pausing: [Int] = []
        for (rank, lane) in above {
            for entry in lanes[lane].heap.entries.prefix(Self.scanLimit) {
                let job = Int(flows[Int(entry.flow)].head)
                switch suit(job, lane, worker, now) {
                case .elsewhere, .hopeless: continue
                case .otherBatch:
                    // It takes the place of a batch that is all of lower classes, and waits for any other.
                    if running.allSatisfy({ Int($0.rank) < rank }) { return Array(running.indices) }
                    // A batch that takes nobody out of turn any more would leave further slots empty.
                    let slots = workers[worker].profile.slots
                    let isBlocked = workers[worker].batchSkips >= slots || Int(lanes[lane].outOfTurn) >= slots - 1
                    if isBlocked { return pausing }
                case .rung:
                    var tasks = isShared ? jobs[job].pendingCount : Int(flows[Int(entry.flow)].waitingTasks)
                    while tasks > 0, free > 0 || (victims.last.map { Int(running[$0].rank) < rank } ?? false) {
                        if free <= 0 {
                            pausing.append(victims.removeLast())
                            free += 1
                        }
                        guard free > 0 else { continue }
                        free -= 1
                        tasks -= 1
                    }
                    if tasks > 0, !isShared { return pausing }
                }
            }
        }
        return pausing
    }

    private mutating func pause(_ task: RunningTask) {
        statistics.spentSeconds += task.spentSeconds
        guard let job = jobs.place(UInt32(task.job), task.jobGeneration) else { return }
        statistics.preemptions += 1
        jobs[job].runningCount -= 1
        jobs[job].spentSeconds += Float(task.spentSeconds)
        keep(task, of: job)
    }

    /// A task leaves its worker and will go on from where it is: its job is given back what it did not receive.
    mutating func keep(_ task: RunningTask, of job: Int) {
        jobs[job].hasPausedTasks = true
        paused.append(PausedTask(job: task.job, task: task.task, stepsDone: task.stepsDone))
        let steps = configuration.models[Int(task.model)].ladder.rungs[Int(task.rung)].steps ?? 1
        let (before, done) = (min(steps, Int(task.stepsBefore)), min(steps, Int(task.stepsDone)))
        takeBack(job, task, share: before < steps ? Double(steps - done) / Double(steps - before) : 0)
    }

    /// What a task that did not end says of its job.
    private enum Blame {
        case none
        case failure
        case fault
    }

    /// A task will not end where it was: it goes elsewhere, unless its job is to blame or out of luck.
    private mutating func lose(_ task: RunningTask, worker: Int, _ blame: Blame, _ now: Int64) {
        waste(task)
        guard !task.isDropped, let job = jobs.place(UInt32(task.job), task.jobGeneration) else { return }
        requeue(task, job, worker: worker, blame, now)
    }

    private mutating func requeue(_ task: RunningTask, _ job: Int, worker: Int, _ blame: Blame, _ now: Int64) {
        jobs[job].runningCount -= 1
        if blame != .none {
            jobs[job].lastFailedWorker = Int32(worker)
            if jobs[job].failures < .max { jobs[job].failures += 1 }
        }
        // A worker that came back after a crash counts as another one.
        let bit = UInt32(truncatingIfNeeded: worker) &+ workers[worker].generation / 2
        if blame == .fault { jobs[job].killers |= 1 << (bit & 31) }
        if jobs[job].killers.nonzeroBitCount >= configuration.quarantineAfter { return end(job, .quarantined, now) }
        if Int(jobs[job].failures) >= configuration.retryBudget { return end(job, .failed, now) }
        statistics.requeues += 1
        takeBack(job, task, share: 1)
        effects.append(.requeued(handle(job), task: Int(task.task)))
    }

    mutating func waste(_ task: RunningTask) {
        statistics.spentSeconds += task.spentSeconds
        statistics.wastedSeconds += task.spentSeconds
    }

    mutating func settleRunning(_ task: RunningTask) {
        runningCount -= 1
        runningSeconds = runningCount == 0 ? 0 : max(0, runningSeconds - task.expectedSeconds)
    }

    private mutating func learn(_ task: RunningTask, _ worker: Int) {
        // The rest of a task says little of the whole.
        guard task.stepsBefore == 0 else { return }
        let speed = costs.learn(
            Int(task.model),
            Int(task.rung),
            size: Double(task.size),
            batch: Int(task.batch),
            measuredSeconds: task.spentSeconds,
            speed: workers[worker].speed
        )
        let before = workers[worker].speed
        guard speed != before else { return }
        workers[worker].speed = speed
        guard !workers[worker].isDraining else { return }
        let share = 1 - min(1, max(0, workers[worker].health.throttling))
        // When the fastest becomes slower, another one may be the fastest.
        let wasFastest = speed > before && leastSpeeds.contains { $0 == before }
        guard !wasFastest else { return measureFleet() }
        for model in capacities.indices where workers[worker].models & (1 << UInt64(model)) != 0 {
            capacities[model] = max(0, capacities[model] + share / speed - share / before)
            leastSpeeds[model] = min(leastSpeeds[model], speed)
        }
    }

    private mutating func punish(_ worker: Int, _ now: Int64) {
        workers[worker].errorStreak += 1
        let doublings = min(workers[worker].errorStreak - 1, 6)
        let seconds = min(Self.mostPenaltySeconds, Self.firstPenaltySeconds * Double(1 << doublings))
        workers[worker].heldUntil = max(workers[worker].heldUntil, now + Instant.span(seconds))
    }

    /// Takes a task away from a worker that has had it for too long. The slot stays taken until the worker lets go.
    mutating func revoke(_ index: Int, of worker: Int, _ now: Int64) {
        let task = workers[worker].running[index]
        workers[worker].running[index].isDropped = true
        workers[worker].running[index].leaseEnds = .max
        punish(worker, now)
        effects.append(.drop(LeaseID(worker: handle(worker: worker), serial: task.serial)))
        guard let job = jobs.place(UInt32(task.job), task.jobGeneration) else { return }
        requeue(task, job, worker: worker, .fault, now)
    }

    /// What the fleet does in a second, by model: measured speeds, less what throttles or drains.
    mutating func measureFleet() {
        slotCount = 0
        for model in capacities.indices {
            (capacities[model], leastSpeeds[model]) = (0, Self.slowest)
            (ableCounts[model], batchSizes[model]) = (0, 1)
        }
        for place in workers.elements.indices where workers.isTaken(place) {
            let worker = workers[place]
            for model in capacities.indices where worker.models & (1 << UInt64(model)) != 0 { ableCounts[model] += 1 }
            guard !worker.isDraining else { continue }
            slotCount += worker.usableSlots
            let share = 1 - min(1, max(0, worker.health.throttling))
            for model in capacities.indices where worker.models & (1 << UInt64(model)) != 0 {
                capacities[model] += share / worker.speed
                batchSizes[model] = max(batchSizes[model], worker.profile.slots)
                if worker.usableSlots > 0 { leastSpeeds[model] = min(leastSpeeds[model], worker.speed) }
            }
        }
    }
}
