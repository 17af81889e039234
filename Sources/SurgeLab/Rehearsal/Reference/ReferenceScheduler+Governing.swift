internal import SurgeCore

/// What the governor is told, and what is made of its decision.
extension ReferenceScheduler {
    func govern(_ seconds: Double, _ report: GovernorReport, _ measures: Scheduler.Measures, _ now: Instant) {
        measureFleet()
        let waiting = waiting()
        var inputs: [ReferenceGovernor.Input] = []
        for lane in lanes {
            lane.units.tick(seconds)
            lane.seconds.tick(seconds)
            inputs.append(input(lane, waiting[lane.index].seconds))
        }
        var worst: Double?
        for plan in delays.indices {
            if delayCounts[plan] > 0 {
                worst = max(worst ?? 0, delays[plan] / configuration.plans[plan].targetDelaySeconds)
            } else if lanes.allSatisfy({ $0.plan != plan || waiting[$0.index].tasks == 0 }) {
                delays[plan] *= 0.8
            }
            delayCounts[plan] = 0
        }
        if features.contains(.governor) {
            let wanted = lanes.filter { inputs[$0.index].need > 0 }.map { capacities[$0.model] }
            governor.decide(inputs, capacity: wanted.max() ?? capacities.max() ?? 0, delayRatio: worst, at: now)
            check(report)
        }
        rescale(inputs, measures)
        check(measures)
    }

    private func input(_ lane: ReferenceLane, _ waitingSeconds: Double) -> ReferenceGovernor.Input {
        let wantedCost = meanWantedCost(lane)
        let rate = lane.units.rate
        let target = plan(of: lane).targetDelaySeconds
        // What waits beyond the target is to be gone within the target's time.
        let excess = max(0, waitingSeconds / wantedCost - rate * target) / max(2, target)
        let path = governor.paths[lane.index]
        let statedCosts = path.map { stated[lane.model][$0] }
        let measured = path.map { rung in
            let ratio =
                costs.seconds(lane.model, rung, size: 1, batch: batchSizes[lane.model]) / stated[lane.model][rung]
            return min(stated[lane.model][rung], wantedCost) * ratio
        }
        let inUse = min(max(0, Int(governor.levels[lane.index])), path.count - 1)
        let need = lane.isHeld ? 0 : rate + excess
        return ReferenceGovernor.Input(need: need, costs: Self.ordered(measured, statedCosts, inUse))
    }

    /// The rung in use is believed; each step from it saves at least a quarter of what it is stated to save.
    static func ordered(_ measured: [Double], _ stated: [Double], _ inUse: Int) -> [Double] {
        var costs = measured
        func leastSaving(_ step: Int) -> Double { 1 - 0.25 * (1 - stated[step] / stated[step + 1]) }
        var step = inUse
        while step > 0 {
            step -= 1
            costs[step] = min(measured[step], costs[step + 1] * leastSaving(step))
        }
        step = inUse
        while step + 1 < costs.count {
            costs[step + 1] = max(measured[step + 1], costs[step] / leastSaving(step))
            step += 1
        }
        return costs
    }

    private func meanWantedCost(_ lane: ReferenceLane) -> Double {
        let (units, seconds) = (lane.units.rate, lane.seconds.rate)
        return units > 0 && seconds > 0 ? seconds / units : stated[lane.model][governor.paths[lane.index].last ?? 0]
    }

    /// What a stated second of waiting work will really take; small changes are not worth the trouble.
    private func rescale(_ inputs: [ReferenceGovernor.Input], _ measures: Scheduler.Measures) {
        for lane in lanes {
            let costs = inputs[lane.index].costs
            let level = features.contains(.governor) ? governor.levels[lane.index] : Double(costs.count - 1)
            let lower = min(Int(level), costs.count - 1)
            let upper = min(lower + 1, costs.count - 1)
            let share = level - Double(lower)
            let scale = (costs[lower] * (1 - share) + costs[upper] * share) / meanWantedCost(lane)
            guard abs(scale - lane.scale) > 0.02 * lane.scale else { continue }
            lane.scale = scale
        }
    }

    /// Whether two figures that were added up in different orders are the same.
    static func isSame(_ left: Double, _ right: Double, within share: Double = 1e-6) -> Bool {
        abs(left - right) <= share * max(abs(left), abs(right)) + 1e-9
    }

    private func check(_ told: GovernorReport) {
        guard let own = governor.report else { return }
        let figures = [
            (told.capacity, own.capacity), (told.budget, own.budget), (told.floorDemand, own.floorDemand),
            (told.topDemand, own.topDemand), (told.delayRatio, own.delayRatio),
        ]
        let isSame =
            figures.allSatisfy { Self.isSame($0.0, $0.1) } && told.at == own.at && told.isShort == own.isShort
            && told.reasons == own.reasons && told.levels.count == own.levels.count
            && zip(told.levels, own.levels).allSatisfy { Self.isSame($0, $1) }
        guard isSame else {
            return differ(.qualityOpenly, "the governor should have decided \(own), and says \(told)")
        }
        // Sums in another order differ in their last digits: what was said counts.
        governor.levels = told.levels
    }

    private func check(_ told: Scheduler.Measures) {
        for lane in lanes {
            guard Self.isSame(told.scales[lane.index], lane.scale) else {
                return differ(
                    .honestClocks,
                    "lane \(lane.index) is scaled by \(told.scales[lane.index]), not \(lane.scale)"
                )
            }
            lane.scale = told.scales[lane.index]
        }
        let figures =
            zip(told.capacities, capacities).map { ($0, $1) } + zip(told.leastSpeeds, leastSpeeds).map { ($0, $1) }
            + zip(told.delays, delays).map { ($0, $1) } + [(told.runningSeconds, runningSeconds)]
        if told.slotCount != slotCount || told.ableCounts != ableCounts || told.batchSizes != batchSizes
            || !figures.allSatisfy({ Self.isSame($0.0, $0.1) })
        {
            differ(.honestClocks, "the fleet is measured as \(told)")
        }
    }
}
