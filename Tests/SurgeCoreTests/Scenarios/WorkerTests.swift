import Testing

@testable import SurgeCore

@Suite("Workers")
struct WorkerTests {
    @Test("Every worker that waits is woken for a job of several pictures, one after the other")
    func wakesAll() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let workers = (0..<3).map { _ in stage.worker() }
        for worker in workers { #expect(stage.fill(worker).isEmpty) }
        _ = stage.woken()
        try stage.submit(stage.account(), tasks: 3)
        var assigned = 0
        while case let woken = stage.woken(), !woken.isEmpty {
            for worker in woken { assigned += stage.fill(worker).count }
        }
        #expect(assigned == 3)
    }

    @Test("A worker that can take the job is woken, not one that cannot")
    func wakesTheRightOne() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (able, hot) = (stage.worker(), stage.worker())
        for worker in [able, hot] { #expect(stage.fill(worker).isEmpty) }
        stage.scheduler.report(WorkerHealth(throttling: 1), of: hot, at: stage.now)
        _ = stage.woken()
        try stage.submit(stage.account())
        #expect(stage.woken() == [able])
    }

    enum Leaving: CaseIterable {
        case removed
        case drained
    }

    @Test("A worker that goes before it was filled is replaced by another that waits", arguments: Leaving.allCases)
    func passesTheWakeOn(leaving: Leaving) throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (first, second) = (stage.worker(), stage.worker())
        for worker in [first, second] { #expect(stage.fill(worker).isEmpty) }
        _ = stage.woken()
        try stage.submit(stage.account())
        #expect(stage.woken() == [second])
        switch leaving {
        case .removed: stage.scheduler.remove(second, isFault: false, at: stage.now)
        case .drained: stage.scheduler.drain(second)
        }
        #expect(stage.woken() == [first])
    }

