import Testing

@testable import SurgeCore

@Suite("What is said of work that is put off")
struct HeldForecastTests {
    private func stage(patience: Double = 1e6, horizon: Double = 1e6) throws -> (Stage, WorkerHandle) {
        var free = Stage.plan("free")
        (free.patienceSeconds, free.horizonSeconds) = (patience, horizon)
        var stage = try Stage(plans: [free, Stage.plan("high", rank: 1)])
        let worker = stage.worker()
        return (stage, worker)
    }

    private func hold(_ stage: inout Stage, plan: PlanIndex?, seconds: Double) {
        stage.scheduler.hold(plan: plan, model: nil, until: stage.now.advanced(bySeconds: seconds), at: stage.now)
    }

    @Test("A new demand waits for the rest of the hold, and then as long as ever")
    func addsTheRest() throws {
        var (stage, _) = try stage()
        let demand = Demand(account: stage.account(), model: 0, wantedRung: 0)
        let usual = stage.scheduler.expectedWaitSeconds(of: demand, at: stage.now)
        let low = try #require(stage.scheduler.status(ofPlan: 0, at: stage.now).outlook).estimate.lowSeconds
        hold(&stage, plan: 0, seconds: 3_600)
        stage.pass(600)
        #expect(stage.scheduler.expectedWaitSeconds(of: demand, at: stage.now) == 3_000 + usual)
        let status = try #require(stage.scheduler.status(ofPlan: 0, at: stage.now).outlook)
        #expect(status.estimate.lowSeconds == 3_000 + low)
        guard case .queued(let job, let outlook) = stage.scheduler.submit(demand, at: stage.now) else {
            Issue.record("it does not wait")
            return
        }
        #expect(outlook.position == 1 && outlook.estimate == status.estimate)
        stage.scheduler.confirm(job, at: stage.now)
        stage.pass(2_000)
        let later = try #require(stage.scheduler.outlook(of: job, at: stage.now)).estimate
        #expect(later.lowSeconds == 1_000 + low)
        #expect(later.highSeconds - later.lowSeconds == outlook.estimate.highSeconds - outlook.estimate.lowSeconds)
    }

