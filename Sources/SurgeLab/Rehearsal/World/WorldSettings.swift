internal import Scenarios
internal import SurgeCore

/// What a random world is like: which features it has and which faults happen in it (swarm testing: Groce et al., ISSTA
/// 2012), so that every combination comes up and no fault hides all others.
struct WorldSettings {
    var configuration: Scheduler.Configuration
    var accountCount: Int
    var heavyCount: Int
    /// By account: which plan.
    var plans: [Int] = []
    var workers: [WorkerProfile] = []
    /// By worker: seconds that it really takes for one of expected work.
    var speeds: [Double] = []
    var meanGapSeconds: Double
    var hasShapes: Bool
    var hasManyTasks: Bool
    var hasSizes: Bool
    var hasDetached: Bool
    var hasLeavers: Bool
    var hasTwins: Bool
    var hasWithdrawals: Bool
    var hasReplacements: Bool
    var hasClockSteps: Bool
    var hasCrashes: Bool
    var hasSilence: Bool
    var hasErrors: Bool
    var hasThrottling: Bool
    var hasStrayMessages: Bool
    var hasDrains: Bool
    var hasDelays: Bool
    var hasUpgrades: Bool
    var hasHolds: Bool
    /// Drawn by the world, whose other draws do not depend on it.
    var hasPostponing = false
    var isTight: Bool

    init(_ random: inout RandomStream) {
        func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }
        hasShapes = chance(0.3)
        hasManyTasks = chance(0.5)
        hasSizes = chance(0.3)
        hasDetached = chance(0.6)
        hasLeavers = chance(0.5)
        hasTwins = chance(0.4)
        hasWithdrawals = chance(0.3)
        hasReplacements = chance(0.2)
        hasClockSteps = chance(0.2)
        hasCrashes = chance(0.3)
        hasSilence = chance(0.2)
        hasErrors = chance(0.3)
        hasThrottling = chance(0.3)
        hasStrayMessages = chance(0.3)
        hasDrains = chance(0.3)
        hasDelays = chance(0.4)
        hasUpgrades = chance(0.2)
        hasHolds = chance(0.3)
        isTight = chance(0.3)
        let models = (0..<Int.random(in: 1...3, using: &random)).map { Self.model($0, &random) }
        let isLimited = chance(0.5)
        let isTight = isTight
        let isRanked = chance(0.7)
        // Now and then more lanes than a word has bits.
        let planCount = chance(0.03) ? 24 : Int.random(in: 1...4, using: &random)
        let plans = (0..<planCount).map { index in
            Self.plan(index, isRanked: isRanked, isLimited: isLimited, isTight: isTight, &random)
        }
        configuration = Scheduler.Configuration(plans: plans, models: models)
        configuration.graceSeconds = Double.random(in: 0.5...10, using: &random)
        configuration.leaseSeconds = Double.random(in: 2...60, using: &random)
        accountCount = Int.random(in: 1...14, using: &random)
        heavyCount = Int.random(in: 1...3, using: &random)
        meanGapSeconds = [0.02, 0.08, 0.3].randomElement(using: &random) ?? 0.08
        self.plans = (0..<accountCount).map { _ in Int.random(in: plans.indices, using: &random) }
        for index in 0..<Int.random(in: 1...4, using: &random) {
            let isShared = chance(0.5)
            var known = models.indices.filter { _ in chance(0.7) }
            if known.isEmpty || index == 0 { known = Array(models.indices) }
            workers.append(
                WorkerProfile(
                    name: "w\(index)",
                    slots: Int.random(in: 1...6, using: &random),
                    models: known,
                    sharesBatch: isShared,
                    loadSeconds: chance(0.3) ? 0.5 : 0,
                    heartbeatSeconds: hasSilence ? 5 : 1e6
                )
            )
            speeds.append(chance(0.5) ? 1 : Double.random(in: 0.3...4, using: &random))
        }
    }

    private static func model(_ index: Int, _ random: inout RandomStream) -> Scheduler.Model {
        var rungs: [Rung] = []
        let isStepped = Bool.random(using: &random)
        // Some are exactly as good as others, or as a floor.
        let isEven = Int.random(in: 0..<4, using: &random) == 0
        for place in 0..<Int.random(in: 1...4, using: &random) {
            rungs.append(
                Rung(
                    name: "\(place)",
                    workingSide: 256 + 128 * place,
                    costDeviceSeconds: 0.02 * Double(1 + place * place) * Double.random(in: 0.8...1.2, using: &random),
                    // Not always better where it costs more.
                    quality: quality(place, isEven: isEven, &random),
                    steps: isStepped ? Int.random(in: 2...8, using: &random) : nil
                )
            )
        }
        let plain = Rung(name: "plain", workingSide: 256, costDeviceSeconds: 0.05, quality: 0.5)
        guard let ladder = Ladder(rungs) ?? Ladder([plain]) else { preconditionFailure("a ladder of one rung is one") }
        return Scheduler.Model(name: "m\(index)", ladder: ladder)
    }

    private static func quality(_ place: Int, isEven: Bool, _ random: inout RandomStream) -> Double {
        let quality = min(1, 0.3 + 0.2 * Double(place) + Double.random(in: -0.15...0.15, using: &random))
        return isEven ? (quality * 5).rounded() / 5 : quality
    }

    static func plan(
        _ index: Int,
        isRanked: Bool,
        isLimited: Bool,
        isTight: Bool,
        _ random: inout RandomStream
    ) -> Plan {
        var plan = Plan(name: "p\(index)")
        plan.rank = isRanked ? index / 2 : 0
        plan.weight = [0.5, 1, 3].randomElement(using: &random) ?? 1
        plan.mostActiveJobs = isLimited ? Int.random(in: 1...40, using: &random) : 100
        if isLimited {
            plan.dailyAllowance = Bool.random(using: &random) ? Int.random(in: 0...300, using: &random) : nil
            plan.picturesPerSecond = Bool.random(using: &random) ? Double.random(in: 0.2...30, using: &random) : nil
            plan.burst = Int.random(in: 1...20, using: &random)
            plan.priceMillicredits = Int.random(in: 0...20, using: &random)
        }
        plan.patienceSeconds = isTight ? Double.random(in: 0.3...8, using: &random) : 3_000
        plan.horizonSeconds = isTight ? Double.random(in: 0.5...20, using: &random) : 6_000
        plan.targetDelaySeconds = Double.random(in: 0.2...5, using: &random)
        plan.floorQuality = Double.random(in: 0...0.9, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 { plan.floorQuality = (plan.floorQuality * 5).rounded(.down) / 5 }
        plan.ceilingQuality = Double.random(in: plan.floorQuality...1, using: &random)
        return plan
    }
}
