/// An operator puts work off: what is held waits, keeps its place and its deadline, and is not begun.
///
/// A hold is over with a ``tick(at:)`` at or after its moment, or when it is released. Until then its lanes count for
/// nobody: no worker is woken for them, no forecast of another lane waits for them, and the governor plans nothing for
/// them. The moment is one of the operator's clock: it does not move when the clock is set back.
extension Scheduler {
    /// Puts off the work of all lanes that match. What runs already runs on.
    ///
    /// Every combination of plan and model names a hold of its own; the same one again replaces its moment.
    ///
    /// - Parameters:
    ///   - plan: nil: of every plan.
    ///   - model: nil: for every model.
    ///   - until: when it ends by itself; a moment that is not ahead ends it now.
    ///   - now: the time of the event.
    public mutating func hold(plan: PlanIndex?, model: ModelIndex?, until: Instant, at now: Instant) {
        guard holds.covers(plan, model) else { return }
        holds[plan, model] = until > now ? until.microseconds : nil
        settleHolds(now.microseconds)
        // What is held may have stood before what can run, too: in front of a batch that it does not fit, for one.
        wakeIdle(now.microseconds)
    }

    /// Ends the hold that was set for the same plan and model before its time. Others that a lane is under stay.
    public mutating func release(plan: PlanIndex?, model: ModelIndex?, at now: Instant) {
        hold(plan: plan, model: model, until: now, at: now)
    }

    /// Until when all work of a plan is held; nil when it is not.
    public func heldUntil(plan: PlanIndex, at now: Instant) -> Instant? { heldUntil(plan, nil, now) }

    /// Until when all work for a model is held; nil when it is not.
    public func heldUntil(model: ModelIndex, at now: Instant) -> Instant? { heldUntil(nil, model, now) }

    /// Until when a plan's work for a model is held, by whichever hold lasts longest; nil when it is not.
    public func heldUntil(plan: PlanIndex, model: ModelIndex, at now: Instant) -> Instant? {
        heldUntil(plan, model, now)
    }

    private func heldUntil(_ plan: PlanIndex?, _ model: ModelIndex?, _ now: Instant) -> Instant? {
        guard holds.covers(plan, model), let latest = holds.latest(plan, model), latest > now.microseconds else {
            return nil
        }
        return Instant(microseconds: latest)
    }

    /// At a tick: ends what has lasted long enough.
    mutating func endHolds(_ now: Int64) {
        if holds.end(by: now) { settleHolds(now) }
    }

    /// Makes each lane held or open as the holds are now. One that is held counts as having nothing waiting among those of
    /// its rank, so that it comes back without credit.
    private mutating func settleHolds(_ now: Int64) {
        for lane in lanes.indices {
            let until = holds.latest(lanes[lane].plan, lanes[lane].model)
            let isWaiting = !lanes[lane].heap.isEmpty
            switch (lanes[lane].isHeld, until != nil) {
            case (false, true):
                lanes[lane].heldUntil = until
                if isWaiting { settleRank(of: lane) }
            case (true, false):
                if isWaiting { lift(lane) }
                lanes[lane].heldUntil = nil
                lanes[lane].releasedAt = now
            case (true, true), (false, false): lanes[lane].heldUntil = until
            }
        }
    }

    /// Whether a job's wait is not its queue's alone: its lane is held, or was since the job came.
    func wasHeld(_ job: Int, _ lane: Int) -> Bool {
        lanes[lane].isHeld || jobs[job].submittedAt <= lanes[lane].releasedAt
    }
}
