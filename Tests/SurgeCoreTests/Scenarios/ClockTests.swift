import Testing

@testable import SurgeCore

/// Found by rehearsals: what the scheduler measures for itself must not wait for a clock that was set back.
@Suite("A clock that is set back")
struct ClockTests {
    private static let hours = -7_200.0

    @Test("A worker that failed is left alone for its penalty, not until the clock has caught up")
    func penaltyMoves() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (account, worker) = (stage.account(), stage.worker())
        try stage.submit(account)
        let first = try #require(stage.fill(worker).first)
        stage.scheduler.tick(at: stage.now)
        stage.finish(first, .failed)
        stage.pass(Self.hours)
        stage.scheduler.tick(at: stage.now)
        stage.pass(2)
        stage.scheduler.tick(at: stage.now)
        #expect(!stage.fill(worker).isEmpty)
    }

    @Test("A worker that falls silent is missed as soon as ever")
    func silenceMoves() throws {
        var stage = try Stage(plans: [Stage.plan()])
        _ = stage.worker(heartbeat: 5)
        stage.scheduler.tick(at: stage.now)
        stage.pass(Self.hours)
        stage.scheduler.tick(at: stage.now)
        stage.pass(6)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.scheduler.statistics.lostWorkers == 1)
    }

    @Test("A rate is kept, and nobody waits for longer than it asks for")
    func rateMoves() throws {
        var plan = Stage.plan()
        (plan.picturesPerSecond, plan.burst) = (1, 2)
        var stage = try Stage(plans: [plan])
        let account = stage.account()
        try stage.submit(account)
        try stage.submit(account)
        stage.scheduler.tick(at: stage.now)
        stage.pass(Self.hours)
        stage.scheduler.tick(at: stage.now)
        let demand = Demand(account: account, model: 0, wantedRung: 0)
        let refused = stage.refused(stage.scheduler.submit(demand, at: stage.now))
        #expect(refused?.reason == .rateLimited)
        stage.pass(1)
        #expect(stage.accepted(stage.scheduler.submit(demand, at: stage.now)) != nil)
    }

    @Test("A job of the evening that is taken up before midnight leaves no debt of pictures")
    func restoredFromTomorrow() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let tomorrow = stage.now
        stage.pass(-60)
        let account = stage.account()
        let demand = Demand(account: account, model: 0, wantedRung: 0, isDetached: true)
        let job = stage.scheduler.restore(demand, submittedAt: tomorrow, deadline: nil, at: stage.now)
        stage.scheduler.cancel(job, at: stage.now)
        stage.pass(120)
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.usedToday == 0)
        #expect(stage.scheduler.problems().isEmpty)
    }
}
