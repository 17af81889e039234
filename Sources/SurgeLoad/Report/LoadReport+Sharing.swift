extension LoadReport {
    /// How evenly users were served, in the window.
    public struct Fairness: Codable, Hashable, Sendable {
        public var groups: [GroupFairness]
        /// Jain's index over all light users; nil when none of them got anything.
        public var lightJain: Double?
        /// Light users with at least one planned request.
        public var lightUsers: Int
        /// Those with at least one planned request.
        public var users: [UserShare]
    }

    /// How evenly the users of a group were served.
    public struct GroupFairness: Codable, Hashable, Sendable {
        public var group: String
        public var isLight: Bool
        /// Users with at least one planned request.
        public var users: Int
        /// Jain's index over their served shares; nil when none of them got anything.
        public var jain: Double?
    }

    /// What one user got. Users are numbered within their group; their keys are never reported.
    public struct UserShare: Codable, Hashable, Sendable {
        public var group: String
        public var number: Int
        public var planned: Int
        public var delivered: Int
        public var servedShare: Double
    }

    /// What quality was given, over the whole run.
    public struct Quality: Codable, Hashable, Sendable {
        /// The best first.
        public var rungs: [RungShare]
        public var byPlan: [PlanQuality]
        /// Deliveries by the quality that was asked for.
        public var requested: [String: Int]
        /// Accepted requests by the verdict at their acceptance: run, queued, deferred.
        public var verdicts: [String: Int]
    }

    /// How many deliveries came from a rung.
    public struct RungShare: Codable, Hashable, Sendable {
        public var rung: String
        /// 0 to 1, as the server rates it.
        public var quality: Double?
        public var delivered: Int
        public var share: Double
    }

    /// The mean quality of a plan's deliveries.
    public struct PlanQuality: Codable, Hashable, Sendable {
        public var plan: String
        /// Deliveries whose quality the server told.
        public var delivered: Int
        public var meanRungQuality: Double?
        /// Deliveries by rung; nil in reports of older versions.
        public var rungs: [String: Int]?
    }

    /// How often the time from sending to delivery lay in the interval that was told at acceptance, give or take 50 ms.
    public struct EstimateCoverage: Codable, Hashable, Sendable {
        /// nil: all plans.
        public var plan: String?
        /// Deliveries that came with an interval.
        public var told: Int
        public var covered: Int
        public var coverage: Double?
        /// The median of the interval's width by its middle.
        public var medianRelativeWidth: Double?
    }

    /// What the server counted between the run's start and its end.
    public struct Server: Codable, Hashable, Sendable {
        public var deviceSeconds: Double?
        public var wastedDeviceSeconds: Double?
        /// Wasted of all device seconds.
        public var wasteShare: Double?
        /// By name and labels, how much every counter of Heatsink grew; nil when the server showed no figures.
        public var counters: [String: Double]?
    }
}
