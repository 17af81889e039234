internal import Scenarios
internal import SurgeCore

/// What a rehearsal is like: a random world, and which faults happen in it how often. Each fault is off in many runs, so
/// that none hides what another would show (swarm testing: Groce et al., ISSTA 2012).
struct StageSettings: Sendable {
    /// How often each fault happens, as a share of all events; 0: never.
    struct Faults: Hashable, Sendable {
        var kill = 0.0
        var commitFails = 0.0
        var slowRecords = 0.0
        var crash = 0.0
        var silence = 0.0
        var lie = 0.0
        var failure = 0.0
        var postpone = 0.0
        var jumpAhead = 0.0
        var jumpBack = 0.0
        var leave = 0.0
        var again = 0.0
        var cancel = 0.0
        var drain = 0.0
        var health = 0.0
        var replace = 0.0
        var change = 0.0
        var close = 0.0
        var precheck = 0.0
        var lateWake = 0.0
        var hold = 0.0
    }

    var world: WorldSettings
    var faults = Faults()
    var accounts: [StageRecords.Account] = []
    var start: Int64 = 0
    var excused: Set<Promise> = []
    var fault: Fault?
    /// How many requests there are for each second of work that the fleet does.
    var load = 1.0
    /// Whether clients ask a few at a time, so that everything is exact, or by the dozen.
    var isWide = false
    var lengthEvents = 700
    /// How often everything that can be asked is asked, in events of the scheduler.
    var closeInterval = 150
    /// Whether the records keep which tasks are done, and at which rung.
    var keepsProgress = false

    var hasJumps: Bool { faults.jumpAhead > 0 || faults.jumpBack > 0 }

    init(_ random: inout RandomStream) {
        world = WorldSettings(&random)
        func chance(_ share: Double) -> Bool { random.unit() < share }
        func rate(_ share: Double, _ most: Double) -> Double { chance(share) ? most * (0.1 + 0.9 * random.unit()) : 0 }
        faults.kill = rate(0.35, 0.01)
        faults.commitFails = rate(0.3, 0.3)
        faults.slowRecords = rate(0.4, 0.8)
        faults.crash = rate(0.35, 0.02)
        faults.silence = rate(0.25, 0.01)
        faults.lie = rate(0.35, 0.04)
        faults.failure = rate(0.35, 0.3)
        // Now and then hardly anything works.
        if chance(0.06) { faults.failure = 0.95 }
        faults.jumpAhead = rate(0.2, 0.004)
        faults.jumpBack = rate(0.2, 0.004)
        faults.leave = rate(0.5, 0.1)
        faults.again = rate(0.5, 0.1)
        faults.cancel = rate(0.5, 0.05)
        faults.drain = rate(0.3, 0.02)
        faults.health = rate(0.35, 0.04)
        faults.replace = rate(0.2, 0.01)
        faults.change = rate(0.2, 0.01)
        faults.close = rate(0.3, 0.02)
        faults.precheck = rate(0.3, 0.03)
        faults.lateWake = rate(0.3, 0.6)
        faults.hold = rate(0.3, 0.02)
        load = [0.3, 0.8, 1.2, 3][random.below(4)]
        keepsProgress = chance(0.3)
        isWide = chance(0.08)
        if isWide { lengthEvents = 2_500 }
        // Some are near a midnight, and some begin at it.
        start = 86_400_000_000 * 20_000 - Int64(random.unit() * (chance(0.5) ? 20_000_000 : 2e10))
        shape(&random)
        // After all others: what they are does not depend on it.
        faults.postpone = rate(0.3, 0.3)
    }

    /// What the worlds of the tests do not have: short leases and heartbeats, features switched off, accounts by the dozen.
    private mutating func shape(_ random: inout RandomStream) {
        world.configuration.leaseFactor = [1.5, 4, 10][random.below(3)]
        world.configuration.leaseSeconds = 0.2 + random.unit() * random.unit() * 30
        world.configuration.retryBudget = 1 + random.below(4)
        world.configuration.quarantineAfter = 1 + random.below(3)
        world.configuration.governorSeconds = [0.25, 0.5, 1][random.below(3)]
        if random.unit() < 0.12 {
            let features: [Scheduler.Features] = [.fairness, .governor, .deadlines, .bounds, .preemption]
            for feature in features where random.unit() < 0.4 { world.configuration.features.remove(feature) }
            if random.unit() < 0.3 { world.configuration.features = .firstCome }
            excused = Self.excused(world.configuration.features)
        }
        for index in world.workers.indices {
            world.workers[index].heartbeatSeconds = faults.silence > 0 ? 2 + random.unit() * 8 : 1e6
            if random.unit() < 0.3 { world.workers[index].loadSeconds = random.unit() * 2 }
        }
        if random.unit() < 0.3 { loosen(&random) }
        if random.unit() < 0.25 { shareBatches(&random) }
        let count = isWide ? 50 + random.below(60) : 1 + random.below(14)
        accounts = (0..<count).map { _ in
            let plan = random.below(world.configuration.plans.count)
            let isPrepaid = world.configuration.plans[plan].priceMillicredits > 0 && random.unit() < 0.5
            return StageRecords.Account(
                plan: plan,
                allowance: random.unit() < 0.1 ? random.below(40) : nil,
                granted: isPrepaid ? random.below(4_000) : nil
            )
        }
    }

    /// Time enough for queues to grow, and delays for the governor to chase.
    private mutating func loosen(_ random: inout RandomStream) {
        for plan in world.configuration.plans.indices {
            world.configuration.plans[plan].patienceSeconds = 5 + random.unit() * 60
            world.configuration.plans[plan].horizonSeconds = 5 + random.unit() * 200
            world.configuration.plans[plan].targetDelaySeconds = 0.2 + random.unit() * 3
        }
    }

    /// Batches of several steps, and classes that take slots from each other.
    private mutating func shareBatches(_ random: inout RandomStream) {
        for index in world.workers.indices {
            world.workers[index].sharesBatch = random.unit() < 0.8
            world.workers[index].slots = 2 + random.below(5)
        }
        for plan in world.configuration.plans.indices {
            world.configuration.plans[plan].rank = random.below(3)
            world.configuration.plans[plan].mostActiveJobs = max(20, world.configuration.plans[plan].mostActiveJobs)
        }
        for index in world.configuration.models.indices {
            let rungs = world.configuration.models[index].ladder.rungs.map { rung in
                Rung(
                    name: rung.name,
                    workingSide: rung.workingSide,
                    costDeviceSeconds: rung.costDeviceSeconds * 3,
                    quality: rung.quality,
                    steps: 2 + random.below(8)
                )
            }
            if let ladder = Ladder(rungs) { world.configuration.models[index].ladder = ladder }
        }
        load = 3
    }

    /// Promises that a scheduler without some of its features does not make.
    static func excused(_ features: Scheduler.Features) -> Set<Promise> {
        var excused: Set<Promise> = []
        if !features.contains(.fairness) { excused.formUnion([.fair, .prompt, .workConserving]) }
        if !features.contains(.governor) { excused.insert(.qualityOpenly) }
        if !features.contains(.deadlines) { excused.insert(.noDeadWork) }
        if !features.contains(.bounds) { excused.formUnion([.bounded, .refusalTyped]) }
        if !features.contains(.preemption) { excused.insert(.prompt) }
        return excused
    }
}
