internal import Scenarios
internal import SurgeCore

/// A service in small: accounts, clients, workers and a clock, all of it drawn from one seed.
struct World {
    /// A task in a worker's hands, by the world's own physics.
    struct Held {
        let lease: LeaseID
        let steps: Int
        var left: Int
        let due: Int64
    }

    struct LiveWorker {
        var handle: WorkerHandle
        let profile: WorkerProfile
        var speed: Double
        var held: [Held] = []
        var isDraining = false
        var isSilent = false
        var isGone = false
    }

    let seed: UInt64
    var random: RandomStream
    /// Faults that pass are drawn apart, so that a world without them is what it was before there were any.
    var passing: RandomStream
    var settings: WorldSettings
    var harness: Harness
    var accounts: [AccountHandle] = []
    var workers: [LiveWorker] = []
    var reserved: [JobHandle] = []
    /// Some of the jobs that were accepted, whatever has become of them.
    var known: [JobHandle] = []
    var recent: [Demand] = []
    var oldLeases: [LeaseID] = []
    var nextTick: Int64 = 0
    var fingerprint: UInt64 = 0
    /// State hashes on the way, if they are wanted.
    var hashes: [UInt64] = []
    var hashInterval: Int?

    init(
        seed: UInt64,
        fault: Fault? = nil,
        hasReference: Bool = false,
        adapt: (inout WorldSettings) -> Void = { _ in }
    ) {
        self.seed = seed
        random = RandomStream(seed: seed)
        passing = RandomStream(seed: seed, stream: 3)
        settings = WorldSettings(&random)
        settings.hasPostponing = passing.unit() < 0.3
        adapt(&settings)
        // Just before midnight, so that a day ends in some worlds.
        let start: Int64 = 86_400_000_000 * 20_000 - Int64.random(in: 0...200_000_000, using: &random)
        harness = Harness(configuration: settings.configuration, now: start, fault: fault, hasReference: hasReference)
        let shares = settings.workers.contains { $0.sharesBatch }
        harness.checker.fairness.batch = shares ? Double(settings.workers.map(\.slots).max() ?? 1) : 1
        harness.checker.hasTightDeadlines = settings.isTight
        for index in 0..<settings.accountCount {
            let isPrepaid = settings.configuration.plans[settings.plans[index]].priceMillicredits > 0 && index % 2 == 0
            accounts.append(
                harness.open(
                    .init(plan: settings.plans[index], millicredits: isPrepaid ? Int64(20_000 * (1 + index)) : nil)
                )
            )
        }
        for index in settings.workers.indices { addWorker(settings.workers[index], settings.speeds[index]) }
    }

    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    mutating func addWorker(_ profile: WorkerProfile, _ speed: Double) {
        workers.append(LiveWorker(handle: harness.join(profile), profile: profile, speed: speed))
    }

    /// Runs until there were so many events. - Returns: what was broken.
    mutating func advance(events: Int) -> [Violation] {
        while harness.eventCount < events, harness.checker.violations.isEmpty { turn() }
        return harness.checker.violations
    }

    /// Runs until there were so many events, then lets everything end. - Returns: what was broken.
    mutating func run(events: Int) -> [Violation] {
        _ = advance(events: events)
        if harness.checker.violations.isEmpty { drainAll() }
        return harness.checker.violations
    }

    private mutating func turn() {
        let gap = settings.meanGapSeconds * Double.random(in: 0...2, using: &random)
        harness.now += Int64(gap * 1_000_000)
        if settings.hasClockSteps, chance(0.002) {
            let isForwards = chance(0.5)
            harness.now += isForwards ? 30_000_000 : -Int64.random(in: 0...300_000, using: &random)
            harness.checker.hasJumped = harness.checker.hasJumped || isForwards
            harness.checker.levels = []
            harness.checker.raisedAt = harness.checker.raisedAt.map { _ in nil }
        }
        for index in workers.indices { work(index) }
        act()
        fillWoken()
        if harness.now >= nextTick || nextTick - harness.now > 1_000_000 {
            nextTick = harness.now + 250_000
            harness.tick()
            noteLost()
            fillWoken()
        }
        if let hashInterval, harness.eventCount / hashInterval > hashes.count {
            hashes.append(harness.scheduler.stateHash)
        }
    }

