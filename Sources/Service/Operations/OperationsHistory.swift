public import SurgeCore

/// The last hour in samples of five seconds, for whoever looks after the server. A plain value.
public struct OperationsHistory: Sendable {
    public static let intervalSeconds = 5
    private static let limit = 720

    /// What happened in an interval, as rates per second, and how things stood at its end.
    public struct Sample: Sendable {
        public struct OfPlan: Sendable {
            /// Pictures.
            public let asked: Double
            public let delivered: Double
            /// Requests.
            public let refused: Double
            public let waiting: Int
            public let delaySeconds: Double
            /// 0...1: the mean quality that the governor gives.
            public let quality: Double
        }

        public let at: Instant
        public let capacity: Double
        public let topDemand: Double
        public let floorDemand: Double
        public let deviceSeconds: Double
        public let wastedSeconds: Double
        public let signUps: Double
        /// Outcomes, and those of them inside the interval that their owner was told.
        public let estimates: Double
        public let estimatesHeld: Double
        /// By reason.
        public let refused: [Double]
        public let plans: [OfPlan]
    }

    public let startedAt: Instant
    /// The oldest first.
    public var samples: [Sample] { Array(ring[next...] + ring[..<next]) }

    private var ring: [Sample] = []
    private var next = 0
    private var asked: [Int]
    private var signUps = 0
    private var last: (statistics: Statistics, at: Instant, estimates: Int, held: Int)?

    init(startedAt: Instant, planCount: Int) {
        self.startedAt = startedAt
        asked = Array(repeating: 0, count: planCount)
    }

    mutating func note(asked pictures: Int, of plan: PlanIndex) { asked[plan] += pictures }
    mutating func noteSignUp() { signUps += 1 }

    /// Takes a sample of what happened since the last one.
    ///
    /// - Parameters:
    ///   - told: the time of day, as people see it.
    ///   - now: the clock that counts the seconds that pass.
    mutating func sample(_ core: Scheduler, at told: Instant, steady now: Instant) {
        let statuses = core.configuration.plans.indices.map { core.status(ofPlan: $0, at: now) }
        let outcomes = statuses.reduce(0) { $0 + $1.estimateOutcomes }
        let held = statuses.reduce(0) { $0 + $1.estimateHits }
        defer {
            last = (core.statistics, now, outcomes, held)
            asked = asked.map { _ in 0 }
            signUps = 0
        }
        guard let last, now > last.at else { return }
        let seconds = now.seconds(since: last.at)
        let (new, old) = (core.statistics, last.statistics)
        let plans = statuses.indices.map { plan -> Sample.OfPlan in
            let refused = zip(new.plans[plan].refused, old.plans[plan].refused).reduce(0) { $0 + $1.0 - $1.1 }
            return Sample.OfPlan(
                asked: Double(asked[plan] + refused) / seconds,
                delivered: Double(new.plans[plan].pictures - old.plans[plan].pictures) / seconds,
                refused: Double(refused) / seconds,
                waiting: statuses[plan].waitingTasks,
                delaySeconds: statuses[plan].delaySeconds,
                quality: core.meanQuality(ofPlan: plan)
            )
        }
        let reasons = Refusal.Reason.allCases.indices.map { reason in
            zip(new.plans, old.plans).reduce(0) { $0 + $1.0.refused[reason] - $1.1.refused[reason] }
        }
        let report = core.governor.report
        append(
            Sample(
                at: told,
                capacity: report.capacity,
                topDemand: report.topDemand,
                floorDemand: report.floorDemand,
                deviceSeconds: (new.spentSeconds - old.spentSeconds) / seconds,
                wastedSeconds: (new.wastedSeconds - old.wastedSeconds) / seconds,
                signUps: Double(signUps) / seconds,
                estimates: Double(outcomes - last.estimates) / seconds,
                estimatesHeld: Double(held - last.held) / seconds,
                refused: reasons.map { Double($0) / seconds },
                plans: plans
            )
        )
    }

    private mutating func append(_ sample: Sample) {
        guard ring.count == Self.limit else { return ring.append(sample) }
        ring[next] = sample
        next = (next + 1) % Self.limit
    }
}