    @Test("A job that avoids a worker is taken by it when there is no other any more")
    func lastWorkerTakesAll() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (first, second) = (stage.worker(), stage.worker())
        let job = try stage.submit(stage.account())
        let failed = try #require(stage.fill(first).first)
        stage.scheduler.drain(second)
        stage.scheduler.undrain(second)
        stage.finish(failed, .failed)
        stage.pass(2)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.fill(first).isEmpty)
        _ = stage.woken()
        stage.scheduler.remove(second, isFault: false, at: stage.now)
        #expect(stage.woken() == [first])
        #expect(stage.fill(first).map(\.job) == [job])
    }

    @Test("Passing over a job that avoids a worker does not close its slots")
    func keepsSlotsOpen() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (first, second) = (stage.worker(slots: 2), stage.worker())
        try stage.submit(stage.account())
        let busy = try #require(stage.fill(second).first)
        try stage.submit(stage.account())
        let failed = try #require(stage.fill(first).first)
        try stage.submit(stage.account())
        let long = stage.fill(first)
        #expect(long.count == 1)
        stage.finish(failed, .failed)
        stage.pass(1.5)
        for _ in 0..<8 {
            let job = try stage.submit(stage.account())
            let taken = stage.fill(first)
            #expect(taken.map(\.job) == [job])
            for assignment in taken { stage.finish(assignment) }
        }
        stage.finish(busy)
    }

    @Test("A job that took two workers down is given to no third")
    func quarantines() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let job = try stage.submit(stage.account())
        for _ in 0..<2 {
            let worker = stage.worker()
            #expect(stage.fill(worker).map(\.job) == [job])
            stage.scheduler.remove(worker, isFault: true, at: stage.now)
        }
        #expect(stage.end(of: job)?.reason == .quarantined)
    }

    @Test("Workers that leave in order cost a job nothing")
    func orderlyLeavingIsNoFailure() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let job = try stage.submit(stage.account())
        for _ in 0..<6 {
            let worker = stage.worker()
            #expect(stage.fill(worker).map(\.job) == [job])
            stage.scheduler.remove(worker, isFault: false, at: stage.now)
        }
        #expect(stage.end(of: job) == nil)
    }

    @Test("A job fails when its tasks have failed as often as they may")
    func exhaustsRetries() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let worker = stage.worker()
        let job = try stage.submit(stage.account())
        for _ in 0..<3 {
            let assignment = try #require(stage.fill(worker).first)
            stage.finish(assignment, .failed)
            stage.pass(30)
            stage.scheduler.tick(at: stage.now)
        }
        #expect(stage.end(of: job)?.reason == .failed)
    }

    @Test("A lease that ran out is taken back; what its worker says of it later counts for nothing")
    func revokesLeases() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (slow, other) = (stage.worker(), stage.worker())
        let job = try stage.submit(stage.account())
        let late = try #require(stage.fill(slow).first)
        stage.pass(3_600)
        stage.scheduler.tick(at: stage.now)
        let again = try #require(stage.fill(other).first)
        #expect(again.job == job)
        #expect(stage.finish(late) == false)
        #expect(stage.finish(late) == false)
        #expect(stage.end(of: job) == nil)
        #expect(stage.finish(again) == true)
        #expect(stage.end(of: job)?.reason == .completed)
    }

    @Test("Letting go of a dropped task is no error of its worker")
    func droppingIsNoError() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let worker = stage.worker()
        let job = try stage.submit(stage.account())
        let assignment = try #require(stage.fill(worker).first)
        stage.scheduler.cancel(job, at: stage.now)
        stage.finish(assignment, .failed)
        try stage.submit(stage.account())
        #expect(stage.fill(worker).count == 1)
    }

    @Test("A slow worker leaves a pressing job to a fast one")
    func leavesPressingJobs() throws {
        var plan = Stage.plan()
        plan.patienceSeconds = 4
        var stage = try Stage(plans: [plan]) { $0.features.remove(.bounds) }
        let (slow, fast) = (stage.worker(), stage.worker())
        stage.scheduler.workers[0].speed = 20
        stage.scheduler.measureFleet()
        let job = try stage.submit(stage.account())
        #expect(stage.fill(slow).isEmpty)
        #expect(stage.end(of: job) == nil)
        #expect(stage.fill(fast).map(\.job) == [job])
    }

    @Test("A sensor that gives no number does not stop the fleet")
    func survivesNonsense() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let worker = stage.worker()
        stage.scheduler.report(WorkerHealth(throttling: .nan), of: worker, at: stage.now)
        try stage.submit(stage.account())
        #expect(stage.fill(worker).count == 1)
        #expect(stage.scheduler.capacities == [1])
    }

    @Test("A clock that is set back does not stop the governor")
    func survivesSteppingBack() throws {
        var stage = try Stage(plans: [Stage.plan()])
        stage.scheduler.tick(at: stage.now)
        stage.pass(-3_600)
        stage.scheduler.tick(at: stage.now)
        stage.pass(1)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.scheduler.governor.report.at == stage.now)
    }

    @Test("Workers of one machine share its time: each second is counted once, by turns")
    func sharesMachine() throws {
        var stage = try Stage(plans: [Stage.plan()], models: 2)
        let workers = (0..<2).map { model in
            stage.scheduler.join(
                WorkerProfile(name: "\(model)", slots: 2, models: [model], machine: 0, heartbeatSeconds: 1e9),
                at: stage.now
            )
        }
        let account = stage.account()
        let jobs = try [(0, 1), (1, 2)].map { model, count in
            try stage.submit(Demand(account: account, model: model, wantedRung: 0, taskCount: count))
        }
        let tasks = workers.flatMap { stage.fill($0) }
        #expect(tasks.count == 3)
        // Half of it for each worker, and for the second one's tasks a quarter.
        stage.pass(4)
        for task in tasks { stage.finish(task) }
        #expect(jobs.map { stage.end(of: $0)?.spentSeconds } == [2, 2])
        #expect(stage.scheduler.statistics.spentSeconds == 4)
    }

    @Test("What a picture will take is told from the workers that can paint it, not from the others")
    func predictsFromAbleWorkers() throws {
        func seconds(others: Int) throws -> Double {
            var stage = try Stage(plans: [Stage.plan()], models: 2)
            _ = stage.worker(slots: 1, models: [0])
            for _ in 0..<others { _ = stage.worker(slots: 8, models: [1]) }
            let demand = Demand(account: stage.account(), model: 0, wantedRung: 0)
            return stage.scheduler.expectedWaitSeconds(of: demand)
        }
        #expect(try seconds(others: 0) == seconds(others: 2))
    }
}
