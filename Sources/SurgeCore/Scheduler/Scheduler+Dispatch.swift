/// A task that a worker is to begin, or to go on with.
public struct Assignment: Hashable, Sendable, Codable {
    /// Names this assignment in ``Scheduler/finish(_:_:at:)``.
    public let lease: LeaseID
    /// The job that the task belongs to.
    public let job: JobHandle
    /// Which of the job's pictures, from 0.
    public let task: Int
    /// The model to run.
    public let model: ModelIndex
    /// The rung that the picture gets.
    public package(set) var rung: RungIndex
    /// Above 0: its state was kept when it was paused.
    public let stepsDone: Int
    /// What it should take of this worker, in seconds.
    public let expectedSeconds: Double
    /// When the task is taken back, unless its end was reported before.
    public let leaseEnds: Instant
}

/// Handing out: which task a free slot gets.
extension Scheduler {
    /// A task is begun only if this many times its expected time is left before its deadline.
    private static let finishMargin = 1.2
    /// A lane whose first job must begin within this many times its expected time goes first among its equals.
    private static let urgencyFactor = 3.0

    /// Gives a worker as many tasks as it has free slots for. Nothing to give: it is woken when there is.
    public mutating func fill(_ worker: WorkerHandle, at now: Instant) -> [Assignment] {
        var assignments: [Assignment] = []
        fill(worker, at: now, into: &assignments)
        return assignments
    }

    /// The same, with the tasks put at the end of `assignments`.
    package mutating func fill(_ worker: WorkerHandle, at now: Instant, into assignments: inout [Assignment]) {
        guard let place = place(worker) else { return }
        let time = now.microseconds
        account(place, time)
        workers[place].lastHeartbeat = max(workers[place].lastHeartbeat, time)
        stopWaiting(place)
        var isIdle = false
        while !isIdle, workers[place].canTake(time) {
            switch choose(for: place, time) {
            case .task(let choice): assignments.append(begin(choice, on: place, time))
            case .hopeless(let job): end(job, .expired, time)
            case .nothing: isIdle = true
            }
        }
        // What it left, or could not take, may be for another one.
        wakeIdle(time)
        if isIdle { wait(place) }
    }

    private struct Choice {
        let job: Int
        let lane: Int
        let rung: Int
        /// Whether another task was passed over for it, which does not fit into the batch; and one of its own lane.
        let isOutOfTurn: Bool
        let isBeforeFirst: Bool
    }

    private enum Answer {
        case task(Choice)
        /// This job cannot end in time, wherever it is begun.
        case hopeless(Int)
        case nothing
    }

    /// The next task for a worker: from the lane whose turn it is, and of that lane from the account with the least
    /// service whose task this worker can take now.
    private func choose(for worker: Int, _ now: Int64) -> Answer {
        var isOutOfTurn = false
        var passed: [Int] = []
        var passedRank = Int.min
        while let lane = nextLane(for: worker, except: passed, now) {
            let rank = configuration.plans[lanes[lane].plan].rank
            // A batch is not fed with lower classes while a higher one waits for it to end.
            if passedRank > rank { return .nothing }
            var best: (entry: FairHeap.Entry, choice: Choice)?
            var isBeforeFirst = false
            for position in 0..<min(lanes[lane].heap.count, Self.scanLimit) {
                let entry = lanes[lane].heap.entries[position]
                if let best, best.entry < entry { continue }
                // One whose work never fits would wait for ever, if others of its lane always went before it: with fewer
                // than a batch of them, two accounts stay within two batches of each other.
                if isBeforeFirst, Int(lanes[lane].outOfTurn) >= workers[worker].profile.slots - 1 { break }
                let job = Int(flows[Int(entry.flow)].head)
                switch suit(job, lane, worker, now) {
                case .hopeless: return .hopeless(job)
                case .elsewhere: continue
                case .otherBatch:
                    isOutOfTurn = true
                    isBeforeFirst = true
                    if workers[worker].batchSkips >= workers[worker].profile.slots { return .nothing }
                    passedRank = max(passedRank, rank)
                case .rung(let rung):
                    let choice = Choice(
                        job: job,
                        lane: lane,
                        rung: rung,
                        isOutOfTurn: isOutOfTurn,
                        isBeforeFirst: isBeforeFirst
                    )
                    best = (entry, choice)
                }
                // The first of the heap is the first of all; the others stand in no particular order.
                if position == 0, best != nil { break }
            }
            if let best { return .task(best.choice) }
            passed.append(lane)
        }
        return .nothing
    }