    @Test("Without a moment it is as of the last time that the governor was at work")
    func lastTick() throws {
        var (stage, _) = try stage()
        let demand = Demand(account: stage.account(), model: 0, wantedRung: 0)
        hold(&stage, plan: 0, seconds: 100)
        stage.pass(40)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.scheduler.expectedWaitSeconds(of: demand) == 61)
        #expect(try #require(stage.scheduler.status(ofPlan: 0).outlook).estimate.lowSeconds >= 60)
    }

    @Test("A hold beyond the patience defers who comes back, and one beyond the horizon refuses all")
    func defersAndRefuses() throws {
        var (stage, _) = try stage(patience: 100, horizon: 1_000)
        let demands = [false, true].map { isDetached in
            Demand(account: stage.account(), model: 0, wantedRung: 0, isDetached: isDetached)
        }
        hold(&stage, plan: 0, seconds: 500)
        #expect(stage.scheduler.status(ofPlan: 0, at: stage.now).isDeferring)
        #expect(stage.refused(stage.scheduler.submit(demands[0], at: stage.now))?.reason.isWorthRetrying == true)
        guard case .deferred(_, let outlook) = stage.scheduler.submit(demands[1], at: stage.now) else {
            Issue.record("it is not deferred")
            return
        }
        #expect(outlook.estimate.lowSeconds >= 500)
        hold(&stage, plan: 0, seconds: 2_000)
        #expect(stage.refused(stage.scheduler.submit(demands[1], at: stage.now)) != nil)
        #expect(stage.scheduler.refusal(for: demands[1].account, model: 0, isDetached: true, at: stage.now) != nil)
        #expect(stage.scheduler.status(ofPlan: 0, at: stage.now).outlook == nil)
    }

    @Test("A free worker does not begin a held job at once, and nobody is told that it does", arguments: [0.0, 1])
    func doesNotRun(passed: Double) throws {
        var (stage, _) = try stage()
        hold(&stage, plan: 0, seconds: 1)
        stage.pass(passed)
        let demand = Demand(account: stage.account(), model: 0, wantedRung: 0)
        guard case .queued = stage.scheduler.submit(demand, at: stage.now) else {
            Issue.record("it does not wait for the tick that ends the hold")
            return
        }
    }

    @Test("Work that is held delays nobody's forecast but that of what is held for longer")
    func delaysNobody() throws {
        var (stage, _) = try stage()
        let low = Demand(account: stage.account(0), model: 0, wantedRung: 0)
        let high = stage.account(1)
        for _ in 0..<50 { try stage.submit(high) }
        #expect(stage.scheduler.expectedWaitSeconds(of: low, at: stage.now) > 50)
        hold(&stage, plan: 1, seconds: 100)
        guard case .run = stage.scheduler.submit(low, at: stage.now) else {
            Issue.record("it waits for work that is held")
            return
        }
        let usual = stage.scheduler.expectedWaitSeconds(of: low, at: stage.now)
        hold(&stage, plan: 0, seconds: 50)
        #expect(stage.scheduler.expectedWaitSeconds(of: low, at: stage.now) == 50 + usual)
        hold(&stage, plan: 0, seconds: 200)
        #expect(stage.scheduler.expectedWaitSeconds(of: low, at: stage.now) >= 200 + usual + 50)
    }

    @Test("A class above that is held takes no part of the capacity")
    func reservesNothing() throws {
        var (stage, worker) = try stage()
        let high = stage.account(1)
        for _ in 0..<40 {
            try stage.submit(high)
            stage.pass(1)
            stage.scheduler.tick(at: stage.now)
            _ = stage.workOff(worker)
        }
        let (first, second) = (stage.account(0), stage.account(0))
        for _ in 0..<10 { try stage.submit(first) }
        let demand = Demand(account: second, model: 0, wantedRung: 0, taskCount: 4)
        let before = stage.scheduler.expectedWaitSeconds(of: demand, at: stage.now)
        hold(&stage, plan: 1, seconds: 100)
        #expect(stage.scheduler.expectedWaitSeconds(of: demand, at: stage.now) < before * 0.75)
    }

    @Test("A wait that an operator has made does not teach what waits are like, and is counted all the same")
    func teachesNothing() throws {
        var (stage, worker) = try stage()
        let demand = Demand(account: stage.account(), model: 0, wantedRung: 0)
        let status = { (stage: Stage) in stage.scheduler.status(ofPlan: 0, at: stage.now) }
        let before = status(stage)
        for _ in 0..<20 { try stage.submit(demand) }
        hold(&stage, plan: 0, seconds: 3_600)
        stage.pass(3_600)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.workOff(worker).count == 20)
        #expect(status(stage).outlook?.estimate == before.outlook?.estimate)
        #expect(status(stage).estimateOutcomes == 20 && status(stage).estimateHits == 0)
        #expect(status(stage).delaySeconds < 20)
    }

    @Test("The governor plans nothing for what is held, and takes it up when the hold ends")
    func governor() throws {
        var low = Stage.plan("low")
        low.targetDelaySeconds = 10
        var stage = try Stage(plans: [low, Stage.plan("other")], rungs: [(0.2, 0.5), (1, 1)])
        _ = stage.worker()
        let account = stage.account(0)
        for _ in 0..<200 { try stage.submit(account) }
        hold(&stage, plan: 0, seconds: 20)
        func decide(_ stage: inout Stage) -> GovernorReport {
            stage.pass(0.5)
            stage.scheduler.tick(at: stage.now)
            return stage.scheduler.governor.report
        }
        _ = decide(&stage)
        let held = decide(&stage)
        #expect(held.floorDemand == 0 && !held.isShort && held.levels == [1, 1])
        stage.pass(19)
        // The hold ends before the governor looks, and nothing is begun in between.
        let open = decide(&stage)
        #expect(open.floorDemand > 2 && open.levels == [0, 1])
    }
}
