internal import Scenarios
internal import SurgeCore

/// Devices get warm, break, come back, and are more or fewer.
extension Cell {
    static let autoscaleMicroseconds: Int64 = 30_000_000

    /// Now and then: temperatures, signs of life, and what is counted of the fleet.
    mutating func beat() {
        for index in devices.indices where devices[index].worker != nil || devices[index].isUp {
            if devices[index].isUp { warm(index) }
            guard devices[index].isUp, let worker = devices[index].worker else { continue }
            let throttling = 1 - devices[index].heatSpeed
            let isSilent = now - devices[index].lastSign >= setup.heartbeatMicroseconds
            guard isSilent || abs(throttling - devices[index].reportedThrottling) >= 0.02 else { continue }
            devices[index].reportedThrottling = throttling
            devices[index].lastSign = now
            let health = WorkerHealth(temperatureCelsius: devices[index].celsius, throttling: throttling)
            scheduler.report(health, of: worker, at: instant)
        }
        guard let bin = metrics.bin(now) else { return }
        for pool in setup.pools.indices { metrics.poolBins[bin * metrics.poolCount + pool].devices = 0 }
        for index in devices.indices where devices[index].isUp {
            metrics.poolBins[bin * metrics.poolCount + devices[index].pool].devices += 1
        }
        for pool in setup.pools.indices {
            let devices = metrics.poolBins[bin * metrics.poolCount + pool].devices
            metrics.mostDevices[pool] = max(metrics.mostDevices[pool], devices)
        }
    }

    /// Writes down a device's time, and how warm it got by its work.
    private mutating func warm(_ index: Int) {
        let seconds = Double(now - devices[index].upSince) / 1_000_000
        let busy = account(index)
        guard seconds > 0, let thermal = setup.pools[devices[index].pool].kind.thermal else { return }
        let share = min(1, busy / seconds)
        let watts = thermal.idleWatts + (thermal.busyWatts - thermal.idleWatts) * share
        let final = ambientCelsius[devices[index].pool] + thermal.celsiusPerWatt * watts
        // The implicit step: stable however long it is, and the same bits everywhere.
        devices[index].celsius +=
            (final - devices[index].celsius) * seconds / (thermal.timeConstant.seconds + seconds)
        let celsius = devices[index].celsius
        let above = max(0, celsius - thermal.slowdownAtCelsius)
        let speed = max(thermal.leastSpeed, 1 - thermal.slowdownPerDegree * above)
        if abs(speed - devices[index].heatSpeed) > 0.01 || (speed == 1) != (devices[index].heatSpeed == 1) {
            setSpeed(index, heat: speed)
        }
        if let bin = metrics.bin(now) {
            let place = bin * metrics.poolCount + devices[index].pool
            metrics.poolBins[place].celsiusSum += Int((celsius * 100).rounded())
            metrics.poolBins[place].celsiusCount += 1
            metrics.poolBins[place].celsiusMost = max(
                metrics.poolBins[place].celsiusMost,
                Int((celsius * 100).rounded())
            )
        }
        guard celsius >= thermal.shutdownAtCelsius else { return }
        stop(index, isSilent: false)
        devices[index].celsius = ambientCelsius[devices[index].pool] + 20
        comeBackLater(index, after: thermal.coolDown.seconds)
    }

    /// Counts a device's time since the last time. - Returns: busy seconds.
    @discardableResult
    mutating func account(_ index: Int) -> Double {
        guard devices[index].isUp else { return 0 }
        if !devices[index].tasks.isEmpty {
            devices[index].busyMicroseconds += now - devices[index].busySince
            devices[index].busySince = now
        }
        let (up, busy) = (now - devices[index].upSince, devices[index].busyMicroseconds)
        devices[index].upSince = now
        devices[index].busyMicroseconds = 0
        let pool = devices[index].pool
        if let bin = metrics.bin(max(0, now - 1)) {
            let place = bin * metrics.poolCount + pool
            metrics.poolBins[place].upMicroseconds += Int(up)
            metrics.poolBins[place].busyMicroseconds += Int(busy)
            metrics.poolBins[place].throttledMicroseconds += Int(Double(busy) * (1 - devices[index].heatSpeed))
        }
        metrics.addCapacity(from: now - up, to: now, pool: pool, speed: devices[index].eventSpeed)
        return Double(busy) / 1_000_000
    }