    /// Whether a worker has a free slot and a task waits that it could take.
    func isIdle(_ worker: Int, _ now: Int64) -> Bool {
        guard workers[worker].canTake(now), case .task = choose(for: worker, now) else { return false }
        return true
    }

    /// What a worker can do with a job.
    enum Suit {
        case rung(Int)
        /// Not with the batch that it has.
        case otherBatch
        /// Another worker should take it.
        case elsewhere
        case hopeless
    }

    func suit(_ job: Int, _ lane: Int, _ worker: Int, _ now: Int64) -> Suit {
        let model = lanes[lane].model
        if jobs[job].lastFailedWorker == Int32(worker), hasOther(than: worker, for: model, now) { return .elsewhere }
        let beside = beside(worker)
        guard let rung = chooseRung(job, lane, beside: beside, speed: workers[worker].speed, now) else {
            // The fastest might still do it, alone if a slot is free elsewhere. Nobody is asked one by one: when jobs
            // come to be hopeless, they do so by the thousand.
            let free = slotCount - runningCount - workers[worker].usableSlots + workers[worker].running.count
            let least = leastSpeeds[model]
            let isPossible = chooseRung(job, lane, beside: free > 0 ? 1 : beside, speed: least, now) != nil
            return isPossible ? .elsewhere : rungAlone(job, lane, now).map(Suit.rung) ?? .hopeless
        }
        guard workers[worker].profile.sharesBatch, let first = workers[worker].running.first else { return .rung(rung) }
        let isAlike = first.model == UInt8(model) && first.rung == UInt8(rung) && first.shape == jobs[job].shape
        return isAlike ? .rung(rung) : .otherBatch
    }

    /// The lane whose turn it is among those that this worker can serve: the highest rank, then the least service over
    /// weight; a lane in a hurry, and one whose model is loaded, has a bounded advantage.
    private func nextLane(for worker: Int, except passed: [Int], _ now: Int64) -> Int? {
        var best: Int?
        var bestRank = Int.min
        var bestService = Double.infinity
        let isFair = configuration.features.contains(.fairness)
        for lane in lanes.indices {
            guard !lanes[lane].isHeld, let first = lanes[lane].heap.first,
                workers[worker].models & (1 << UInt64(lanes[lane].model)) != 0, !passed.contains(lane)
            else { continue }
            let rank = isFair ? configuration.plans[lanes[lane].plan].rank : 0
            guard rank >= bestRank else { continue }
            var service = isFair ? lanes[lane].service : first.key
            if isFair {
                let weight = laneWeight(lane)
                if workers[worker].loaded & (1 << UInt64(lanes[lane].model)) == 0 {
                    service += workers[worker].profile.loadSeconds / weight
                }
                let job = Int(flows[Int(first.flow)].head)
                let seconds = taskSeconds(job) * lanes[lane].scale
                if Double(jobs[job].deadline - now) < seconds * Self.urgencyFactor * 1_000_000 {
                    service -= seconds / weight
                }
            }
            if rank > bestRank || service < bestService {
                (best, bestRank, bestService) = (lane, rank, service)
            }
        }
        return best
    }

    /// The rung that a job gets now; nil when it cannot end by its deadline at any that it may get.
    private func chooseRung(_ job: Int, _ lane: Int, beside: Int, speed: Double, _ now: Int64) -> Int? {
        let wanted = Int(jobs[job].wanted)
        var rung = wanted
        if jobs[job].given != Job.noRung {
            rung = Int(jobs[job].given)
        } else if configuration.features.contains(.governor) {
            let mix = governor.mix(lane)
            rung = min(wanted, lanes[lane].dither + mix.upperShare >= 1 ? mix.upper : mix.lower)
        }
        guard configuration.features.contains(.deadlines) else { return rung }
        let left = Double(jobs[job].deadline - now) / 1_000_000
        let rest = jobs[job].hasPausedTasks ? paused.first { $0.job == Int32(job) }.map(rest) ?? 1 : 1
        while expectedSeconds(job, lane, rung, beside: beside, speed: speed) * rest * Self.finishMargin > left {
            // Along the path, so that what lies between its steps, and may be worse than the floor, is not given.
            guard configuration.features.contains(.governor), jobs[job].given == Job.noRung,
                let lower = governor.paths[lane].last(where: { $0.rung < rung })
            else { return nil }
            rung = lower.rung
        }
        return rung
    }

