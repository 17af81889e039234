import Testing

@testable import SurgeCore

/// Tasks that could not be done for a reason that may pass.
@Suite("Postponing")
final class PostponingTests {
    private struct Refused: Error {}
    private var core: Scheduler
    private let account: AccountHandle
    private let worker: WorkerHandle

    init() throws {
        let ladder = try #require(
            Ladder([Rung(name: "one", workingSide: 64, costDeviceSeconds: 1, quality: 1, steps: 4)])
        )
        var core = Scheduler(
            configuration: Scheduler.Configuration(
                plans: [Plan(name: "free")],
                models: [Scheduler.Model(name: "m", ladder: ladder)]
            )
        )
        let start = Self.at(0)
        account = core.open(Scheduler.AccountProfile(plan: 0), at: start)
        worker = core.join(
            WorkerProfile(name: "w", slots: 2, models: [0], heartbeatSeconds: .infinity),
            at: start
        )
        _ = core.takeEffects()
        self.core = core
    }

    private static func at(_ seconds: Double) -> Instant { Instant(microseconds: 0).advanced(bySeconds: seconds) }

    private func accept(_ count: Int = 1, isDetached: Bool = true, at now: Instant) throws -> JobHandle {
        let demand = Demand(account: account, model: 0, wantedRung: 0, taskCount: count, isDetached: isDetached)
        switch core.submit(demand, at: now) {
        case .run(let job, _), .queued(let job, _), .deferred(let job, _):
            core.confirm(job, at: now)
            return job
        case .joined, .refused: throw Refused()
        }
    }

    @Test("A postponed job is left alone until its moment, counts no failure, and frees its slot")
    func waits() throws {
        let first = try accept(3, at: Self.at(0))
        let tasks = core.fill(worker, at: Self.at(0))
        #expect(tasks.count == 2)
        for task in tasks { #expect(core.postpone(task.lease, until: Self.at(10), at: Self.at(1)) == true) }
        #expect(core.problems() == [])
        #expect(core.fill(worker, at: Self.at(2)).isEmpty)
        let second = try accept(at: Self.at(2))
        #expect(core.fill(worker, at: Self.at(2)).map(\.job) == [second])
        core.tick(at: Self.at(9))
        #expect(core.fill(worker, at: Self.at(9)).isEmpty)
        core.tick(at: Self.at(10))
        #expect(core.problems() == [])
        #expect(core.fill(worker, at: Self.at(10)).map(\.job) == [first])
        #expect(core.statistics.plans[0].ended(for: .failed) == 0)
    }

    @Test("It may be postponed more often than it may fail, and ends as any other")
    func endsAsAnyOther() throws {
        let job = try accept(at: Self.at(0))
        for round in 0..<50 {
            let now = Self.at(Double(round * 10))
            core.tick(at: now)
            let task = try #require(core.fill(worker, at: now).first)
            #expect(core.postpone(task.lease, until: Self.at(Double(round * 10 + 5)), at: now) == true)
            #expect(core.postpone(task.lease, until: now, at: now) == false)
        }
        core.tick(at: Self.at(500))
        let task = try #require(core.fill(worker, at: Self.at(500)).first)
        #expect(core.finish(task.lease, .done, at: Self.at(501)) == true)
        #expect(core.liveJobCount == 0)
        #expect(core.problems() == [])
        #expect(core.deadline(of: job) == nil)
    }

    @Test("Its deadline, its client's going and its owner's cancelling hold while it is postponed")
    func keepsItsDeadline() throws {
        let waiting = try accept(isDetached: false, at: Self.at(0))
        let detached = try accept(at: Self.at(0))
        let cancelled = try accept(at: Self.at(0))
        for _ in 0..<3 {
            for task in core.fill(worker, at: Self.at(0)) {
                core.postpone(task.lease, until: Self.at(1e6), at: Self.at(0))
            }
        }
        #expect(core.problems() == [])
        #expect(core.cancel(cancelled, at: Self.at(1)) == true)
        core.detach(waiting, at: Self.at(1))
        #expect(core.problems() == [])
        core.tick(at: Self.at(17))
        #expect(core.deadline(of: waiting) == nil)
        #expect(core.deadline(of: detached) != nil)
        #expect(core.statistics.plans[0].ended(for: .abandoned) == 1)
        core.tick(at: Self.at(100_000))
        #expect(core.liveJobCount == 0)
        #expect(core.statistics.plans[0].ended(for: .expired) == 1)
        #expect(core.problems() == [])
    }

    @Test("A client that comes back does not end a postponement; the job is begun when its moment has come")
    func outlastsItsClient() throws {
        let job = try accept(isDetached: false, at: Self.at(0))
        let task = try #require(core.fill(worker, at: Self.at(0)).first)
        #expect(core.postpone(task.lease, until: Self.at(10), at: Self.at(0)) == true)
        core.detach(job, at: Self.at(1))
        #expect(core.problems() == [])
        #expect(core.attach(job, at: Self.at(2)) == true)
        #expect(core.problems() == [])
        #expect(core.fill(worker, at: Self.at(2)).isEmpty)
        // Its patience is as it was, and not the grace of one whose client has gone.
        core.tick(at: Self.at(9))
        #expect(core.fill(worker, at: Self.at(9)).isEmpty)
        core.tick(at: Self.at(20))
        #expect(core.fill(worker, at: Self.at(20)).map(\.job) == [job])
        #expect(core.problems() == [])
    }

    @Test("Postponed work counts at the door: where everything fails, only what fits is accepted")
    func countsAtTheDoor() throws {
        var plan = Plan(name: "free")
        plan.patienceSeconds = 5
        #expect(core.replace(plan: 0, with: plan) == true)
        var jobs: [JobHandle] = []
        while jobs.count < 50, let job = try? accept(isDetached: false, at: Self.at(0)) {
            jobs.append(job)
            for task in core.fill(worker, at: Self.at(0)) {
                core.postpone(task.lease, until: Self.at(4), at: Self.at(0))
            }
        }
        // A second each: the fourth is done within 5 s less the margin, and the fifth is not.
        #expect(jobs.count == 4)
        #expect(core.refusal(for: account, model: 0, isDetached: false, at: Self.at(0))?.reason == .overloaded)
        // Its own work stands before nobody.
        let outlook = try #require(core.outlook(of: jobs[0], at: Self.at(0)))
        let demand = Demand(account: account, model: 0, wantedRung: 0)
        #expect(outlook.estimate.lowSeconds < core.expectedWaitSeconds(of: demand, at: Self.at(0)))
        for job in jobs { core.cancel(job, at: Self.at(1)) }
        #expect(core.problems() == [])
        _ = try accept(isDetached: false, at: Self.at(1))
    }

    @Test("What a task has got to is kept, and it goes on from there")
    func keepsState() throws {
        _ = try accept(at: Self.at(0))
        let task = try #require(core.fill(worker, at: Self.at(0)).first)
        _ = core.step(worker, count: 3, at: Self.at(1))
        #expect(core.postpone(task.lease, until: Self.at(2), keepsState: true, at: Self.at(1)) == true)
        #expect(core.problems() == [])
        core.tick(at: Self.at(3))
        #expect(core.fill(worker, at: Self.at(3)).map(\.stepsDone) == [3])
    }

    // MARK: Clocks and costs

    @Test("A first measurement of hours is not believed, and an idle server takes the next job")
    func boundsTheFirstMeasurement() throws {
        _ = try accept(isDetached: false, at: Self.at(0))
        let task = try #require(core.fill(worker, at: Self.at(0)).first)
        #expect(core.finish(task.lease, .done, at: Self.at(4 * 3_600)) == true)
        let now = Self.at(4 * 3_600 + 2)
        for second in [1, 2] { core.tick(at: Self.at(4 * 3_600 + Double(second))) }
        let demand = Demand(account: account, model: 0, wantedRung: 0)
        #expect(core.expectedWaitSeconds(of: demand, at: now) <= 20)
        _ = try accept(isDetached: false, at: now)
    }

    @Test("A server where nothing runs and nothing waits takes a job and begins it, whatever is predicted")
    func alwaysTakesOne() throws {
        var plan = Plan(name: "free")
        plan.patienceSeconds = 5
        #expect(core.replace(plan: 0, with: plan) == true)
        _ = try accept(isDetached: false, at: Self.at(0))
        let first = try #require(core.fill(worker, at: Self.at(0)).first)
        #expect(core.finish(first.lease, .done, at: Self.at(3_600)) == true)
        let demand = Demand(account: account, model: 0, wantedRung: 0)
        // The governor takes over what was measured.
        let now = Self.at(3_602)
        for second in [3_601, 3_602] { core.tick(at: Self.at(Double(second))) }
        #expect(core.expectedWaitSeconds(of: demand, at: now) > 5)
        let job = try accept(2, isDetached: false, at: now)
        #expect(core.refusal(for: account, model: 0, isDetached: false, at: now) != nil)
        let tasks = core.fill(worker, at: now)
        #expect(tasks.map(\.job) == [job, job])
    }

    @Test("The day of an allowance is the time of day's, and nothing else is")
    func turnsDaysByTheTimeOfDay() throws {
        core.setTimeOfDay(Self.at(86_390), at: Self.at(0))
        let standing = try #require(core.standing(of: account, at: Self.at(0)))
        #expect(standing.resetsInSeconds == 10)
        _ = try accept(at: Self.at(0))
        #expect(core.standing(of: account, at: Self.at(0))?.usedToday == 1)
        #expect(core.standing(of: account, at: Self.at(11))?.usedToday == 0)
    }

    @Test("A job that is taken up after a start has a minute at least, and no longer than it ever had")
    func boundsKeptDeadlines() {
        let (created, deadline) = (Self.at(1_000), Self.at(1_300))
        func kept(_ now: Double) -> Double? {
            Recovery.deadline(deadline, createdAt: created, at: Self.at(now))?.seconds(since: Self.at(now))
        }
        #expect(kept(1_100) == 200)
        // The clock is ahead, or the server was away for long.
        #expect(kept(100_000) == Recovery.leastSeconds)
        // The clock was set back.
        #expect(kept(0) == 300)
        #expect(Recovery.deadline(nil, createdAt: created, at: Self.at(0)) == nil)
        #expect(Recovery.submission(created, at: Self.at(5)) == Self.at(5))
    }
}
