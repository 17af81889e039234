internal import SurgeCore

/// A crowd in one lane, whose queue grows, and is worked off: predictions stay close to what is exact.
extension ComponentChecks {
    private static let accountCount = 60

    static func crowdProblems() -> [String] {
        var plan = Plan(name: "crowd")
        (plan.patienceSeconds, plan.horizonSeconds, plan.mostActiveJobs) = (1e7, 1e7, 10_000)
        let rung = Rung(name: "only", workingSide: 256, costDeviceSeconds: 1, quality: 1)
        guard let ladder = Ladder([rung]) else { return ["a ladder of one rung is turned away"] }
        let model = Scheduler.Model(name: "m", ladder: ladder)
        let configuration = Scheduler.Configuration(plans: [plan], models: [model])
        var harness = Harness(configuration: configuration, now: 1_000_000_000_000, fault: nil, hasReference: true)
        harness.closeInterval = 2_000
        let accounts = (0...accountCount).map { _ in harness.open(.init(plan: 0)) }
        let worker = harness.join(WorkerProfile(name: "w", slots: 1, models: [0], heartbeatSeconds: 1e9))
        var problems: [String] = []
        for (place, tasks) in [1, 2, 32, 32].enumerated() {
            for account in accounts.dropLast() { submit(account, tasks, &harness) }
            if let problem = problem(accounts[accountCount], harness) { problems.append("grown \(place): \(problem)") }
        }
        for place in 0..<4 {
            for _ in 0..<accountCount * 12 { work(worker, &harness) }
            if let problem = problem(accounts[accountCount], harness) { problems.append("served \(place): \(problem)") }
        }
        problems += listenerProblems(accounts[0], &harness)
        problems += harness.checker.violations.map(\.description)
        return problems.prefix(1).map { "promise 11 (honestClocks): \($0)" }
    }

    private static func submit(_ account: AccountHandle, _ tasks: Int, _ harness: inout Harness) {
        let demand = Demand(account: account, model: 0, wantedRung: 0, taskCount: tasks, isDetached: true)
        switch harness.submit(demand) {
        case .run(let job, _), .queued(let job, _), .deferred(let job, _): harness.confirm(job)
        case .joined, .refused: break
        }
    }

    private static func work(_ worker: WorkerHandle, _ harness: inout Harness) {
        let assigned = harness.fill(worker)
        harness.now += 1_000_000
        for assignment in assigned { harness.finish(assignment.lease, .done) }
    }

    /// What a newcomer is told, for few pictures and many, beside an exact count.
    private static func problem(_ newcomer: AccountHandle, _ harness: Harness) -> String? {
        guard let reference = harness.reference else { return nil }
        for tasks in [1, 4, 12, 32] {
            let demand = Demand(account: newcomer, model: 0, wantedRung: 0, taskCount: tasks)
            let told = harness.scheduler.expectedWaitSeconds(of: demand, at: harness.instant)
            let exact = reference.forecast(reference.lanes[0], nil, 1, tasks, harness.now).seconds
            if abs(told - exact) > 0.1 * exact + Double(accountCount) * 0.25 {
                return "\(tasks) pictures are predicted \(told) s and take \(exact) s"
            }
        }
        return nil
    }

    /// More listeners than can be counted are as many as can be.
    private static func listenerProblems(_ account: AccountHandle, _ harness: inout Harness) -> [String] {
        let demand = Demand(account: account, model: 0, wantedRung: 0)
        guard case .queued(let job, _) = harness.scheduler.submit(demand, at: harness.instant) else { return [] }
        for _ in 0..<70_000 { harness.scheduler.attach(job, at: harness.instant) }
        let isKnown = harness.scheduler.outlook(of: job, at: harness.instant) != nil
        return isKnown ? [] : ["a job with many listeners is forgotten"]
    }
}
