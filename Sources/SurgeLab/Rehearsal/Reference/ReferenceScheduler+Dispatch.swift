internal import SurgeCore

/// Handing out: which task a free slot gets.
extension ReferenceScheduler {
    struct Choice {
        let job: ReferenceJob
        let rung: Int
        let isOutOfTurn: Bool
        let isBeforeFirst: Bool
    }

    enum Answer {
        case task(Choice)
        case hopeless(ReferenceJob)
        case nothing
    }

    enum Suit {
        case rung(Int)
        case otherBatch
        case elsewhere
        case hopeless
    }

    func fill(_ handle: WorkerHandle, _ assignments: [Assignment], at now: Instant) {
        guard let worker = worker(handle) else {
            if !assignments.isEmpty { differ(.nothingForgotten, "a worker that has gone was given work") }
            return
        }
        let time = now.microseconds
        worker.account(to: time)
        worker.lastHeartbeat = max(worker.lastHeartbeat, time)
        idle.removeAll { $0 === worker }
        var given = 0
        var isIdle = false
        while !isIdle, worker.canTake(time) {
            switch choose(worker, time) {
            case .task(let choice):
                begin(choice, worker, given < assignments.count ? assignments[given] : nil, time)
                given += 1
            case .hopeless(let job): end(job, .expired, time)
            case .nothing: isIdle = true
            }
        }
        if assignments.count > given {
            differ(.fair, "worker \(worker.index) is given \(assignments.count) tasks and should get \(given)")
        }
        wakeIdle(time)
        if isIdle { idle.append(worker) }
    }

    func choose(_ worker: ReferenceWorker, _ now: Int64) -> Answer {
        var isOutOfTurn = false
        var passed: [ReferenceLane] = []
        var passedRank: Int?
        while let lane = nextLane(worker, passed, now) {
            let rank = plan(of: lane).rank
            if let passedRank, passedRank > rank { return .nothing }
            var best: (place: Int, choice: Choice)?
            var isBeforeFirst = false
            let flows = lane.heap.flows.prefix(16)
            for (place, flow) in flows.enumerated() {
                if let best, (flows[best.place].key, flows[best.place].order) < (flow.key, flow.order) { continue }
                if isBeforeFirst, lane.outOfTurn >= worker.profile.slots - 1 { break }
                let job = flow.jobs[0]
                switch suit(job, worker, now) {
                case .hopeless: return .hopeless(job)
                case .elsewhere: continue
                case .otherBatch:
                    (isOutOfTurn, isBeforeFirst) = (true, true)
                    if worker.batchSkips >= worker.profile.slots { return .nothing }
                    passedRank = max(passedRank ?? rank, rank)
                case .rung(let rung):
                    best = (
                        place,
                        Choice(job: job, rung: rung, isOutOfTurn: isOutOfTurn, isBeforeFirst: isBeforeFirst)
                    )
                }
                if place == 0, best != nil { break }
            }
            if let best { return .task(best.choice) }
            passed.append(lane)
        }
        return .nothing
    }

    /// The highest rank, then the least service over weight; the first of those that are equal.
    private func nextLane(_ worker: ReferenceWorker, _ passed: [ReferenceLane], _ now: Int64) -> ReferenceLane? {
        let open = lanes.filter { lane in
            lane.isOpen && worker.models.contains(lane.model) && !passed.contains { $0 === lane }
        }
        guard isFair else { return open.min { $0.heap.flows[0].key < $1.heap.flows[0].key } }
        let highest = open.map { plan(of: $0).rank }.max()
        let services = open.filter { plan(of: $0).rank == highest }.map { lane -> (ReferenceLane, Double) in
            let weight = weight(lane)
            var service = lane.service
            if !worker.loaded.contains(lane.model) { service += worker.profile.loadSeconds / weight }
            let job = lane.heap.flows[0].jobs[0]
            let seconds = taskSeconds(job) * lane.scale
            if Double(job.deadline - now) < seconds * 3 * 1_000_000 { service -= seconds / weight }
            return (lane, service)
        }
        return services.min { $0.1 < $1.1 }?.0
    }

