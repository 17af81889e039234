import Testing

@testable import SurgeCore

@Suite("Who is served")
struct FairnessTests {
    @Test("A newcomer's job overtakes the thousand jobs of another account")
    func newcomerOvertakes() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (heavy, newcomer, worker) = (stage.account(), stage.account(), stage.worker())
        for _ in 0..<1_000 { try stage.submit(heavy) }
        _ = stage.workOff(worker, most: 10)
        let running = try #require(stage.fill(worker).first)
        let job = try stage.submit(newcomer)
        // At the same point of virtual time, whoever came first goes first: that is the one job.
        #expect(stage.scheduler.outlook(of: job, at: stage.now)?.position == 2)
        stage.finish(running)
        #expect(stage.workOff(worker, most: 2).last == job)
    }

    @Test("Plans of one rank share by their weights", arguments: [1.0, 3, 10])
    func sharesByWeight(weight: Double) throws {
        var stage = try Stage(plans: [Stage.plan("light"), Stage.plan("heavy", weight: weight)])
        let (light, heavy, worker) = (stage.account(0), stage.account(1), stage.worker())
        for _ in 0..<400 { try stage.submit(light) }
        let theirs = Set(try (0..<400).map { _ in try stage.submit(heavy) })
        let count = stage.workOff(worker, most: 220).count { theirs.contains($0) }
        #expect(abs(Double(count) - 220 * weight / (1 + weight)) <= 2)
    }

    @Test("A plan that had nothing to do has saved no credit")
    func savesNoCredit() throws {
        var stage = try Stage(plans: [Stage.plan("first"), Stage.plan("second")])
        let (first, second, worker) = (stage.account(0), stage.account(1), stage.worker())
        for _ in 0..<50 { try stage.submit(first) }
        _ = stage.workOff(worker)
        // Nobody waits any more; then the one that never asked comes first.
        let theirs = Set(try (0..<50).map { _ in try stage.submit(second) })
        for _ in 0..<50 { try stage.submit(first) }
        let count = stage.workOff(worker, most: 40).count { theirs.contains($0) }
        #expect((19...21).contains(count))
    }

    @Test("Weights that change while work runs leave no debt and no credit behind")
    func refundsWhatWasCharged() throws {
        var stage = try Stage(plans: [Stage.plan("first"), Stage.plan("second")])
        let (first, second, worker) = (stage.account(0), stage.account(1), stage.worker(slots: 4))
        for _ in 0..<40 { try stage.submit(first) }
        let before = stage.scheduler.lanes[0].service
        _ = stage.fill(worker)
        #expect(stage.scheduler.replace(plan: 0, with: Stage.plan("first", weight: 0.001)) == true)
        stage.scheduler.remove(worker, isFault: false, at: stage.now)
        #expect(abs(stage.scheduler.lanes[0].service - before) < 1e-9)
        #expect(stage.scheduler.replace(plan: 0, with: Stage.plan("first")) == true)
        let theirs = Set(try (0..<40).map { _ in try stage.submit(second) })
        let other = stage.worker()
        let count = stage.workOff(other, most: 40).count { theirs.contains($0) }
        #expect((18...22).contains(count))
    }

    @Test("More lanes than a word has bits are served in turn")
    func servesManyLanes() throws {
        var stage = try Stage(plans: (0..<90).map { Stage.plan("p\($0)") })
        let worker = stage.worker()
        for plan in 0..<90 { try stage.submit(stage.account(plan)) }
        #expect(Set(stage.workOff(worker)).count == 90)
    }

    @Test("With many lanes, a worker passes over what another one should take, and finds the rest")
    func passesOverInManyLanes() throws {
        var stage = try Stage(plans: (0..<90).map { Stage.plan("p\($0)", rank: 89 - $0) }) { $0.retryBudget = 9 }
        let (worker, other) = (stage.worker(), stage.worker())
        let failing = try stage.submit(stage.account(0))
        let failed = try #require(stage.fill(worker).first)
        try stage.submit(stage.account(1))
        let busy = try #require(stage.fill(other).first)
        stage.finish(failed, .failed)
        stage.pass(2)
        stage.scheduler.tick(at: stage.now)
        let last = try stage.submit(stage.account(70))
        #expect(stage.fill(worker).first?.job == last)
        stage.finish(busy)
        #expect(stage.fill(other).first?.job == failing)
    }

    @Test("One account's shape does not keep another account of its plan waiting for ever")
    func shapesDoNotStarve() throws {
        var stage = try Stage(plans: [Stage.plan("first"), Stage.plan("second")])
        let worker = stage.worker(slots: 2, sharesBatch: true)
        let (other, common, rare) = (stage.account(0), stage.account(1), stage.account(1))
        for _ in 0..<100 { try stage.submit(other) }
        for _ in 0..<100 { try stage.submit(common) }
        let job = try stage.submit(rare, shape: 7)
        var batches = 0
        while stage.end(of: job) == nil, batches < 20 {
            for assignment in stage.fill(worker) {
                stage.pass(1)
                stage.finish(assignment)
            }
            batches += 1
        }
        #expect(batches < 8)
    }

    @Test("Only tasks of one shape share a batch, however large the numbers of the shapes are")
    func tellsShapesApart() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let worker = stage.worker(slots: 4, sharesBatch: true)
        try stage.submit(stage.account(), shape: 1_024 * 1_024)
        try stage.submit(stage.account(), shape: 512 * 512)
        #expect(stage.fill(worker).count == 1)
    }
}
