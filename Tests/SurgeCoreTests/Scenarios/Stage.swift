import Testing

@testable import SurgeCore

/// A scheduler with a hand on its clock: short words for what scenarios say again and again.
struct Stage {
    static let second: Int64 = 1_000_000
    static let start: Int64 = 86_400_000_000 * 20_000

    var scheduler: Scheduler
    var now = Instant(microseconds: Stage.start)
    private var ended: [JobHandle: JobEnd] = [:]
    var effects: [Effect] = []

    /// Plans in order, one model whose rungs are as given: cost and quality.
    init(
        plans: [Plan] = [Plan(name: "free")],
        rungs: [(cost: Double, quality: Double)] = [(1, 1)],
        steps: Int? = nil,
        models: Int = 1,
        adapt: (inout Scheduler.Configuration) -> Void = { _ in }
    ) throws {
        let rungs = rungs.enumerated().map { place, rung in
            Rung(name: "\(place)", workingSide: 256, costDeviceSeconds: rung.cost, quality: rung.quality, steps: steps)
        }
        let ladder = try #require(Ladder(rungs))
        let all = (0..<models).map { Scheduler.Model(name: "m\($0)", ladder: ladder) }
        var configuration = Scheduler.Configuration(plans: plans, models: all)
        adapt(&configuration)
        scheduler = Scheduler(configuration: configuration)
    }

    /// A plan without limits that patience could reach.
    static func plan(_ name: String = "free", rank: Int = 0, weight: Double = 1) -> Plan {
        var plan = Plan(name: name)
        (plan.rank, plan.weight) = (rank, weight)
        (plan.patienceSeconds, plan.horizonSeconds, plan.mostActiveJobs) = (1e6, 1e6, 1_000_000)
        return plan
    }

    mutating func account(_ plan: PlanIndex = 0, millicredits: Int64? = nil) -> AccountHandle {
        scheduler.open(.init(plan: plan, millicredits: millicredits), at: now)
    }

    mutating func worker(
        slots: Int = 1,
        models: [ModelIndex] = [0],
        sharesBatch: Bool = false,
        heartbeat: Double = 1e9
    ) -> WorkerHandle {
        var profile = WorkerProfile(name: "w", slots: slots, models: models, sharesBatch: sharesBatch)
        profile.heartbeatSeconds = heartbeat
        return scheduler.join(profile, at: now)
    }

    mutating func pass(_ seconds: Double) { now = now.advanced(bySeconds: seconds) }

    @discardableResult
    mutating func submit(_ demand: Demand) throws -> JobHandle {
        let job = try #require(accepted(scheduler.submit(demand, at: now)))
        scheduler.confirm(job, at: now)
        return job
    }

    @discardableResult
    mutating func submit(_ account: AccountHandle, tasks: Int = 1, shape: Int = 0) throws -> JobHandle {
        let top = scheduler.configuration.models[0].ladder.rungs.count - 1
        return try submit(Demand(account: account, model: 0, wantedRung: top, taskCount: tasks, shape: shape))
    }

    func accepted(_ verdict: Verdict) -> JobHandle? {
        switch verdict {
        case .run(let job, _), .queued(let job, _), .deferred(let job, _), .joined(let job): job
        case .refused: nil
        }
    }

    func refused(_ verdict: Verdict) -> Refusal? {
        if case .refused(let refusal) = verdict { refusal } else { nil }
    }

    mutating func fill(_ worker: WorkerHandle) -> [Assignment] { scheduler.fill(worker, at: now) }

    @discardableResult
    mutating func finish(_ assignment: Assignment, _ outcome: TaskOutcome = .done) -> Bool {
        scheduler.finish(assignment.lease, outcome, at: now)
    }

    /// How a job has ended, if it has.
    mutating func end(of job: JobHandle) -> JobEnd? {
        take()
        return ended[job]
    }

    /// Workers that were woken since the last question.
    mutating func woken() -> [WorkerHandle] {
        take()
        defer { effects.removeAll() }
        return effects.compactMap { if case .wake(let worker) = $0 { worker } else { nil } }
    }

    private mutating func take() {
        for effect in scheduler.takeEffects() {
            effects.append(effect)
            if case .ended(let job, let end) = effect { ended[job] = end }
        }
    }

    /// Ends everything, one task after the other on one worker. - Returns: whose jobs got them, in order.
    mutating func workOff(_ worker: WorkerHandle, most: Int = .max) -> [JobHandle] {
        var order: [JobHandle] = []
        while order.count < most, let next = fill(worker).first {
            order.append(next.job)
            pass(next.expectedSeconds)
            finish(next)
        }
        return order
    }
}