    func suit(_ job: ReferenceJob, _ worker: ReferenceWorker, _ now: Int64) -> Suit {
        let model = job.flow.lane.model
        if job.lastFailedWorker == worker.index {
            let hasOther = present.contains { other in
                other !== worker && other.models.contains(model) && !other.isDraining && other.usableSlots > 0
                    && other.heldUntil <= now
            }
            if hasOther { return .elsewhere }
        }
        let beside = beside(worker)
        guard let rung = rung(for: job, beside: beside, speed: worker.speed, now) else {
            let free = slotCount - runningCount - (worker.usableSlots - worker.running.count)
            let least = rung(for: job, beside: free > 0 ? 1 : beside, speed: leastSpeeds[model], now)
            if least != nil { return .elsewhere }
            return rungAlone(job, now).map(Suit.rung) ?? .hopeless
        }
        guard worker.profile.sharesBatch, let first = worker.running.first else { return .rung(rung) }
        let isAlike = first.model == model && first.rung == rung && first.job.demand.shape == job.demand.shape
        return isAlike ? .rung(rung) : .otherBatch
    }

    /// How many tasks a worker has when it has got another one.
    private func beside(_ worker: ReferenceWorker) -> Int { min(worker.running.count + 1, worker.profile.slots) }

    /// The governor's rung, or a lower one if that is all there is time for.
    private func rung(for job: ReferenceJob, beside: Int, speed: Double, _ now: Int64) -> Int? {
        let lane = job.flow.lane
        var rung = job.given ?? job.wanted
        let isGoverned = features.contains(.governor)
        if job.given == nil, isGoverned {
            let mix = governor.mix(lane.index)
            rung = min(job.wanted, lane.dither + mix.share >= 1 ? mix.upper : mix.lower)
        }
        guard features.contains(.deadlines) else { return rung }
        let left = Double(job.deadline - now) / 1_000_000
        let rest = job.paused.first.map { self.rest(job, $0.stepsDone) } ?? 1
        let candidates = [rung] + (job.given == nil && isGoverned ? governor.paths[lane.index].reversed() : [])
        return candidates.first { candidate in
            candidate <= rung
                && expected(job, candidate, beside: beside, speed: speed) * rest * 1.2 <= left
        }
    }

    /// What keeps nobody waiting is begun where the manifest says that there is time for it.
    private func rungAlone(_ job: ReferenceJob, _ now: Int64) -> Int? {
        let isAlone = runningCount == job.runningCount && waitingTaskCount == job.pending.count
        guard features.contains(.bounds), isAlone else { return nil }
        let lane = job.flow.lane
        let lowest = features.contains(.governor) ? min(job.wanted, governor.paths[lane.index][0]) : job.wanted
        let rung = job.given ?? lowest
        let fits = stated[lane.model][rung] * Double(job.size) * 1.2 * 1_000_000 <= Double(job.deadline - now)
        return fits ? rung : nil
    }

    private func expected(_ job: ReferenceJob, _ rung: Int, beside: Int, speed: Double) -> Double {
        costs.seconds(job.flow.lane.model, rung, size: Double(job.size), batch: beside) * Double(beside) * speed
    }

    /// The share of a paused task that is still to be done.
    private func rest(_ job: ReferenceJob, _ stepsDone: Int) -> Double {
        let steps = steps(job.flow.lane.model, job.given ?? job.wanted)
        return 1 - Double(min(stepsDone, steps)) / Double(steps)
    }

    func steps(_ model: Int, _ rung: Int) -> Int { configuration.models[model].ladder.rungs[rung].steps ?? 1 }

