internal import Scenarios
internal import SurgeCore

/// How demands are answered and served: ours, or one to compare it with. All run through the same core, with features of it
/// switched off and what stands in front of it put there.
package struct Policy: Hashable, Sendable {
    package var name: String
    package var summary: String
    var features: Scheduler.Features
    /// Whether people are told apart; without it, everybody of a plan is one account.
    var knowsPeople: Bool
    /// Whether plans' rates, allowances and active limits hold.
    var keepsLimits: Bool
    /// New jobs are turned away while more wait than the fleet does in this time, at the quality that is asked for.
    var boundSeconds: Double?
    /// Whether a request that is sent again finds the job of its first sending, and what that job has painted since.
    var findsOwnJobs: Bool { !features.isDisjoint(with: [.deadlines, .bounds]) }
    /// Pictures a day of accounts that pay nothing, where their plan allows more: what the surge of 2025 was met with.
    var freeAllowance: Int?
    /// Everybody gets the cheapest rung.
    var isFrugal = false

    private init(
        _ name: String,
        _ summary: String,
        features: Scheduler.Features,
        knowsPeople: Bool,
        keepsLimits: Bool,
        boundSeconds: Double? = nil,
        freeAllowance: Int? = nil,
        isFrugal: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.features = features
        self.knowsPeople = knowsPeople
        self.keepsLimits = keepsLimits
        self.boundSeconds = boundSeconds
        self.freeAllowance = freeAllowance
        self.isFrugal = isFrugal
    }

    package static let ours = Policy(
        "ours",
        "Heatsink: fair queue, quality governor, deadlines, bounds by predicted wait, preemption",
        features: .all,
        knowsPeople: true,
        keepsLimits: true
    )

    package static let firstCome = Policy(
        "first-come",
        "one queue without an end, first come, first served; clients that leave are noticed",
        features: .firstCome,
        knowsPeople: false,
        keepsLimits: false
    )

    package static let bounded = Policy(
        "bounded",
        "first come, first served; 503 while the queue holds more than 20 s of work",
        features: .firstCome,
        knowsPeople: false,
        keepsLimits: false,
        boundSeconds: 20
    )

    package static let tokenBucket = Policy(
        "token-bucket",
        "the usual proxy: each account's rate, and three pictures a day for who pays nothing, before first come, first served",
        features: .firstCome,
        knowsPeople: true,
        keepsLimits: true,
        freeAllowance: 3
    )

    package static let boundedTokenBucket = Policy(
        "token-bucket-bounded",
        "the usual proxy, and 503 while the queue holds more than 20 s of work",
        features: .firstCome,
        knowsPeople: true,
        keepsLimits: true,
        boundSeconds: 20,
        freeAllowance: 3
    )

    package static let priority = Policy(
        "priority",
        "strict classes by plan, first come, first served within each",
        features: [.fairness],
        knowsPeople: false,
        keepsLimits: false
    )

    package static let lowestRung = Policy(
        "lowest-rung",
        "bounded first come, first served, and every picture at the cheapest rung",
        features: .firstCome,
        knowsPeople: false,
        keepsLimits: false,
        boundSeconds: 20,
        isFrugal: true
    )

    /// Ours, each with one feature switched off.
    package static let ablations: [Policy] = [
        without("fairness", .fairness), without("governor", .governor), without("deadlines", .deadlines),
        without("bounds", .bounds), without("preemption", .preemption),
    ]

    package static let all: [Policy] =
        [ours, firstCome, bounded, tokenBucket, boundedTokenBucket, priority, lowestRung] + ablations

    package static func named(_ name: String) -> Policy? { all.first { $0.name == name } }

    private static func without(_ name: String, _ feature: Scheduler.Features) -> Policy {
        Policy(
            "ours-without-\(name)",
            "Heatsink with its \(name) switched off",
            features: Scheduler.Features.all.subtracting(feature),
            knowsPeople: true,
            keepsLimits: true
        )
    }

    /// The core's configuration for a day.
    func configuration(_ day: Day, governorSeconds: Double) -> Scheduler.Configuration {
        let plans = day.plans.map { plan -> Plan in
            var plan = plan
            if !keepsLimits {
                plan.dailyAllowance = nil
                plan.picturesPerSecond = nil
                plan.mostActiveJobs = .max
            }
            if let freeAllowance, plan.priceMillicredits == 0 {
                plan.dailyAllowance = min(plan.dailyAllowance ?? freeAllowance, freeAllowance)
            }
            // What knows no deadlines ends no job by one.
            if features.isDisjoint(with: [.deadlines, .bounds]) {
                plan.patienceSeconds = Self.ever
                plan.horizonSeconds = Self.ever
            }
            return plan
        }
        var configuration = Scheduler.Configuration(
            plans: plans,
            models: day.models.map { Scheduler.Model(name: $0.name, ladder: $0.ladder) }
        )
        configuration.features = features
        configuration.governorSeconds = governorSeconds
        return configuration
    }

    private static let ever = 400 * 86_400.0
}
