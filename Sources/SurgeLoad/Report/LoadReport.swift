/// What a run measured. Times are seconds; times of the run count from its start; shares go from 0 to 1; whatever the
/// server did not tell is nil.
public struct LoadReport: Codable, Hashable, Sendable {
    /// The name of the run, for comparisons.
    public var label: String
    public var target: String
    /// Unix seconds.
    public var startedAt: Double
    public var scenario: LoadScenario
    public var totals: Totals
    /// The commonest first.
    public var failures: [Failure]
    public var window: Window
    /// In the window; for each plan one row of all its groups (`group` is nil), then one for each of them.
    public var waits: [Waits]
    public var fairness: Fairness
    public var quality: Quality
    /// How often the told interval held, by plan; the last row is of all plans (`plan` is nil).
    public var eta: [EstimateCoverage]
    public var server: Server
    public var backlog: Backlog
    public var health: Health
    public var seconds: [Second]
    /// By plan, for every five seconds of planned times.
    public var waitsOverTime: [WaitsAtTime]

    /// The whole run.
    public struct Totals: Codable, Hashable, Sendable {
        public var planned: Int
        public var sent: Int
        /// Sendings, retries included.
        public var attempts: Int
        public var deliveredRequests: Int
        public var deliveredPictures: Int
        public var failedRequests: Int
        /// Sendings that were answered with 429 or 503.
        public var refusedAttempts: Int
        /// Until the last request had ended.
        public var elapsedSeconds: Double
        /// Goodput: pictures delivered, by `elapsedSeconds`.
        public var picturesPerSecond: Double
    }

    /// A way in which requests failed.
    public struct Failure: Codable, Hashable, Sendable {
        public var kind: String
        public var status: Int?
        /// The error's `code`.
        public var code: String?
        /// Sendings that ended in this way.
        public var attempts: Int
        /// Requests that ended in this way for good.
        public var requests: Int
    }

    /// The part of the run that waits and fairness are of.
    public struct Window: Codable, Hashable, Sendable {
        public var fromSeconds: Double
        public var toSeconds: Double
        /// Requests planned for this time.
        public var planned: Int
        /// Pictures delivered in this time, whenever they were asked for.
        public var deliveredPictures: Int
        public var picturesPerSecond: Double
    }

    /// How long requests took from the time they were planned for to their delivery.
    public struct Waits: Codable, Hashable, Sendable {
        public var plan: String
        /// nil: all groups of the plan.
        public var group: String?
        public var planned: Int
        public var delivered: Int
        /// Delivered of planned; nil when none was planned.
        public var servedShare: Double?
        /// Of planned: those whose last answer was no; nil when none was planned.
        public var refusedShare: Double?
        public var p50: Double?
        public var p90: Double?
        public var p99: Double?
        public var maximum: Double?
    }

    /// Waits of requests that were planned for some seconds of the run.
    public struct WaitsAtTime: Codable, Hashable, Sendable {
        public var fromSeconds: Double
        public var plan: String
        public var delivered: Int
        public var p50: Double
        public var p99: Double
    }

    /// How long the server needed to get idle.
    public struct Backlog: Codable, Hashable, Sendable {
        /// Since the last planned request; nil when the server does not say.
        public var seconds: Double?
        /// Whether it got idle at all while the tool was looking; nil when the server does not say.
        public var isGone: Bool?
    }

    /// What the tool itself did wrong.
    public struct Health: Codable, Hashable, Sendable {
        /// How much later than planned requests were sent.
        public var worstLatenessSeconds: Double
        public var p99LatenessSeconds: Double
        /// Sentences for a person; while there are any, the figures are not to be trusted.
        public var warnings: [String]
    }

    /// One second of the run.
    public struct Second: Codable, Hashable, Sendable {
        public var second: Int
        /// Requests planned for it.
        public var offered: Int
        /// Requests delivered in it.
        public var delivered: Int
        /// Sendings answered with 429 or 503 in it.
        public var refused: Int
        /// Requests in flight at its end.
        public var waiting: Int
        /// Deliveries in it by rung.
        public var rungs: [String: Int]
    }
}