    private func begin(_ choice: Choice, _ worker: ReferenceWorker, _ told: Assignment?, _ now: Int64) {
        let (job, rung, lane) = (choice.job, choice.rung, choice.job.flow.lane)
        if job.given == nil { give(rung, job, now) }
        let expected = expected(job, rung, beside: beside(worker), speed: worker.speed)
        let resumed = job.paused.isEmpty ? nil : job.paused.removeFirst()
        let rest = resumed.map { self.rest(job, $0.stepsDone) } ?? 1
        let charge =
            costs.seconds(lane.model, rung, size: Double(job.size), batch: batchSizes[lane.model]) * max(rest, 0.01)
        let (task, laneCharge) = handOut(job, first: resumed?.task, charge: charge)
        job.runningCount += 1
        job.lastFailedWorker = nil
        if worker.running.isEmpty { worker.batchSkips = 0 }
        if choice.isOutOfTurn { worker.batchSkips += 1 }
        lane.outOfTurn = choice.isBeforeFirst ? lane.outOfTurn + 1 : 0
        worker.loaded.insert(lane.model)
        let leaseEnds = now + span(max(configuration.leaseSeconds, expected * configuration.leaseFactor))
        worker.running.append(
            ReferenceTask(
                serial: worker.nextSerial,
                job: job,
                task: task,
                model: lane.model,
                rung: rung,
                rank: plan(of: lane).rank,
                startedAt: now,
                charge: charge,
                laneCharge: laneCharge,
                batch: min(255, worker.running.count + 1),
                leaseEnds: leaseEnds,
                stepsDone: resumed?.stepsDone ?? 0,
                stepsBefore: resumed?.stepsDone ?? 0
            )
        )
        runningSeconds += charge
        check(told, job, task, rung, worker, expected * rest, leaseEnds, resumed?.stepsDone ?? 0)
        worker.nextSerial += 1
    }

    private func check(
        _ told: Assignment?,
        _ job: ReferenceJob,
        _ task: Int,
        _ rung: Int,
        _ worker: ReferenceWorker,
        _ expected: Double,
        _ leaseEnds: Int64,
        _ stepsDone: Int
    ) {
        guard let told else {
            return differ(.workConserving, "worker \(worker.index) should get task \(task) of job \(job.handle.index)")
        }
        if told.job != job.handle || told.task != task {
            let due = "task \(task) of job \(job.handle.index)"
            return differ(.fair, "it is the turn of \(due), and task \(told.task) of job \(told.job.index) goes out")
        }
        if told.rung != rung || told.model != job.flow.lane.model {
            differ(.qualityOpenly, "job \(job.handle.index) should get rung \(rung) and gets \(told.rung)")
        }
        if told.stepsDone != stepsDone {
            differ(.prompt, "a paused task had \(stepsDone) steps and goes on at \(told.stepsDone)")
        }
        if told.lease.worker != worker.handle || told.lease.serial != worker.nextSerial {
            differ(.nothingForgotten, "a lease has the name \(told.lease.serial), not \(worker.nextSerial)")
        }
        if told.leaseEnds.microseconds != leaseEnds {
            differ(.nothingForgotten, "a lease ends at \(told.leaseEnds.microseconds), not \(leaseEnds)")
        }
        if told.expectedSeconds != expected {
            differ(.honestClocks, "a task should take \(expected) s, and is told \(told.expectedSeconds)")
        }
    }

    private func give(_ rung: Int, _ job: ReferenceJob, _ now: Int64) {
        let lane = job.flow.lane
        job.given = rung
        let delay = Double(max(0, now - max(job.submittedAt, lane.releasedAt))) / 1_000_000
        delays[lane.plan] += (delay - delays[lane.plan]) * 0.1
        delayCounts[lane.plan] += 1
        guard features.contains(.governor) else { return }
        let mix = governor.mix(lane.index)
        lane.dither = mix.upper == mix.lower ? 0 : lane.dither + mix.share
        if lane.dither >= 1 { lane.dither -= 1 }
    }

    // MARK: Waiting workers

    func wakeIdle(_ now: Int64) {
        let wanted = Set(lanes.filter(\.isOpen).map(\.model))
        for worker in idle.reversed() where !worker.models.isDisjoint(with: wanted) && worker.canTake(now) {
            if case .nothing = choose(worker, now) { continue }
            idle.removeAll { $0 === worker }
            return effects.append(Told(.wake, worker: worker.handle))
        }
    }

    func wakeAnother() {
        guard lanes.contains(where: \.isOpen), let worker = idle.popLast() else { return }
        effects.append(Told(.wake, worker: worker.handle))
    }
}