    /// A device's speed changes in the middle of its work.
    mutating func setSpeed(_ index: Int, heat: Double? = nil, event: Double? = nil) {
        guard devices[index].isUp else {
            devices[index].eventSpeed = event ?? devices[index].eventSpeed
            return
        }
        account(index)
        let isWorking = !devices[index].tasks.isEmpty
        if isWorking { advance(index) }
        devices[index].heatSpeed = heat ?? devices[index].heatSpeed
        devices[index].eventSpeed = event ?? devices[index].eventSpeed
        if isWorking { plan(index) }
    }

    // MARK: Breaking

    /// A device stops.
    ///
    /// - Parameter isSilent: nobody is told, and the scheduler finds out by its silence.
    mutating func stop(_ index: Int, isSilent: Bool) {
        guard devices[index].isUp else { return }
        account(index)
        devices[index].isUp = false
        devices[index].tasks = []
        devices[index].version &+= 1
        devices[index].heatSpeed = 1
        metrics.failures[devices[index].pool] += 1
        guard !isSilent, let worker = devices[index].worker else { return }
        devices[index].worker = nil
        deviceOfWorker[worker.place] = -1
        scheduler.remove(worker, isFault: true, at: instant)
    }

    /// The scheduler has given a device up.
    mutating func lost(_ worker: WorkerHandle) {
        let index = Int(deviceOfWorker[worker.place])
        deviceOfWorker[worker.place] = -1
        guard index >= 0, devices[index].worker == worker else { return }
        devices[index].worker = nil
        devices[index].tasks = []
        devices[index].version &+= 1
        // It lives, and was not heard: it joins again.
        if devices[index].isUp { start(index) }
    }

    mutating func fail(_ index: Int, _ life: UInt32) {
        guard devices[index].isUp, devices[index].life == life else { return }
        // Every second failure is a silent one.
        stop(index, isSilent: failureRandom.next() & 1 == 0)
        comeBackLater(index, after: setup.pools[devices[index].pool].kind.repair.seconds)
    }

    mutating func comeBackLater(_ index: Int, after seconds: Double) {
        let time = now + Int64((seconds + setup.pools[devices[index].pool].kind.load.seconds) * 1_000_000)
        queue.add(.back, at: time, place: index, version: devices[index].life)
    }

    mutating func comeBack(_ index: Int, _ life: UInt32) {
        guard !devices[index].isUp, devices[index].life == life, devices[index].isWanted else { return }
        if let old = devices[index].worker {
            // It comes back before its silence was noticed.
            deviceOfWorker[old.place] = -1
            scheduler.remove(old, isFault: true, at: instant)
        }
        start(index)
    }

    // MARK: What the day brings

    mutating func begin(event place: Int) {
        let event = setup.day.events[place]
        if event.kind == .heat {
            for pool in setup.pools.indices where event.pool.map({ $0 == setup.day.fleet[pool].name }) ?? true {
                ambientCelsius[pool] = event.celsius
            }
        } else {
            for index in affected(by: event) {
                switch event.kind {
                case .crash: stop(index, isSilent: false)
                case .hang: stop(index, isSilent: true)
                case .slow: setSpeed(index, event: 1 / event.times)
                case .fail: devices[index].failChance = event.chance
                case .lie: (devices[index].failChance, devices[index].liesAtOnce) = (event.chance, true)
                case .heat: break
                }
            }
        }
        if let lasts = event.lasts {
            queue.add(.dayEventEnd, at: now + Int64(lasts.seconds * 1_000_000), place: place)
        }
    }

    mutating func end(event place: Int) {
        let event = setup.day.events[place]
        if event.kind == .heat {
            for pool in setup.pools.indices where event.pool.map({ $0 == setup.day.fleet[pool].name }) ?? true {
                ambientCelsius[pool] = setup.pools[pool].ambientCelsius
            }
            return
        }
        for index in affected(by: event) {
            switch event.kind {
            case .crash, .hang: comeBack(index, devices[index].life)
            case .slow: setSpeed(index, event: 1)
            case .fail, .lie: (devices[index].failChance, devices[index].liesAtOnce) = (0, false)
            case .heat: break
            }
        }
    }

