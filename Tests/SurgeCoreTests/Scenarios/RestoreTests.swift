import Testing

@testable import SurgeCore

@Suite("Jobs of an earlier run")
struct RestoreTests {
    private func demand(_ account: AccountHandle, tasks: Int = 3) -> Demand {
        Demand(account: account, model: 0, wantedRung: 0, taskCount: tasks, isDetached: true)
    }

    @Test("Tasks that are done are not done again, however often they are named")
    func keepsDoneTasks() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (account, worker) = (stage.account(), stage.worker(slots: 8))
        let job = stage.scheduler.restore(
            demand(account),
            submittedAt: stage.now,
            deadline: nil,
            doneTasks: [1, 1, 7],
            at: stage.now
        )
        #expect(stage.scheduler.problems().isEmpty)
        let assignments = stage.fill(worker)
        #expect(assignments.map(\.task) == [0, 2])
        for assignment in assignments { stage.finish(assignment) }
        #expect(stage.end(of: job)?.reason == .completed)
        #expect(stage.scheduler.waitingJobCount == 0)
    }

    @Test("A job of which everything is done is completed")
    func completesAtOnce() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let account = stage.account()
        let job = stage.scheduler.restore(
            demand(account, tasks: 2),
            submittedAt: stage.now,
            deadline: nil,
            doneTasks: [0, 1],
            at: stage.now
        )
        #expect(stage.end(of: job)?.reason == .completed)
        #expect(stage.scheduler.liveJobCount == 0)
        #expect(stage.scheduler.waitingJobCount == 0)
        #expect(stage.scheduler.problems().isEmpty)
    }

    @Test("A deadline that passed while nobody looked is kept at the next look")
    func endsLateJobs() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let account = stage.account()
        stage.scheduler.tick(at: stage.now)
        let late = stage.now.advanced(bySeconds: -50)
        let job = stage.scheduler.restore(demand(account), submittedAt: late, deadline: late, at: stage.now)
        stage.pass(1)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.end(of: job)?.reason == .expired)
    }

    @Test("Pictures of yesterday's jobs do not count today, delivered or not")
    func countsForItsOwnDay() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let account = stage.account()
        let yesterday = stage.now.advanced(bySeconds: -3_600)
        let jobs = (0..<2).map { _ in
            stage.scheduler.restore(demand(account), submittedAt: yesterday, deadline: nil, at: stage.now)
        }
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.usedToday == 0)
        stage.scheduler.cancel(jobs[0], at: stage.now)
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.usedToday == 0)
    }

    @Test("A rung that the ladder no longer has is chosen anew")
    func forgetsOldRungs() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (account, worker) = (stage.account(), stage.worker())
        _ = stage.scheduler.restore(demand(account), submittedAt: stage.now, deadline: nil, given: 9, at: stage.now)
        #expect(stage.fill(worker).map(\.rung) == [0])
    }
}