    /// The rung at which a job is begun although it seems hopeless, because nothing else runs or waits and the manifest says
    /// that there is time for it: a wrong idea of what pictures cost is mended by painting one. nil: it stays hopeless.
    private func rungAlone(_ job: Int, _ lane: Int, _ now: Int64) -> Int? {
        guard configuration.features.contains(.bounds), runningCount == Int(jobs[job].runningCount),
            lanes.reduce(0, { $0 + $1.waitingTasks }) == jobs[job].pendingCount
        else { return nil }
        var rung = Int(jobs[job].wanted)
        if jobs[job].given != Job.noRung {
            rung = Int(jobs[job].given)
        } else if configuration.features.contains(.governor) {
            rung = min(rung, governor.paths[lane][0].rung)
        }
        let seconds = manifestCosts[lanes[lane].model][rung] * Double(jobs[job].size)
        return seconds * Self.finishMargin * 1_000_000 <= Double(jobs[job].deadline - now) ? rung : nil
    }

    /// From beginning to end on a worker of this speed that has so many tasks at the same time.
    private func expectedSeconds(_ job: Int, _ lane: Int, _ rung: Int, beside: Int, speed: Double) -> Double {
        costs.seconds(lanes[lane].model, rung, size: Double(jobs[job].size), batch: beside) * Double(beside) * speed
    }

    /// How many tasks a worker has when it has got another one.
    private func beside(_ worker: Int) -> Int {
        min(workers[worker].running.count + 1, workers[worker].profile.slots)
    }

    /// The share of a paused task that is still to be done.
    private func rest(_ task: PausedTask) -> Double {
        let job = Int(task.job)
        let model = lanes[Int(flows[Int(jobs[job].flow)].lane)].model
        let steps = configuration.models[model].ladder.rungs[Int(jobs[job].given)].steps ?? 1
        return 1 - Double(min(Int(task.stepsDone), steps)) / Double(steps)
    }

    /// Whether there is another worker that may take a job before long.
    private func hasOther(than worker: Int, for model: ModelIndex, _ now: Int64) -> Bool {
        workers.elements.indices.contains { other in
            other != worker && workers.isTaken(other) && workers[other].models & (1 << UInt64(model)) != 0
                && !workers[other].isDraining && workers[other].usableSlots > 0 && workers[other].heldUntil <= now
        }
    }

    private mutating func begin(_ choice: Choice, on worker: Int, _ now: Int64) -> Assignment {
        let (job, lane, rung) = (choice.job, choice.lane, choice.rung)
        let model = lanes[lane].model
        if jobs[job].given == Job.noRung {
            give(rung, to: job, lane)
            noteDelay(job, lane, now)
        }
        let expected = expectedSeconds(job, lane, rung, beside: beside(worker), speed: workers[worker].speed)
        let resumed = takePaused(job)
        let rest = resumed.map(rest) ?? 1
        let stepsDone = resumed.map { Int($0.stepsDone) } ?? 0
        let reference =
            costs.seconds(model, rung, size: Double(jobs[job].size), batch: batchSizes[model]) * max(rest, 0.01)
        // A paused task goes before those that were never begun.
        if let resumed { jobs[job].nextTask = resumed.task }
        let (task, laneCharge) = handOut(job, charge: reference)
        jobs[job].runningCount += 1
        // Another worker has it now: what is left of it may go anywhere.
        jobs[job].lastFailedWorker = -1
        let leaseSeconds = max(configuration.leaseSeconds, expected * configuration.leaseFactor)
        let serial = workers[worker].nextSerial
        workers[worker].nextSerial += 1
        if workers[worker].running.isEmpty { workers[worker].batchSkips = 0 }
        if choice.isOutOfTurn { workers[worker].batchSkips += 1 }
        lanes[lane].outOfTurn = choice.isBeforeFirst ? lanes[lane].outOfTurn + 1 : 0
        workers[worker].loaded |= 1 << UInt64(model)
        workers[worker].running.append(
            RunningTask(
                serial: serial,
                job: Int32(job),
                jobGeneration: jobs[job].generation,
                task: UInt8(task),
                model: UInt8(model),
                rung: UInt8(rung),
                shape: jobs[job].shape,
                rank: Int32(truncatingIfNeeded: configuration.plans[lanes[lane].plan].rank),
                startedAt: now,
                charge: reference,
                laneCharge: laneCharge,
                expectedSeconds: reference,
                size: jobs[job].size,
                batch: UInt8(min(255, workers[worker].running.count + 1)),
                leaseEnds: now + Instant.span(leaseSeconds),
                stepsDone: UInt16(stepsDone),
                stepsBefore: UInt16(stepsDone)
            )
        )
        runningSeconds += reference
        runningCount += 1
        return Assignment(
            lease: LeaseID(worker: handle(worker: worker), serial: serial),
            job: handle(job),
            task: task,
            model: model,
            rung: rung,
            stepsDone: stepsDone,
            expectedSeconds: expected * rest,
            leaseEnds: Instant(microseconds: now + Instant.span(leaseSeconds))
        )
    }