    /// By their numbers in the whole pool, so that it is the same share of it however many cells there are.
    private func affected(by event: DayEvent) -> [Int] {
        var found: [Int] = []
        for (index, slot) in setup.devices.enumerated() {
            guard event.pool.map({ $0 == setup.day.fleet[slot.pool].name }) ?? true, devices[index].isWanted else {
                continue
            }
            // Spread evenly: the n-th is hit when the whole number of hit ones grows with it.
            let before = (Double(slot.number) * event.share + 1e-9).rounded(.down)
            let after = (Double(slot.number + 1) * event.share + 1e-9).rounded(.down)
            if after > before { found.append(index) }
        }
        return found
    }

    // MARK: More and fewer

    mutating func autoscale() {
        for pool in setup.pools.indices {
            guard let rule = setup.pools[pool].autoscale else { continue }
            let own = setup.devices.indices.filter { setup.devices[$0].pool == pool }
            let (least, most) = bounds(rule, own)
            let active = own.count { devices[$0].isWanted }
            let wanted = min(most, max(least, wantedDevices(pool, rule)))
            if wanted > active {
                scaling[pool].calmSince = nil
                for index in own.filter({ !devices[$0].isWanted && !devices[$0].isUp }).prefix(wanted - active) {
                    devices[index].isWanted = true
                    queue.add(.arrival, at: now + Int64(rule.delay.seconds * 1_000_000), place: index)
                }
            } else if wanted < active {
                let since = scaling[pool].calmSince ?? now
                scaling[pool].calmSince = since
                guard now - since >= Int64(rule.calm.seconds * 1_000_000) else { continue }
                for index in own.filter({ devices[$0].isWanted && devices[$0].isUp }).suffix(active - wanted) {
                    devices[index].isWanted = false
                    if let worker = devices[index].worker { scheduler.drain(worker) }
                }
            } else {
                scaling[pool].calmSince = nil
            }
            for index in own where !devices[index].isWanted && devices[index].isUp && devices[index].tasks.isEmpty {
                leave(index)
            }
        }
    }

    private func bounds(_ rule: DevicePool.Autoscale, _ own: [Int]) -> (least: Int, most: Int) {
        let share = rule.most > 0 ? Double(own.count) / Double(rule.most) : 0
        return (Int((Double(rule.least) * share).rounded(.up)), own.count)
    }

    /// So many that what is asked for, at the quality that is asked for, and what waits, keeps them as busy as is meant.
    private mutating func wantedDevices(_ pool: Int, _ rule: DevicePool.Autoscale) -> Int {
        var seconds = 0.0
        for group in setup.groups.indices where setup.pools[pool].models.contains(setup.groups[group].model) {
            let manner = setup.groups[group]
            let count = setup.pools[pool].kind.slots
            let each = setup.pools[pool].seconds(manner.model, manner.rung, count: count) / Double(count)
            seconds += Double(metrics.groups[group].asked) * each * manner.size
        }
        let period = Double(Self.autoscaleMicroseconds) / 1_000_000
        let current = (seconds - Double(scaling[pool].lastDemanded) / 1_000) / period
        scaling[pool].lastDemanded = Int(min(seconds * 1_000, 1e18))
        // A mean over two minutes: quicker and it would follow chance, slower and it would come too late.
        scaling[pool].demand += (current - scaling[pool].demand) * period / (120 + period)
        let others = setup.devices.indices.count { index in
            setup.devices[index].pool != pool && devices[index].isUp
        }
        return Int(min(1e9, (max(scaling[pool].demand, current) / rule.aim).rounded(.up))) - others
    }

    mutating func arrive(_ index: Int) {
        guard devices[index].isWanted, !devices[index].isUp else { return }
        devices[index].celsius = ambientCelsius[devices[index].pool]
        start(index)
    }

    private mutating func leave(_ index: Int) {
        guard let worker = devices[index].worker else { return }
        account(index)
        devices[index].isUp = false
        devices[index].version &+= 1
        devices[index].life &+= 1
        devices[index].worker = nil
        deviceOfWorker[worker.place] = -1
        scheduler.remove(worker, isFault: false, at: instant)
    }
}