    // MARK: Workers at work

    mutating func fill(_ index: Int) {
        guard !workers[index].isGone else { return }
        hold(harness.fill(workers[index].handle), index)
    }

    private mutating func hold(_ assignments: [Assignment], _ index: Int) {
        for assignment in assignments {
            let rung = settings.configuration.models[assignment.model].ladder.rungs[assignment.rung]
            let steps = rung.steps ?? 1
            let seconds = rung.costDeviceSeconds * workers[index].speed * Double.random(in: 0.7...1.3, using: &random)
            let beside = Double(workers[index].held.count + 1)
            let due = harness.now + Int64(seconds * beside * 1_000_000)
            workers[index].held.append(
                Held(lease: assignment.lease, steps: steps, left: steps - assignment.stepsDone, due: due)
            )
        }
    }

    mutating func fillWoken() {
        // Sometimes a worker is slow to come.
        if settings.hasDelays, chance(0.3) { return }
        for handle in harness.woken {
            guard let index = workers.firstIndex(where: { $0.handle == handle }) else { continue }
            if workers[index].isSilent { continue }
            fill(index)
        }
    }

    private mutating func work(_ index: Int) {
        guard !workers[index].isGone, !workers[index].isSilent else { return }
        if settings.hasSilence { harness.report(harness.health(of: workers[index].handle), of: workers[index].handle) }
        guard !workers[index].held.isEmpty else { return }
        if workers[index].profile.sharesBatch {
            stepBatch(index)
        } else if let place = workers[index].held.firstIndex(where: { $0.due <= harness.now }) {
            finish(index, place)
            fill(index)
        }
    }

    private mutating func stepBatch(_ index: Int) {
        guard workers[index].held.contains(where: { $0.due <= harness.now }) || chance(0.3) else { return }
        stepOnce(index)
        while let place = workers[index].held.firstIndex(where: { $0.left <= 0 }) { finish(index, place) }
        fill(index)
    }

    mutating func stepOnce(_ index: Int) {
        let (orders, joining) = harness.step(workers[index].handle)
        let leaving = orders.dropped + orders.paused
        if !leaving.isEmpty { workers[index].held.removeAll { leaving.contains($0.lease) } }
        for place in workers[index].held.indices { workers[index].held[place].left -= 1 }
        hold(joining, index)
    }

    private mutating func finish(_ index: Int, _ place: Int) {
        let held = workers[index].held.remove(at: place)
        if settings.hasPostponing, passing.unit() < 0.1 {
            let until = harness.now + Int64(20_000_000 * passing.unit())
            return harness.postpone(held.lease, until: until, keepsState: passing.unit() < 0.5)
        }
        var outcome = TaskOutcome.done
        if settings.hasErrors, chance(0.05) { outcome = chance(0.3) ? .failedForGood : .failed }
        harness.finish(held.lease, outcome)
        if settings.hasStrayMessages {
            oldLeases.append(held.lease)
            if chance(0.1), let old = oldLeases.randomElement(using: &random) { harness.finish(old, .done) }
            if oldLeases.count > 16 { oldLeases.removeFirst() }
        }
    }

    /// Workers that count as lost come back as new ones.
    mutating func noteLost() {
        for index in workers.indices where !workers[index].isGone {
            guard harness.scheduler.condition(of: workers[index].handle, at: harness.instant) == nil else { continue }
            restart(index)
        }
    }

    mutating func restart(_ index: Int) {
        let worker = workers[index]
        oldLeases.append(contentsOf: worker.held.map(\.lease).prefix(2))
        workers[index] = LiveWorker(handle: harness.join(worker.profile), profile: worker.profile, speed: worker.speed)
    }
}

extension Harness {
    /// What a worker last said of itself.
    func health(of worker: WorkerHandle) -> WorkerHealth {
        scheduler.condition(of: worker, at: instant)?.health ?? WorkerHealth()
    }
}
