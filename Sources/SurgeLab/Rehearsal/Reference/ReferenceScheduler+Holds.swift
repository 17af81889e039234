internal import SurgeCore

/// What is held waits, and counts for nobody.
extension ReferenceScheduler {
    /// - Parameter until: nil: it is released.
    func hold(_ name: HoldName, until: Int64?, at now: Instant) {
        guard configuration.plans.indices.contains(name.plan ?? 0),
            configuration.models.indices.contains(name.model ?? 0)
        else { return }
        holds[name] = until.flatMap { $0 > now.microseconds ? $0 : nil }
        settleHolds(now.microseconds)
        wakeIdle(now.microseconds)
    }

    func endHolds(_ now: Int64) {
        let left = holds.filter { $0.value > now }
        guard left.count < holds.count else { return }
        holds = left
        settleHolds(now)
    }

    private func settleHolds(_ now: Int64) {
        for lane in lanes {
            let until = holds.filter { $0.key.covers(lane.plan, lane.model) }.values.max()
            let (wasOpen, wasHeld) = (lane.isOpen, lane.isHeld)
            let comesBack = wasHeld && until == nil && !lane.heap.flows.isEmpty
            if comesBack { lift(lane) }
            lane.heldUntil = until
            if wasOpen, !lane.isOpen { settleRank(lane) }
            if wasHeld, !lane.isHeld { lane.releasedAt = now }
        }
    }

    func restSeconds(_ lane: ReferenceLane, _ now: Int64) -> Double {
        lane.heldUntil.map { max(0, Double($0 - now) / 1_000_000) } ?? 0
    }

    // MARK: What is told

    func checkHolds(_ scheduler: borrowing Scheduler, at now: Instant) {
        func latest(_ isMeant: (HoldName) -> Bool) -> Instant? {
            let until = holds.filter { isMeant($0.key) && $0.value > now.microseconds }.values.max()
            return until.map { Instant(microseconds: $0) }
        }
        let plans = configuration.plans.indices
        let models = configuration.models.indices
        let isSame =
            plans.allSatisfy { plan in
                let own = latest { $0.plan ?? plan == plan && $0.model == nil }
                return scheduler.heldUntil(plan: plan, at: now) == own
            }
            && models.allSatisfy { model in
                let own = latest { $0.model ?? model == model && $0.plan == nil }
                return scheduler.heldUntil(model: model, at: now) == own
            }
            && lanes.allSatisfy { lane in
                let own = latest { $0.covers(lane.plan, lane.model) }
                return scheduler.heldUntil(plan: lane.plan, model: lane.model, at: now) == own
            }
        if !isSame { differ(.workConserving, "other work is held than should be: \(holds)") }
    }
}
