/// What the laboratory's checkers have to see of the inside, and nobody else.
extension Scheduler {
    /// How a worker stands with the scheduler.
    package struct WorkerCondition: Sendable {
        /// After errors it is given nothing for a while.
        package let isHeld: Bool
        package let canTake: Bool
        package let usableSlots: Int
        package let health: WorkerHealth
    }

    /// - Returns: nil when the worker is not known, or not any more.
    package func condition(of worker: WorkerHandle, at now: Instant) -> WorkerCondition? {
        guard let place = place(worker) else { return nil }
        return WorkerCondition(
            isHeld: workers[place].heldUntil != 0,
            canTake: workers[place].canTake(now.microseconds),
            usableSlots: workers[place].usableSlots,
            health: workers[place].health
        )
    }

    /// By lane: how far up its path of rungs it is now.
    package var levels: [Double] { governor.levels }

    /// By plan: outcomes of estimates, and those that held.
    package var estimateOutcomes: [Int] { calibration.outcomes }
    package var estimateHits: [Int] { calibration.insides }

    /// A lane goes up after a better level has been affordable for so long.
    package static var raiseHoldSeconds: Double { Governor.raiseHoldSeconds }

    /// What was measured of the fleet, and what the lanes' stated seconds are taken for.
    package struct Measures: Hashable, Sendable {
        package let capacities: [Double]
        package let leastSpeeds: [Double]
        package let slotCount: Int
        package let ableCounts: [Int]
        package let batchSizes: [Int]
        package let runningSeconds: Double
        package let scales: [Double]
        package let delays: [Double]
    }

    package var measures: Measures {
        Measures(
            capacities: capacities,
            leastSpeeds: leastSpeeds,
            slotCount: slotCount,
            ableCounts: ableCounts,
            batchSizes: batchSizes,
            runningSeconds: runningSeconds,
            scales: lanes.map(\.scale),
            delays: delays
        )
    }

    package var hasEffects: Bool { !effects.isEmpty }

    /// Device-seconds that a whole task is charged now.
    package func chargeSeconds(_ model: ModelIndex, _ rung: RungIndex, size: Double) -> Double {
        costs.seconds(model, rung, size: size, batch: batchSizes[model])
    }

    /// The rungs that a plan's lane may be given, from its floor to its ceiling.
    package static func rungs(of ladder: Ladder, for plan: Plan) -> [RungIndex] {
        Governor.path(ladder, floorQuality: plan.floorQuality, ceilingQuality: plan.ceilingQuality).map(\.rung)
    }
}

extension GovernorReport {
    /// Before the first decision.
    package static var none: GovernorReport { GovernorReport() }
}

extension Outlook {
    /// Of a job that nothing was told of.
    package static var unknown: Outlook { Outlook(position: 0, estimate: Estimate(lowSeconds: 0, highSeconds: 0)) }
}

/// Parts of the scheduler that component checks try on their own.
package enum Examination {
    /// What stretches of virtual time hold before a point, by the buckets.
    ///
    /// - Parameters:
    ///   - laidOut: what the buckets are laid out for.
    ///   - added: what comes later.
    ///   - removed: which of `laidOut` go.
    package static func work(
        laidOut: [ClosedRange<Double>],
        added: [ClosedRange<Double>],
        removed: [Int],
        before point: Double
    ) -> Double {
        func stretch(_ range: ClosedRange<Double>) -> VirtualBacklog.Stretch {
            VirtualBacklog.Stretch(start: range.lowerBound, end: range.upperBound)
        }
        var backlog = VirtualBacklog(laidOut.map(stretch))
        for range in added { backlog.insert(stretch(range)) }
        for index in removed { backlog.remove(stretch(laidOut[index])) }
        return backlog.work(before: point)
    }

    /// Where the buckets of such a layout end, for what lies further shares one; and how wide one is.
    package static func reach(of laidOut: [ClosedRange<Double>]) -> (end: Double, width: Double) {
        guard let least = laidOut.map(\.lowerBound).min() else { return (.infinity, 1) }
        let mean = laidOut.map(\.upperBound).reduce(0, +) / Double(laidOut.count)
        let width = max(1e-6, (mean - least) * 8 / 1_024)
        return (least + width * 1_023, width)
    }

    package static func digest(of value: some Encodable) -> UInt64 { StateHash.of(value) }

    /// What is said to a demand for `count` pictures: when the next one is due, or how long to wait, in microseconds.
    package static func rate(
        arrival: Int64,
        now: Int64,
        count: Int,
        picturesPerSecond: Double,
        burst: Int
    ) -> (arrival: Int64?, wait: Int64) {
        let answer = RateLimit.check(
            theoreticalArrival: arrival,
            now: now,
            count: count,
            picturesPerSecond: picturesPerSecond,
            burst: burst
        )
        return switch answer {
        case .conforms(let arrival): (arrival, 0)
        case .exceeds(let wait): (nil, wait)
        }
    }
}
