internal import Scenarios
internal import SurgeCore

/// Makes figures of what was counted.
struct PolicyRunBuilder {
    let laboratory: Laboratory
    let policy: Policy
    let metrics: CellMetrics

    private var day: Day { laboratory.day }

    var run: PolicyRun {
        PolicyRun(
            policy: policy.name,
            summary: policy.summary,
            totals: totals,
            plans: plans,
            groups: day.people.indices.map {
                figures(day.people[$0].name, day.people[$0].plan, metrics.groups[$0], nil)
            },
            pools: pools,
            series: (0..<metrics.binCount).map(bin)
        )
    }

    private static let reasons = Refusal.Reason.allCases.map(\.rawValue) + ["queueFull"]

    private var totals: PolicyRun.Totals {
        let groups = metrics.groups
        let all = sum(Array(groups.indices))
        let dollars = pools.enumerated().reduce(0) { sum, pool in
            sum + pool.element.deviceHours * price(pool.offset)
        }
        func named(_ counts: [Int], _ names: [String]) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: zip(names, counts).filter { $0.1 > 0 })
        }
        let pictures = all.pictures
        return PolicyRun.Totals(
            asked: all.asked,
            attempts: all.attempts,
            delivered: all.delivered,
            pictures: pictures,
            refusals: named(all.refusals, Self.reasons),
            unserved: named(all.unserved, CellMetrics.Unserved.allCases.map(\.name)),
            deferred: all.deferred,
            meanQuality: pictures > 0 ? Double(all.qualityMillionths) / 1_000_000 / Double(pictures) : nil,
            qualitySum: Double(all.qualityMillionths) / 1_000_000,
            deviceSeconds: Double(metrics.spentMicroseconds) / 1_000_000,
            wastedDeviceSeconds: Double(max(0, metrics.spentMicroseconds - metrics.usefulMicroseconds)) / 1_000_000,
            preemptions: metrics.preemptions,
            lostWorkers: metrics.lostWorkers,
            dollars: dollars,
            dollarsPerThousandPictures: pictures > 0 ? dollars / Double(pictures) * 1_000 : nil,
            signUps: all.signUps,
            peopleAsking: all.peopleAsking,
            peopleServed: all.peopleServed,
            mostJobs: metrics.mostJobs
        )
    }

    private func sum(_ groups: [Int]) -> CellMetrics.Group {
        var sum = metrics.groups[groups[0]]
        for group in groups.dropFirst() { sum.merge(metrics.groups[group]) }
        return sum
    }

    private var plans: [PolicyRun.PlanFigures] {
        day.plans.indices.compactMap { plan in
            let groups = day.people.indices.filter { day.people[$0].plan == day.plans[plan].name }
            guard !groups.isEmpty else { return nil }
            let sum = sum(groups)
            let outcomes = metrics.estimateOutcomes[plan]
            let held = outcomes > 0 ? Double(metrics.estimateHits[plan]) / Double(outcomes) : nil
            return figures(day.plans[plan].name, day.plans[plan].name, sum, held)
        }
    }

    private func figures(
        _ name: String,
        _ plan: String,
        _ group: CellMetrics.Group,
        _ held: Double?
    ) -> PolicyRun.PlanFigures {
        func share(_ part: Int) -> Double? { group.asked > 0 ? Double(part) / Double(group.asked) : nil }
        let squares = Double(group.shareSquareSum) * Double(group.peopleAsking)
        var rungs: [String: Int] = [:]
        for (name, count) in zip(rungNames, group.rungs) where count > 0 { rungs[name] = count }
        return PolicyRun.PlanFigures(
            name: name,
            plan: plan,
            asked: group.asked,
            delivered: group.delivered,
            servedShare: share(group.delivered),
            refusedShare: share(group.unserved[CellMetrics.Unserved.refused.rawValue]),
            p50: group.waits.quantile(0.5),
            p90: group.waits.quantile(0.9),
            p99: group.waits.quantile(0.99),
            longest: group.waits.maximum,
            meanQuality: group.pictures > 0
                ? Double(group.qualityMillionths) / 1_000_000 / Double(group.pictures) : nil,
            estimatesHeld: held,
            jain: squares > 0 ? Double(group.shareSum) * Double(group.shareSum) / squares : nil,
            rungs: rungs
        )
    }

    private var rungNames: [String] {
        day.models.flatMap { model in model.ladder.rungs.map { "\(model.name) \($0.name)" } }
    }

    private func price(_ pool: Int) -> Double {
        day.devices.first { $0.name == day.fleet[pool].device }?.dollarsPerHour ?? 0
    }

    private var pools: [PolicyRun.PoolUse] {
        day.fleet.indices.map { pool in
            let bins = (0..<metrics.binCount).map { metrics.poolBins[$0 * metrics.poolCount + pool] }
            let up = bins.reduce(0) { $0 + $1.upMicroseconds }
            let busy = bins.reduce(0) { $0 + $1.busyMicroseconds }
            let throttled = bins.reduce(0) { $0 + $1.throttledMicroseconds }
            return PolicyRun.PoolUse(
                name: day.fleet[pool].name,
                busyShare: up > 0 ? Double(busy) / Double(up) : 0,
                deviceHours: Double(up) / 3_600_000_000,
                mostDevices: metrics.mostDevices[pool],
                hottestCelsius: Double(bins.map(\.celsiusMost).max() ?? 0) / 100,
                throttledShare: busy > 0 ? Double(throttled) / Double(busy) : 0,
                failures: metrics.failures[pool]
            )
        }
    }

    private func bin(_ index: Int) -> PolicyRun.Bin {
        let length = Double(metrics.binMicroseconds) / 1_000_000
        let asking = Set(day.people.map(\.plan))
        return PolicyRun.Bin(
            fromSeconds: Double(index) * length,
            toSeconds: min(day.durationSeconds, Double(index + 1) * length),
            signUps: metrics.signUpBins[index],
            waiting: metrics.waitingBins[index],
            plans: day.plans.indices.filter { asking.contains(day.plans[$0].name) }.map { plan in
                planBin(metrics.planBins[index * metrics.planCount + plan])
            },
            pools: day.fleet.indices.map { pool in poolBin(metrics.poolBins[index * metrics.poolCount + pool]) }
        )
    }

    private func planBin(_ bin: CellMetrics.PlanBin) -> PolicyRun.PlanBin {
        PolicyRun.PlanBin(
            asked: bin.asked,
            delivered: bin.delivered,
            refused: bin.refused,
            deferred: bin.deferred,
            gaveUp: bin.gaveUp,
            p50: bin.waits.quantile(0.5),
            p99: bin.waits.quantile(0.99),
            quality: bin.pictures > 0 ? Double(bin.qualityMillionths) / 1_000_000 / Double(bin.pictures) : nil,
            // The report names rungs from the best down.
            rungs: reversed(bin.rungs)
        )
    }

    private func reversed(_ rungs: [Int32]) -> [Int] {
        var first = 0
        return day.models.flatMap { model -> [Int] in
            defer { first += model.ladder.rungs.count }
            return rungs[first..<first + model.ladder.rungs.count].reversed().map(Int.init)
        }
    }

    private func poolBin(_ bin: CellMetrics.PoolBin) -> PolicyRun.PoolBin {
        PolicyRun.PoolBin(
            devices: bin.devices,
            busyShare: bin.upMicroseconds > 0 ? Double(bin.busyMicroseconds) / Double(bin.upMicroseconds) : 0,
            meanCelsius: bin.celsiusCount > 0 ? Double(bin.celsiusSum) / 100 / Double(bin.celsiusCount) : 0,
            hottestCelsius: Double(bin.celsiusMost) / 100,
            throttled: bin.busyMicroseconds > 0
                ? Double(bin.throttledMicroseconds) / Double(bin.busyMicroseconds) : 0
        )
    }
}
