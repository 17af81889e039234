import Testing

@testable import SurgeCore

@Suite("Higher ranks")
struct PromptnessTests {
    private func stage(slots: Int, sharesBatch: Bool = false) throws -> (Stage, WorkerHandle) {
        var stage = try Stage(
            plans: [Stage.plan("low"), Stage.plan("mid", rank: 1), Stage.plan("high", rank: 2)],
            steps: 10
        )
        let worker = stage.worker(slots: slots, sharesBatch: sharesBatch)
        return (stage, worker)
    }

    @Test("A higher rank takes a slot within a step; the lower one goes on where it was", arguments: [false, true])
    func takesASlot(sharesBatch: Bool) throws {
        var (stage, worker) = try stage(slots: 2, sharesBatch: sharesBatch)
        let low = try stage.submit(stage.account(0), tasks: 2)
        #expect(stage.fill(worker).count == 2)
        for _ in 0..<3 { #expect(stage.scheduler.step(worker, at: stage.now) == StepOrders()) }
        let high = try stage.submit(stage.account(2))
        let orders = stage.scheduler.step(worker, at: stage.now)
        #expect(orders.paused.count == 1)
        let joining = stage.fill(worker)
        #expect(joining.map(\.job) == [high])
        stage.finish(joining[0])
        let resumed = stage.fill(worker)
        #expect(resumed.map(\.job) == [low])
        #expect(resumed.map(\.stepsDone) == [4])
    }

    @Test("What a rank pauses is as much as waits above it, and never its equals")
    func pausesNoEquals() throws {
        var (stage, worker) = try stage(slots: 4)
        try stage.submit(stage.account(0))
        try stage.submit(stage.account(1), tasks: 3)
        #expect(stage.fill(worker).count == 4)
        try stage.submit(stage.account(1), tasks: 9)
        try stage.submit(stage.account(2))
        let orders = stage.scheduler.step(worker, at: stage.now)
        #expect(orders.paused.count == 1)
        let joining = stage.fill(worker)
        #expect(joining.count == 1)
        let ranks = stage.scheduler.workers[0].running.map(\.rank).sorted()
        #expect(ranks == [1, 1, 1, 2])
    }

    @Test("Jobs that may not be started yet pause nobody")
    func reservedPausesNobody() throws {
        var (stage, worker) = try stage(slots: 1)
        try stage.submit(stage.account(0))
        #expect(stage.fill(worker).count == 1)
        let account = stage.account(2)
        let verdict = stage.scheduler.submit(Demand(account: account, model: 0, wantedRung: 0), at: stage.now)
        #expect(stage.accepted(verdict) != nil)
        #expect(stage.scheduler.step(worker, at: stage.now).paused.isEmpty)
    }

    @Test("A worker that is to take nothing more pauses nothing")
    func drainingPausesNothing() throws {
        var (stage, worker) = try stage(slots: 1)
        try stage.submit(stage.account(0))
        #expect(stage.fill(worker).count == 1)
        stage.scheduler.drain(worker)
        try stage.submit(stage.account(2))
        #expect(stage.scheduler.step(worker, at: stage.now).paused.isEmpty)
    }

    @Test("A worker that is short of memory pauses nothing: it could not take what waits")
    func shortOfMemoryPausesNothing() throws {
        var (stage, worker) = try stage(slots: 1)
        try stage.submit(stage.account(0))
        #expect(stage.fill(worker).count == 1)
        stage.scheduler.report(WorkerHealth(isShortOfMemory: true), of: worker, at: stage.now)
        try stage.submit(stage.account(2))
        #expect(stage.scheduler.step(worker, at: stage.now).paused.isEmpty)
    }

    @Test("A task that is paused again and again is charged for once")
    func chargesOnce() throws {
        var (stage, worker) = try stage(slots: 1)
        let account = stage.account(0)
        let low = try stage.submit(account)
        for _ in 0..<4 {
            #expect(stage.fill(worker).map(\.job) == [low])
            _ = stage.scheduler.step(worker, at: stage.now)
            let high = try stage.submit(stage.account(2))
            #expect(stage.scheduler.step(worker, at: stage.now).paused.count == 1)
            let joining = stage.fill(worker)
            #expect(joining.map(\.job) == [high])
            stage.finish(joining[0])
        }
        // Eight of its ten steps are done, and the other two were given back.
        #expect(abs(stage.scheduler.lanes[0].service - 0.8) < 1e-6)
    }

    @Test("What is left of a paused task is what is asked of the time that is left")
    func nearlyDoneGoesOn() throws {
        var (stage, worker) = try stage(slots: 1)
        stage.scheduler.configuration.plans[0].patienceSeconds = 2
        let low = try stage.submit(stage.account(0))
        #expect(stage.fill(worker).count == 1)
        for _ in 0..<8 { _ = stage.scheduler.step(worker, at: stage.now) }
        let high = try stage.submit(stage.account(2))
        #expect(stage.scheduler.step(worker, at: stage.now).paused.count == 1)
        let joining = stage.fill(worker)
        #expect(joining.map(\.job) == [high])
        stage.pass(1.5)
        stage.finish(joining[0])
        #expect(stage.fill(worker).map(\.job) == [low])
    }
}
