import Testing

@testable import SurgeCore

@Suite("Work that an operator puts off")
struct HoldTests {
    /// Two plans of one rank, two models, a worker that waits for work of any kind.
    private func stage(slots: Int = 1) throws -> (Stage, WorkerHandle) {
        var stage = try Stage(plans: [Stage.plan("free"), Stage.plan("paid")], models: 2)
        let worker = stage.worker(slots: slots, models: [0, 1])
        #expect(stage.fill(worker).isEmpty)
        _ = stage.woken()
        return (stage, worker)
    }

    private func submit(_ stage: inout Stage, plan: PlanIndex, model: ModelIndex) throws -> JobHandle {
        try stage.submit(Demand(account: stage.account(plan), model: model, wantedRung: 0))
    }

    @Test(
        "What matches is held and everything else goes on",
        arguments: [(0, nil), (nil, 0), (0, 0), (nil, nil)] as [(PlanIndex?, ModelIndex?)]
    )
    func holdsWhatMatches(plan: PlanIndex?, model: ModelIndex?) throws {
        var (stage, worker) = try stage(slots: 4)
        let until = stage.now.advanced(bySeconds: 60)
        stage.scheduler.hold(plan: plan, model: model, until: until, at: stage.now)
        var free: Set<JobHandle> = []
        for ownPlan in 0..<2 {
            for ownModel in 0..<2 {
                let job = try submit(&stage, plan: ownPlan, model: ownModel)
                let isHeld = plan ?? ownPlan == ownPlan && model ?? ownModel == ownModel
                if !isHeld { free.insert(job) }
                let held = stage.scheduler.heldUntil(plan: ownPlan, model: ownModel, at: stage.now)
                #expect(held == (isHeld ? until : nil))
            }
        }
        #expect(stage.woken() == (free.isEmpty ? [] : [worker]))
        #expect(Set(stage.fill(worker).map(\.job)) == free)
        #expect(stage.scheduler.idleWorkers(at: stage.now).isEmpty)
        #expect(stage.scheduler.problems().isEmpty)
        stage.pass(60)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.fill(worker).count == 4 - free.count)
    }

    @Test(
        "Workers that wait are woken when a hold ends, by its time or before, as for new work",
        arguments: [true, false]
    )
    func wakesAtTheEnd(isReleased: Bool) throws {
        var stage = try Stage(plans: [Stage.plan()])
        let workers = (0..<2).map { _ in stage.worker() }
        for worker in workers { #expect(stage.fill(worker).isEmpty) }
        _ = stage.woken()
        stage.scheduler.hold(plan: 0, model: nil, until: stage.now.advanced(bySeconds: 10), at: stage.now)
        try stage.submit(stage.account(), tasks: 2)
        for worker in workers { #expect(stage.fill(worker).isEmpty) }
        stage.pass(9)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.woken().isEmpty)
        if isReleased {
            stage.scheduler.release(plan: 0, model: nil, at: stage.now)
        } else {
            stage.pass(1)
            stage.scheduler.tick(at: stage.now)
        }
        var assigned = 0
        while case let woken = stage.woken(), !woken.isEmpty {
            for worker in woken { assigned += stage.fill(worker).count }
        }
        #expect(assigned == 2)
    }

    @Test("Two holds that a lane is under end apart from each other", arguments: [true, false])
    func endsApart(planFirst: Bool) throws {
        var (stage, worker) = try stage()
        let (soon, late) = (stage.now.advanced(bySeconds: 10), stage.now.advanced(bySeconds: 20))
        stage.scheduler.hold(plan: 0, model: nil, until: soon, at: stage.now)
        stage.scheduler.hold(plan: nil, model: 0, until: late, at: stage.now)
        let job = try submit(&stage, plan: 0, model: 0)
        #expect(stage.scheduler.heldUntil(plan: 0, at: stage.now) == soon)
        #expect(stage.scheduler.heldUntil(model: 0, at: stage.now) == late)
        #expect(stage.scheduler.heldUntil(plan: 0, model: 0, at: stage.now) == late)
        stage.scheduler.release(plan: planFirst ? 0 : nil, model: planFirst ? nil : 0, at: stage.now)
        #expect(stage.fill(worker).isEmpty)
        let left = stage.scheduler.heldUntil(plan: 0, model: 0, at: stage.now)
        #expect(left == (planFirst ? late : soon))
        stage.scheduler.release(plan: planFirst ? nil : 0, model: planFirst ? 0 : nil, at: stage.now)
        #expect(stage.fill(worker).map(\.job) == [job])
    }

    @Test("A hold of everything is ended by its own name")
    func everything() throws {
        var (stage, worker) = try stage()
        stage.scheduler.hold(plan: nil, model: nil, until: stage.now.advanced(bySeconds: 10), at: stage.now)
        #expect(stage.scheduler.heldUntil(plan: 1, at: stage.now) != nil)
        #expect(stage.scheduler.heldUntil(model: 1, at: stage.now) != nil)
        try stage.submit(stage.account())
        stage.scheduler.release(plan: 0, model: nil, at: stage.now)
        #expect(stage.fill(worker).isEmpty)
        stage.scheduler.release(plan: nil, model: nil, at: stage.now)
        #expect(stage.fill(worker).count == 1)
    }

    @Test("The same hold again has a new moment: later, earlier, or now")
    func replacesItsMoment() throws {
        var (stage, worker) = try stage()
        try stage.submit(stage.account())
        for seconds in [10.0, 30, 20] {
            let until = stage.now.advanced(bySeconds: seconds)
            stage.scheduler.hold(plan: 0, model: nil, until: until, at: stage.now)
            #expect(stage.scheduler.heldUntil(plan: 0, at: stage.now) == until)
        }
        stage.scheduler.hold(plan: 0, model: nil, until: stage.now, at: stage.now)
        #expect(stage.scheduler.heldUntil(plan: 0, at: stage.now) == nil)
        #expect(stage.fill(worker).count == 1)
    }

    @Test("What there is not cannot be held", arguments: [(2, nil), (-1, 0), (nil, 2), (0, -1)] as [(Int?, Int?)])
    func ignoresTheUnknown(plan: Int?, model: Int?) throws {
        var (stage, worker) = try stage()
        let hash = stage.scheduler.stateHash
        stage.scheduler.hold(plan: plan, model: model, until: stage.now.advanced(bySeconds: 10), at: stage.now)
        stage.scheduler.release(plan: plan, model: model, at: stage.now)
        #expect(stage.scheduler.stateHash == hash)
        try stage.submit(stage.account())
        #expect(stage.fill(worker).count == 1)
    }

    @Test("What runs when a hold begins runs on, and nothing joins its batch")
    func runsOn() throws {
        var stage = try Stage(plans: [Stage.plan()], steps: 4)
        let worker = stage.worker(slots: 2, sharesBatch: true)
        let job = try stage.submit(stage.account())
        let running = try #require(stage.fill(worker).first)
        stage.scheduler.hold(plan: 0, model: nil, until: stage.now.advanced(bySeconds: 60), at: stage.now)
        try stage.submit(stage.account())
        #expect(stage.scheduler.step(worker, at: stage.now) == StepOrders())
        #expect(stage.fill(worker).isEmpty)
        let outlook = try #require(stage.scheduler.outlook(of: job, at: stage.now))
        #expect(outlook.position == 0 && outlook.estimate.lowSeconds < 60)
        stage.finish(running)
        #expect(stage.end(of: job)?.reason == .completed)
    }

    @Test("A higher rank that is held takes no slot, and a paused task whose lane is held stays paused")
    func preemption() throws {
        var stage = try Stage(plans: [Stage.plan("low"), Stage.plan("high", rank: 1)], steps: 4)
        let worker = stage.worker()
        let low = try stage.submit(stage.account(0))
        #expect(stage.fill(worker).map(\.job) == [low])
        stage.scheduler.hold(plan: 1, model: nil, until: stage.now.advanced(bySeconds: 10), at: stage.now)
        let high = try stage.submit(stage.account(1))
        #expect(stage.scheduler.step(worker, at: stage.now).paused.isEmpty)
        stage.scheduler.release(plan: 1, model: nil, at: stage.now)
        #expect(stage.scheduler.step(worker, at: stage.now).paused.count == 1)
        stage.scheduler.hold(plan: 0, model: nil, until: stage.now.advanced(bySeconds: 10), at: stage.now)
        let taken = try #require(stage.fill(worker).first)
        #expect(taken.job == high)
        stage.finish(taken)
        #expect(stage.fill(worker).isEmpty)
        stage.pass(10)
        stage.scheduler.tick(at: stage.now)
        let resumed = stage.fill(worker)
        #expect(resumed.map(\.job) == [low] && resumed.map(\.stepsDone) == [2])
    }

    @Test("What stood behind a held lane's first job in front of a batch goes on at once")
    func unblocksABatch() throws {
        var stage = try Stage(plans: [Stage.plan("low"), Stage.plan("high", rank: 1)], steps: 4)
        let worker = stage.worker(slots: 2, sharesBatch: true)
        try stage.submit(stage.account(0), shape: 1)
        #expect(stage.fill(worker).count == 1)
        try stage.submit(stage.account(1), shape: 2)
        let equal = try stage.submit(stage.account(0), shape: 1)
        #expect(stage.fill(worker).isEmpty)
        _ = stage.woken()
        stage.scheduler.hold(plan: 1, model: nil, until: stage.now.advanced(bySeconds: 10), at: stage.now)
        #expect(stage.woken() == [worker])
        #expect(stage.fill(worker).map(\.job) == [equal])
    }

    @Test("A job's deadline does not wait for the hold")
    func expires() throws {
        var plan = Stage.plan()
        plan.patienceSeconds = 20
        var stage = try Stage(plans: [plan])
        _ = stage.worker()
        let job = try stage.submit(stage.account())
        stage.scheduler.hold(plan: 0, model: nil, until: stage.now.advanced(bySeconds: 60), at: stage.now)
        stage.pass(20)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.end(of: job)?.reason == .expired)
    }

    @Test("A hold lasts until the operator's moment, though the clock is set back")
    func clockSetBack() throws {
        var (stage, worker) = try stage()
        try stage.submit(stage.account())
        let until = stage.now.advanced(bySeconds: 10)
        stage.scheduler.tick(at: stage.now)
        stage.scheduler.hold(plan: 0, model: nil, until: until, at: stage.now)
        stage.pass(-3_600)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.scheduler.heldUntil(plan: 0, at: stage.now) == until)
        stage.pass(3_609)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.fill(worker).isEmpty)
        stage.pass(1)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.fill(worker).count == 1)
    }

    @Test("A plan that was held comes back without credit", arguments: [true, false])
    func savesNoCredit(isAnyoneElseThere: Bool) throws {
        var (stage, worker) = try stage()
        let (held, other) = (stage.account(0), stage.account(1))
        let theirs = Set(try (0..<50).map { _ in try stage.submit(held) })
        for _ in 0..<100 { try stage.submit(other) }
        stage.scheduler.hold(plan: 0, model: nil, until: stage.now.advanced(bySeconds: 1e5), at: stage.now)
        _ = stage.workOff(worker, most: isAnyoneElseThere ? 60 : 100)
        stage.scheduler.release(plan: 0, model: nil, at: stage.now)
        if !isAnyoneElseThere { for _ in 0..<50 { try stage.submit(other) } }
        let count = stage.workOff(worker, most: 40).count { theirs.contains($0) }
        #expect((19...21).contains(count))
    }

    @Test("A lane that empties while it is held moves nobody")
    func leavesItsRankOnce() throws {
        var (stage, worker) = try stage()
        let (held, other) = (stage.account(0), stage.account(1))
        let waiting = try (0..<2).map { _ in try stage.submit(held) }
        let later = try stage.submit(other)
        #expect(stage.workOff(worker, most: 1) == [waiting[0]])
        stage.scheduler.hold(plan: 0, model: nil, until: stage.now.advanced(bySeconds: 60), at: stage.now)
        stage.scheduler.cancel(later, at: stage.now)
        stage.scheduler.cancel(waiting[1], at: stage.now)
        #expect(stage.scheduler.lanes.map(\.service) == [1, 0, 0, 0])
    }

    @Test("A model that is held leaves its share of the plan's weight to the others")
    func sharesWeight() throws {
        var (stage, worker) = try stage()
        let theirs = Set(try (0..<30).map { _ in try submit(&stage, plan: 0, model: 1) })
        for _ in 0..<30 { _ = try submit(&stage, plan: 0, model: 0) }
        for _ in 0..<30 { _ = try submit(&stage, plan: 1, model: 1) }
        stage.scheduler.hold(plan: nil, model: 0, until: stage.now.advanced(bySeconds: 1e5), at: stage.now)
        let count = stage.workOff(worker, most: 40).count { theirs.contains($0) }
        #expect((19...21).contains(count))
    }

    @Test("Holds are part of the state")
    func isState() throws {
        var (stage, _) = try stage()
        let hash = stage.scheduler.stateHash
        stage.scheduler.hold(plan: nil, model: 1, until: stage.now.advanced(bySeconds: 10), at: stage.now)
        #expect(stage.scheduler.stateHash != hash)
    }
}
