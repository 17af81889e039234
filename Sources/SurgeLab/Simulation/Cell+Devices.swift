internal import Scenarios
internal import SurgeCore

/// Devices take tasks, and end them.
extension Cell {
    mutating func prepareDevices() {
        for slot in setup.devices {
            var device = Device(pool: slot.pool)
            device.isWanted = slot.isThere
            device.celsius = setup.pools[slot.pool].ambientCelsius
            devices.append(device)
            if slot.isThere { start(devices.count - 1) }
        }
    }

    /// A device is there, with its first model loaded.
    mutating func start(_ index: Int) {
        let pool = setup.pools[devices[index].pool]
        var profile = WorkerProfile(name: "", slots: pool.kind.slots, models: pool.models)
        profile.sharesBatch = pool.kind.sharesBatch
        profile.loadSeconds = pool.kind.load.seconds
        profile.heartbeatSeconds = Double(setup.heartbeatMicroseconds) / 1_000_000 * 3
        let worker = scheduler.join(profile, at: instant)
        devices[index].worker = worker
        devices[index].isUp = true
        devices[index].tasks = []
        devices[index].updatedAt = now
        devices[index].busySince = now
        devices[index].upSince = now
        devices[index].lastSign = now
        devices[index].tasksSinceLoad = 0
        devices[index].reportedThrottling = 0
        devices[index].loaded = pool.models.first.map { 1 << UInt64($0) } ?? 0
        devices[index].life &+= 1
        if worker.place >= deviceOfWorker.count {
            deviceOfWorker.append(contentsOf: repeatElement(-1, count: worker.place + 1 - deviceOfWorker.count))
        }
        deviceOfWorker[worker.place] = Int32(index)
        if let between = pool.kind.meanTimeBetweenFailures {
            let seconds = -PortableMath.log(1 - failureRandom.unit()) * between.seconds
            let time = now + Int64(min(seconds, 1e9) * 1_000_000)
            queue.add(.failure, at: time, place: index, version: devices[index].life)
        }
    }

    mutating func wake(_ worker: WorkerHandle) {
        let index = Int(deviceOfWorker[worker.place])
        guard index >= 0, devices[index].worker == worker, devices[index].isUp else { return }
        // What shares its passes lets others in between two of them only.
        if setup.pools[devices[index].pool].kind.sharesBatch, !devices[index].tasks.isEmpty {
            return askForBoundary(index)
        }
        fill(index)
    }

    /// Takes what the scheduler gives.
    private mutating func fill(_ index: Int) {
        guard let worker = devices[index].worker, devices[index].isUp else { return }
        advance(index)
        var given = assignments
        assignments = []
        given.removeAll(keepingCapacity: true)
        scheduler.fill(worker, at: instant, into: &given)
        devices[index].lastSign = now
        for assignment in given { take(assignment, index) }
        assignments = given
        plan(index)
    }

    private mutating func take(_ assignment: Assignment, _ index: Int) {
        let pool = setup.pools[devices[index].pool]
        let (model, rung) = (assignment.model, assignment.rung)
        let steps = setup.steps[model][rung]
        let group = Int(groupOfJob[assignment.job.place])
        var whole = pool.seconds(model, rung, count: 1) * setup.groups[group].size
        if pool.kind.jitter > 0 { whole *= 1 + pool.kind.jitter * (2 * random.unit() - 1) }
        if devices[index].tasksSinceLoad < pool.kind.warmUp.tasks { whole *= pool.kind.warmUp.times }
        devices[index].tasksSinceLoad += 1
        if devices[index].loaded & (1 << UInt64(model)) == 0 {
            devices[index].loaded |= 1 << UInt64(model)
            whole += pool.kind.load.seconds
        }
        if devices[index].liesAtOnce { whole = min(whole, 0.001) }
        if devices[index].tasks.isEmpty { devices[index].busySince = now }
        devices[index].tasks.append(
            DeviceTask(
                lease: assignment.lease,
                model: UInt8(model),
                rung: UInt8(rung),
                rank: Int32(truncatingIfNeeded: setup.groups[group].rank),
                whole: whole,
                left: whole * (1 - Double(min(assignment.stepsDone, steps)) / Double(steps)),
                steps: steps,
                stepsTold: assignment.stepsDone
            )
        )
    }

    /// Writes down how far a device's tasks have come.
    mutating func advance(_ index: Int) {
        let elapsed = Double(now - devices[index].updatedAt) / 1_000_000
        devices[index].updatedAt = now
        guard elapsed > 0 else { return }
        for task in devices[index].tasks.indices {
            devices[index].tasks[task].left -= elapsed * rate(index, task)
        }
    }

