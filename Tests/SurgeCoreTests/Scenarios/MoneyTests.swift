import Testing

@testable import SurgeCore

@Suite("Allowances and credits")
struct MoneyTests {
    private static let day = 86_400.0

    private func used(_ stage: Stage, _ account: AccountHandle) -> Int? {
        stage.scheduler.standing(of: account, at: stage.now)?.usedToday
    }

    @Test("Pictures count for the day they were asked on, and a new day begins at nothing")
    func turnsTheDay() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let (account, worker) = (stage.account(), stage.worker())
        stage.pass(Self.day - 10)
        let old = try stage.submit(account, tasks: 3)
        try stage.submit(account)
        #expect(used(stage, account) == 4)
        stage.pass(20)
        #expect(used(stage, account) == 0)
        try stage.submit(account)
        stage.scheduler.cancel(old, at: stage.now)
        #expect(used(stage, account) == 1)
        _ = stage.workOff(worker)
        #expect(used(stage, account) == 1)
    }

    @Test("A clock that goes back over midnight gives no second day")
    func keepsTheDay() throws {
        var stage = try Stage(plans: [Stage.plan()])
        let account = stage.account()
        let first = try stage.submit(account)
        stage.pass(-5)
        let second = try stage.submit(account)
        #expect(used(stage, account) == 2)
        stage.scheduler.cancel(first, at: stage.now)
        stage.scheduler.cancel(second, at: stage.now)
        #expect(used(stage, account) == 0)
    }

    private func priced(ceiling: Double = 1) throws -> Stage {
        var plan = Stage.plan()
        (plan.priceMillicredits, plan.ceilingQuality) = (100, ceiling)
        return try Stage(plans: [plan], rungs: [(1, 0.5), (4, 1)])
    }

    @Test("Credits are reserved, and what was not given is given back")
    func reservesAndSettles() throws {
        var stage = try priced()
        let account = stage.account(millicredits: 1_000)
        let job = try stage.submit(account, tasks: 2)
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.millicredits == 800)
        stage.scheduler.cancel(job, at: stage.now)
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.millicredits == 1_000)
    }

    @Test("Nobody pays for a better picture than the plan gives")
    func paysForWhatIsGiven() throws {
        var stage = try priced(ceiling: 0.6)
        let (account, worker) = (stage.account(millicredits: 1_000), stage.worker())
        let job = try stage.submit(account)
        _ = stage.workOff(worker)
        #expect(stage.end(of: job)?.millicredits == 25)
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.millicredits == 975)
    }

    @Test("An account that turns to prepaying gets nothing back that it never paid")
    func givesBackOnlyWhatWasPaid() throws {
        var stage = try priced()
        let account = stage.account()
        let job = try stage.submit(account)
        stage.scheduler.update(account, plan: 0, dailyAllowance: nil, addedMillicredits: 10)
        stage.scheduler.cancel(job, at: stage.now)
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.millicredits == 10)
    }

    @Test("A price beyond what a job can hold neither overflows nor vanishes")
    func holdsLargePrices() throws {
        var plan = Stage.plan()
        plan.priceMillicredits = .max
        var stage = try Stage(plans: [plan]) { $0.features.remove(.bounds) }
        let account = stage.account(millicredits: 1 << 40)
        let job = try stage.submit(Demand(account: account, model: 0, wantedRung: 0, taskCount: 32, size: 1_000))
        stage.scheduler.cancel(job, at: stage.now)
        #expect(stage.scheduler.standing(of: account, at: stage.now)?.millicredits == 1 << 40)
    }

    @Test("A job is never given a rung below the floor on a ladder where more cost is not always more quality")
    func keepsTheFloor() throws {
        var plan = Stage.plan()
        (plan.floorQuality, plan.patienceSeconds) = (0.6, 7)
        var stage = try Stage(plans: [plan], rungs: [(1, 0.7), (2, 0.3), (8, 1)]) { $0.features.remove(.bounds) }
        let worker = stage.worker()
        try stage.submit(stage.account())
        #expect(stage.fill(worker).map(\.rung) == [0])
    }
}
