import Testing

@testable import SurgeCore

@Suite("Places in the queue")
struct OutlookTests {
    private func positions(_ stage: Stage, _ jobs: [JobHandle]) -> [Int?] {
        jobs.map { stage.scheduler.outlook(of: $0, at: stage.now)?.position }
    }

    @Test("Jobs of different accounts stand at 1, 2, 3 …, and so do those of one", arguments: [1, 5])
    func countsExactly(accountCount: Int) throws {
        var stage = try Stage(plans: [Stage.plan()])
        let accounts = (0..<accountCount).map { _ in stage.account() }
        var jobs: [JobHandle] = []
        for place in 0..<5 {
            let demand = Demand(account: accounts[place % accountCount], model: 0, wantedRung: 0)
            let verdict = stage.scheduler.submit(demand, at: stage.now)
            guard case .queued(let job, let outlook) = verdict else {
                Issue.record("it does not wait")
                return
            }
            #expect(outlook.position == place + 1)
            stage.scheduler.confirm(job, at: stage.now)
            jobs.append(job)
        }
        #expect(positions(stage, jobs) == [1, 2, 3, 4, 5])
        let worker = stage.worker()
        #expect(stage.workOff(worker, most: 2) == Array(jobs.prefix(2)))
        #expect(positions(stage, jobs) == [nil, nil, 1, 2, 3])
        _ = stage.fill(worker)
        #expect(positions(stage, Array(jobs.suffix(3))) == [0, 1, 2])
    }

    @Test("Two accounts take turns: places say so")
    func interleaves() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (first, second) = (stage.account(), stage.account())
        let theirs = try (0..<3).map { _ in try stage.submit(first) }
        let others = try (0..<3).map { _ in try stage.submit(second) }
        #expect(positions(stage, theirs) == [1, 3, 5])
        #expect(positions(stage, others) == [2, 4, 6])
    }

    @Test("Higher ranks stand before lower ones")
    func ranksFirst() throws {
        var stage = try Stage(plans: [Stage.plan("low"), Stage.plan("high", rank: 1)])
        let (low, high) = (stage.account(0), stage.account(1))
        let first = try stage.submit(low)
        #expect(positions(stage, [first]) == [1])
        let second = try stage.submit(high)
        #expect(positions(stage, [first, second]) == [2, 1])
    }

    @Test("A long queue's places are near the truth, and never better than it for a job that others overtake")
    func isHonestInLongQueues() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let heavy = stage.account()
        var jobs: [JobHandle] = []
        for _ in 0..<200 { jobs.append(try stage.submit(heavy)) }
        for _ in 0..<500 { try stage.submit(stage.account()) }
        let last = try #require(stage.scheduler.outlook(of: jobs[199], at: stage.now)).position
        #expect((630...770).contains(last))
        let newcomer = try stage.submit(stage.account())
        let position = try #require(stage.scheduler.outlook(of: newcomer, at: stage.now)).position
        #expect((450...560).contains(position))
    }

    @Test("A restored job in a long queue is not told that it is next")
    func restoredStandWhereTheyStand() throws {
        var stage = try Stage(plans: [Stage.plan()])
        for _ in 0..<300 { try stage.submit(stage.account()) }
        let demand = Demand(account: stage.account(), model: 0, wantedRung: 0, isDetached: true)
        let job = stage.scheduler.restore(demand, submittedAt: stage.now, deadline: nil, at: stage.now)
        #expect(try #require(stage.scheduler.outlook(of: job, at: stage.now)).position > 200)
    }
}
