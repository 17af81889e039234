import Testing

@testable import SurgeCore

@Suite("Clients that wait and go")
struct ClientTests {
    @Test("A job that cannot be done by its deadline ends, whether it was looked at or not", arguments: [false, true])
    func expires(isLookedAt: Bool) throws {
        var plan = Stage.plan()
        plan.patienceSeconds = 5
        var stage = try Stage(plans: [plan])
        let worker = stage.worker()
        let job = try stage.submit(stage.account())
        stage.pass(isLookedAt ? 4.5 : 5.5)
        if isLookedAt { #expect(stage.fill(worker).isEmpty) } else { stage.scheduler.tick(at: stage.now) }
        #expect(stage.end(of: job)?.reason == .expired)
        #expect(stage.scheduler.liveJobCount == 0)
    }

    @Test("A job whose client comes back goes on at its place")
    func resumesAtItsPlace() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (account, worker) = (stage.account(), stage.worker())
        let jobs = try (0..<3).map { _ in try stage.submit(account) }
        stage.scheduler.detach(jobs[0], at: stage.now)
        stage.pass(3)
        stage.scheduler.attach(jobs[0], at: stage.now)
        #expect(stage.workOff(worker) == jobs)
    }

    @Test("A job whose last client has gone is not begun, and ends after the grace")
    func abandons() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let worker = stage.worker()
        let job = try stage.submit(stage.account())
        stage.scheduler.detach(job, at: stage.now)
        #expect(stage.fill(worker).isEmpty)
        stage.pass(14)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.end(of: job) == nil)
        stage.pass(2)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.end(of: job)?.reason == .abandoned)
    }

    @Test("A client that goes while its job is made durable is noticed")
    func noticesEarlyLeavers() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (account, worker) = (stage.account(), stage.worker())
        let verdict = stage.scheduler.submit(Demand(account: account, model: 0, wantedRung: 0), at: stage.now)
        let job = try #require(stage.accepted(verdict))
        stage.scheduler.detach(job, at: stage.now)
        stage.scheduler.confirm(job, at: stage.now)
        #expect(stage.fill(worker).isEmpty)
        stage.pass(16)
        stage.scheduler.tick(at: stage.now)
        #expect(stage.end(of: job)?.reason == .abandoned)
    }

    @Test("The same request again finds its own job, and wakes it if its client had gone", arguments: [false, true])
    func joinsInFlight(isDetached: Bool) throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (account, other, worker) = (stage.account(), stage.account(), stage.worker())
        var demand = Demand(account: account, model: 0, wantedRung: 0, fingerprint: 7)
        let job = try stage.submit(demand)
        stage.scheduler.detach(job, at: stage.now)
        demand.isDetached = isDetached
        #expect(stage.scheduler.submit(demand, at: stage.now) == .joined(job))
        demand.account = other
        #expect(try stage.submit(demand) != job)
        #expect(stage.fill(worker).map(\.job) == [job])
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.activeJobs == 1)
    }

    @Test("A task that comes back while its job is suspended is not lost")
    func takesBackWhileSuspended() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let worker = stage.worker(slots: 2)
        let job = try stage.submit(stage.account(), tasks: 3)
        let running = stage.fill(worker)
        stage.scheduler.detach(job, at: stage.now)
        stage.finish(running[0], .failed)
        #expect(stage.scheduler.problems().isEmpty)
        #expect(stage.scheduler.waitingJobCount == 0)
        stage.scheduler.attach(job, at: stage.now)
        #expect(stage.scheduler.problems().isEmpty)
        stage.finish(running[1])
        stage.pass(2)
        stage.scheduler.tick(at: stage.now)
        for assignment in stage.fill(worker) { stage.finish(assignment) }
        #expect(stage.end(of: job)?.reason == .completed)
    }

    @Test("A job of a plan with absurd patience is taken like any other", arguments: [1e12, 1e300])
    func takesAbsurdPatience(seconds: Double) throws {
        var plan = Stage.plan()
        (plan.patienceSeconds, plan.horizonSeconds) = (seconds, seconds)
        var stage = try Stage(plans: [plan])
        let worker = stage.worker()
        let job = try stage.submit(stage.account())
        #expect(stage.workOff(worker) == [job])
    }
}
