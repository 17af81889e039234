import Testing

@testable import SurgeCore

@Suite("The door")
struct DoorTests {
    private func refusal(_ plan: Plan, after count: Int, isDetached: Bool = false) throws -> Refusal? {
        var stage = try Stage(plans: [plan])
        _ = stage.worker()
        let account = stage.account(millicredits: 50)
        for _ in 0..<count { try stage.submit(account) }
        let demand = Demand(account: account, model: 0, wantedRung: 0, isDetached: isDetached)
        let early = stage.scheduler.refusal(for: account, model: 0, isDetached: isDetached, at: stage.now)
        let refusal = stage.refused(stage.scheduler.submit(demand, at: stage.now))
        #expect(early?.reason == refusal?.reason)
        return refusal
    }

    @Test("Each limit has its own reason")
    func namesReasons() throws {
        var plan = Stage.plan()
        plan.mostActiveJobs = 2
        #expect(try refusal(plan, after: 2)?.reason == .tooManyActive)
        plan = Stage.plan()
        plan.dailyAllowance = 3
        #expect(try refusal(plan, after: 3)?.reason == .allowanceExhausted)
        plan = Stage.plan()
        (plan.picturesPerSecond, plan.burst) = (0.5, 4)
        #expect(try refusal(plan, after: 4) == Refusal(.rateLimited, afterSeconds: 2))
        plan = Stage.plan()
        plan.priceMillicredits = 20
        #expect(try refusal(plan, after: 2)?.reason == .creditsExhausted)
        plan = Stage.plan()
        plan.patienceSeconds = 20
        #expect(try refusal(plan, after: 18)?.reason.isWorthRetrying == true)
    }

    @Test("Who is told to come back is told a time from 1 to 120 seconds", arguments: [20.0, 100, 10_000])
    func retriesWithinBounds(horizon: Double) throws {
        var plan = Stage.plan()
        (plan.patienceSeconds, plan.horizonSeconds) = (horizon, horizon)
        plan.dailyAllowance = 40_000
        let refusal = try refusal(plan, after: Int(horizon / Scheduler.predictionMargin))
        #expect((1...120).contains(try #require(refusal).retryAfterSeconds))
    }

    @Test("What a client would not wait for is deferred if it comes back, and refused if it does not")
    func defers() throws {
        var plan = Stage.plan()
        (plan.patienceSeconds, plan.horizonSeconds) = (20, 100)
        var stage = try Stage(plans: [plan])
        _ = stage.worker()
        let account = stage.account()
        for _ in 0..<18 { try stage.submit(account) }
        var demand = Demand(account: account, model: 0, wantedRung: 0)
        #expect(stage.refused(stage.scheduler.submit(demand, at: stage.now)) != nil)
        demand.isDetached = true
        guard case .deferred(_, let outlook) = stage.scheduler.submit(demand, at: stage.now) else {
            Issue.record("it is not deferred")
            return
        }
        #expect(outlook.position == 19)
    }

    @Test("A demand that is refused for the load takes nothing from its account's rate")
    func refusalsCostNothing() throws {
        var plan = Stage.plan()
        (plan.patienceSeconds, plan.picturesPerSecond, plan.burst) = (3, 0.01, 2)
        var stage = try Stage(plans: [plan, Stage.plan("other")])
        let (account, other, worker) = (stage.account(0), stage.account(1), stage.worker())
        for _ in 0..<20 { try stage.submit(other) }
        let demand = Demand(account: account, model: 0, wantedRung: 0, taskCount: 2)
        for _ in 0..<5 {
            #expect(stage.refused(stage.scheduler.submit(demand, at: stage.now))?.reason.isForLoad == true)
        }
        _ = stage.workOff(worker)
        #expect(stage.accepted(stage.scheduler.submit(demand, at: stage.now)) != nil)
    }

    @Test("What is withdrawn is given back to the rate it was taken from")
    func withdrawsFromItsOwnRate() throws {
        var (fast, slow) = (Stage.plan("fast"), Stage.plan("slow"))
        (fast.picturesPerSecond, fast.burst) = (10, 1)
        (slow.picturesPerSecond, slow.burst) = (0.001, 1)
        var stage = try Stage(plans: [fast, slow])
        let account = stage.account(0)
        let first = try stage.submit(account)
        stage.scheduler.update(account, plan: 1, dailyAllowance: nil, addedMillicredits: nil)
        stage.scheduler.withdraw(first, at: stage.now)
        #expect(stage.end(of: first)?.reason == .withdrawn)
        try stage.submit(account)
        let again = stage.scheduler.submit(Demand(account: account, model: 0, wantedRung: 0), at: stage.now)
        #expect(stage.refused(again)?.reason == .rateLimited)
    }

    @Test("A job starts at once only if a worker of its model is free")
    func saysTheTruthOfStarting() throws {
        var stage = try Stage(plans: [Stage.plan()], models: 2)
        _ = stage.worker(slots: 3, models: [0])
        _ = stage.worker(slots: 1, models: [1])
        let account = stage.account()
        let first = Demand(account: account, model: 1, wantedRung: 0)
        guard case .run(let job, _) = stage.scheduler.submit(first, at: stage.now) else {
            Issue.record("a free worker is not seen")
            return
        }
        stage.scheduler.confirm(job, at: stage.now)
        for place in stage.scheduler.workers.places { _ = stage.fill(stage.scheduler.handle(worker: place)) }
        guard case .queued = stage.scheduler.submit(first, at: stage.now) else {
            Issue.record("another model's free worker counts")
            return
        }
    }
}

extension DoorTests {
    @Test("A demand of an account that was closed is refused with a reason of its own, and counted for nobody")
    func refusesClosedAccounts() throws {
        var stage = try Stage()
        _ = stage.worker(slots: 1)
        let account = stage.account()
        let demand = Demand(account: account, model: 0, wantedRung: 0)
        let isClosed = stage.scheduler.close(account)
        #expect(isClosed)
        let before = stage.scheduler.statistics
        guard case .refused(let refusal) = stage.scheduler.submit(demand, at: stage.now) else {
            Issue.record("a closed account was served")
            return
        }
        #expect(refusal.reason == .accountClosed && !refusal.reason.isWorthRetrying)
        #expect(stage.scheduler.statistics == before)
        #expect(stage.scheduler.problems() == [])
    }
}

extension Refusal.Reason {
    fileprivate var isForLoad: Bool { self == .overloaded || self == .slowDown }
}