    /// Seconds of work that a task gets done in a second.
    @inline(__always)
    private func rate(_ index: Int, _ task: Int) -> Double {
        let speed = devices[index].eventSpeed * devices[index].heatSpeed * devices[index].sharedSpeed
        let count = devices[index].tasks.count
        guard count > 1 else { return speed }
        let pool = setup.pools[devices[index].pool]
        let (model, rung) = (Int(devices[index].tasks[task].model), Int(devices[index].tasks[task].rung))
        if pool.kind.takesTurns {
            // What the device does with so many at hand, it does for the one that came first.
            guard task == 0 else { return 0 }
            let together = pool.seconds(model, rung, count: min(count, pool.kind.slots))
            return speed * pool.seconds(model, rung, count: 1) * Double(count) / together
        }
        return speed * pool.seconds(model, rung, count: 1)
            / pool.seconds(model, rung, count: min(count, pool.kind.slots))
    }

    /// Puts down when the first of a device's tasks will end.
    mutating func plan(_ index: Int) {
        devices[index].version &+= 1
        devices[index].hasBoundary = false
        guard devices[index].isUp, !devices[index].tasks.isEmpty else { return }
        var least = Double.infinity
        for task in devices[index].tasks.indices {
            let rate = rate(index, task)
            guard rate > 0 else { continue }
            least = min(least, max(0, devices[index].tasks[task].left) / rate)
        }
        // Rounded up, so that the task is done by then.
        let time = now + Int64((min(least, Self.mostSeconds) * 1_000_000).rounded(.up))
        queue.add(.due, at: time, place: index, version: devices[index].version)
    }

    private static let mostSeconds = 1e10

    /// A device was to end a task by now.
    mutating func due(_ index: Int, _ version: UInt32) {
        guard devices[index].version == version, devices[index].isUp, let worker = devices[index].worker else { return }
        advance(index)
        devices[index].lastSign = now
        if devices[index].tasks.count > 1 { notifySteps(index, worker) }
        var task = 0
        while task < devices[index].tasks.count {
            guard devices[index].tasks[task].left < 1e-6 else {
                task += 1
                continue
            }
            let ended = devices[index].tasks.remove(at: task)
            if devices[index].tasks.isEmpty { devices[index].busyMicroseconds += now - devices[index].busySince }
            let hasFailed = devices[index].failChance > 0 && random.unit() < devices[index].failChance
            scheduler.finish(ended.lease, hasFailed ? .failed : .done, at: instant)
        }
        fill(index)
    }

    // MARK: Between steps

    /// Somebody of this class waits: the device that can soonest stop lower work between two of its steps is asked to.
    @inline(__always)
    mutating func hurry(_ rank: Int) {
        guard rank > 0, setup.policy.features.contains(.preemption) else { return }
        var best = -1
        var bestSeconds = Double.infinity
        for index in devices.indices where devices[index].isUp && !devices[index].hasBoundary {
            guard let task = devices[index].tasks.first(where: { Int($0.rank) < rank }), task.steps > 1 else {
                continue
            }
            let seconds = secondsToBoundary(index)
            if seconds < bestSeconds { (best, bestSeconds) = (index, seconds) }
        }
        if best >= 0 { askForBoundary(best) }
    }

    /// Has a device stop after its present step, if it works in steps.
    mutating func askForBoundary(_ index: Int) {
        guard index >= 0, devices[index].isUp, !devices[index].hasBoundary, !devices[index].tasks.isEmpty else {
            return
        }
        guard devices[index].tasks[0].steps > 1 else { return }
        devices[index].hasBoundary = true
        let time = now + Int64((secondsToBoundary(index) * 1_000_000).rounded(.up))
        queue.add(.boundary, at: time, place: index, version: devices[index].version)
    }

    private func secondsToBoundary(_ index: Int) -> Double {
        let task = devices[index].tasks[0]
        let elapsed = Double(now - devices[index].updatedAt) / 1_000_000
        let rate = rate(index, 0)
        let step = task.whole / Double(task.steps)
        let done = (task.whole - task.left + elapsed * rate) / step
        return max(0, ((done + 1e-6).rounded(.up) - done) * step / rate)
    }

    mutating func boundary(_ index: Int, _ version: UInt32) {
        guard devices[index].version == version, devices[index].isUp, let worker = devices[index].worker else { return }
        devices[index].hasBoundary = false
        advance(index)
        notifySteps(index, worker)
        fill(index)
    }

    /// Tells the scheduler of the steps since the last time, and lets go of what it wants let go.
    private mutating func notifySteps(_ index: Int, _ worker: WorkerHandle) {
        guard let first = devices[index].tasks.first, first.steps > 1 else { return }
        let done = Int(((first.whole - first.left) / first.whole * Double(first.steps) + 1e-6).rounded(.down))
        let count = max(0, done - first.stepsTold)
        for task in devices[index].tasks.indices { devices[index].tasks[task].stepsTold += count }
        let orders = scheduler.step(worker, count: count, at: instant)
        guard !orders.dropped.isEmpty || !orders.paused.isEmpty else { return }
        devices[index].tasks.removeAll { orders.dropped.contains($0.lease) || orders.paused.contains($0.lease) }
        if devices[index].tasks.isEmpty { devices[index].busyMicroseconds += now - devices[index].busySince }
    }
}