    /// Settles which rung a job gets, and lets the next one have the other of the two when it is its turn.
    private mutating func give(_ rung: Int, to job: Int, _ lane: Int) {
        jobs[job].given = UInt8(rung)
        guard configuration.features.contains(.governor) else { return }
        let mix = governor.mix(lane)
        guard mix.upper != mix.lower else {
            lanes[lane].dither = 0
            return
        }
        lanes[lane].dither += mix.upperShare
        if lanes[lane].dither >= 1 { lanes[lane].dither -= 1 }
    }

    private mutating func noteDelay(_ job: Int, _ lane: Int, _ now: Int64) {
        let plan = lanes[lane].plan
        // What an operator has put off says nothing of what the fleet can do.
        let since = max(jobs[job].submittedAt, lanes[lane].releasedAt)
        let delay = Double(max(0, now - since)) / 1_000_000
        delays[plan] += (delay - delays[plan]) * 0.1
        delayCounts[plan] += 1
    }

    /// The first of a job's paused tasks, if it has one: it is paused no more.
    private mutating func takePaused(_ job: Int) -> PausedTask? {
        guard jobs[job].hasPausedTasks, let index = paused.firstIndex(where: { $0.job == Int32(job) }) else {
            return nil
        }
        let found = paused.remove(at: index)
        jobs[job].hasPausedTasks = paused.contains { $0.job == Int32(job) }
        return found
    }

    // MARK: Waiting workers

    mutating func wait(_ worker: Int) {
        guard !workers[worker].isWaiting else { return }
        workers[worker].isWaiting = true
        idle.append(Int32(worker))
    }

    mutating func stopWaiting(_ worker: Int) {
        guard workers[worker].isWaiting else { return }
        workers[worker].isWaiting = false
        idle.removeAll { $0 == Int32(worker) }
    }

    /// Wakes a worker that waits, if there is a task that it can take. One at a time: being filled, it wakes the next.
    mutating func wakeIdle(_ now: Int64) {
        let models = idle.isEmpty ? 0 : waitingModels
        guard models != 0 else { return }
        for index in idle.indices.reversed() {
            let worker = Int(idle[index])
            guard workers[worker].models & models != 0, workers[worker].canTake(now) else { continue }
            if case .nothing = choose(for: worker, now) { continue }
            idle.remove(at: index)
            workers[worker].isWaiting = false
            return effects.append(.wake(handle(worker: worker)))
        }
    }

    /// A worker that was woken may have gone before it was filled: another one takes its place.
    mutating func wakeAnother() {
        guard waitingModels != 0, let worker = idle.popLast() else { return }
        workers[Int(worker)].isWaiting = false
        effects.append(.wake(handle(worker: Int(worker))))
    }

    /// The models that tasks wait for: one bit each.
    private var waitingModels: UInt64 {
        var models: UInt64 = 0
        for lane in lanes.indices where lanes[lane].isOpen { models |= 1 << UInt64(lanes[lane].model) }
        return models
    }
}
