import Testing

@testable import SurgeCore

@Suite("The fleet as an operator sees it")
struct FleetTests {
    @Test("Each worker says what it is and what it has")
    func tellsEverything() throws {
        var stage = try Stage(plans: [Stage.plan()], rungs: [(1, 0.5), (4, 1)], steps: 8, models: 2)
        let worker = stage.worker(slots: 3, models: [1])
        let other = stage.worker(models: [0, 1])
        stage.scheduler.report(WorkerHealth(temperatureCelsius: 80, throttling: 0.5), of: worker, at: stage.now)
        stage.scheduler.drain(other)
        let job = try stage.submit(Demand(account: stage.account(), model: 1, wantedRung: 1, size: 2))
        let begun = stage.now
        let assignment = try #require(stage.fill(worker).first)
        _ = stage.scheduler.step(worker, count: 3, at: stage.now)
        stage.pass(5)
        let fleet = stage.scheduler.fleet(at: stage.now)
        try #require(fleet.map(\.handle) == [worker, other])
        #expect(fleet[0].name == "w" && fleet[0].slots == 3 && fleet[0].usableSlots == 2)
        #expect(fleet[0].health.temperatureCelsius == 80 && fleet[0].speed == 1)
        #expect(!fleet[0].isDraining && fleet[0].heldUntil == nil && fleet[0].models == ["m1"])
        let task = try #require(fleet[0].running.first)
        #expect(task.job == job && task.model == "m1" && task.rung == "1" && !task.isDropped)
        #expect(task.stepsDone == 3 && task.startedAt == begun)
        #expect(task.expectedSeconds == assignment.expectedSeconds && task.expectedSeconds == 8)
        #expect(fleet[1].isDraining && fleet[1].running.isEmpty && fleet[1].models == ["m0", "m1"])
    }

    @Test("A task that goes on after a pause says what its rest should take")
    func tellsTheRest() throws {
        var stage = try Stage(plans: [Stage.plan("low"), Stage.plan("high", rank: 1)], rungs: [(4, 1)], steps: 8)
        let worker = stage.worker()
        try stage.submit(stage.account(0))
        #expect(stage.fill(worker).count == 1)
        _ = stage.scheduler.step(worker, count: 6, at: stage.now)
        try stage.submit(stage.account(1))
        #expect(stage.scheduler.step(worker, count: 0, at: stage.now).paused.count == 1)
        stage.finish(try #require(stage.fill(worker).first))
        let resumed = try #require(stage.fill(worker).first)
        let task = try #require(stage.scheduler.fleet(at: stage.now).first?.running.first)
        #expect(task.stepsDone == 6 && task.expectedSeconds == resumed.expectedSeconds)
    }

    @Test("A penalty is seen until it is over, and a task that was cancelled until its worker lets go")
    func tellsPenalties() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let worker = stage.worker(slots: 2)
        let job = try stage.submit(stage.account(), tasks: 2)
        let assignments = stage.fill(worker)
        stage.finish(assignments[0], .failed)
        #expect(stage.scheduler.fleet(at: stage.now)[0].heldUntil == stage.now.advanced(bySeconds: 1))
        stage.scheduler.cancel(job, at: stage.now)
        #expect(stage.scheduler.fleet(at: stage.now)[0].running.map(\.isDropped) == [true])
        stage.pass(1)
        #expect(stage.scheduler.fleet(at: stage.now)[0].heldUntil == nil)
        stage.finish(assignments[1], .failed)
        #expect(stage.scheduler.fleet(at: stage.now)[0].running.isEmpty)
    }
}
