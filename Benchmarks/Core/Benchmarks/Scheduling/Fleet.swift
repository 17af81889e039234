import SurgeCore

/// A scheduler with many waiting jobs, ten of them to an account, and one worker with eight slots.
struct Fleet {
    private(set) var scheduler: Scheduler
    private let accounts: [AccountHandle]
    private let worker: WorkerHandle
    private var running: [Assignment] = []
    private var microseconds: Int64 = 1_700_000_000_000_000
    private var random: UInt64 = 1
    private var cycles = 0

    init(waiting: Int) {
        var free = Plan(name: "free")
        free.mostActiveJobs = .max
        free.patienceSeconds = 1e8
        free.horizonSeconds = 1e8
        var pro = free
        pro.name = "pro"
        pro.rank = 1
        let rungs = [("384", 384, 0.0139, 0.55), ("512", 512, 0.0239, 0.66), ("1024", 1_024, 0.1022, 1.0)]
        let ladder = Ladder(
            rungs.map { Rung(name: $0.0, workingSide: $0.1, costDeviceSeconds: $0.2, quality: $0.3) }
        )
        guard let ladder else { preconditionFailure("the benchmark's own ladder is sound") }
        scheduler = Scheduler(
            configuration: Scheduler.Configuration(
                plans: [free, pro],
                models: [Scheduler.Model(name: "model", ladder: ladder)]
            )
        )
        let now = Instant(microseconds: microseconds)
        var accounts: [AccountHandle] = []
        for index in 0..<max(1, waiting / 10) {
            accounts.append(scheduler.open(.init(plan: index % 10 == 0 ? 1 : 0), at: now))
        }
        self.accounts = accounts
        let profile = WorkerProfile(name: "worker", slots: 8, models: [0], heartbeatSeconds: .infinity)
        worker = scheduler.join(profile, at: now)
        for _ in 0..<waiting { submit() }
        running = scheduler.fill(worker, at: now)
        // The first cycles find everything in order; what is measured is the order of a queue that has been used.
        for _ in 0..<min(waiting, 100_000) { cycle() }
    }

    /// One job comes in, one task ends, one begins.
    mutating func cycle() {
        microseconds += 1_000
        cycles += 1
        submit()
        let now = Instant(microseconds: microseconds)
        scheduler.finish(running[cycles % running.count].lease, .done, at: now)
        if let next = scheduler.fill(worker, at: now).first { running[cycles % running.count] = next }
        _ = scheduler.takeEffects()
        if cycles.isMultiple(of: 1_000) { scheduler.tick(at: now) }
    }

    private mutating func submit() {
        // A linear congruential generator (Knuth's MMIX constants): fast enough not to be measured.
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let account = accounts[Int(random >> 33) % accounts.count]
        let now = Instant(microseconds: microseconds)
        let demand = Demand(account: account, model: 0, wantedRung: 2, fingerprint: random | 1)
        switch scheduler.submit(demand, at: now) {
        case .run(let job, _), .queued(let job, _), .deferred(let job, _): scheduler.confirm(job, at: now)
        case .joined, .refused: break
        }
    }
}
