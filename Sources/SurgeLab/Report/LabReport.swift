/// What the laboratory found: one day under one or several policies. Says nothing of the machine or the time it was made
/// on, so that the same scenario and seed give the same bytes.
///
/// Times are seconds; times of the day count from its start; shares go from 0 to 1; what did not occur is nil.
public struct LabReport: Codable, Hashable, Sendable {
    public var scenario: String
    /// What the scenario says of itself.
    public var summary: String
    /// Where its figures come from.
    public var sources: [String]
    public var seed: UInt64
    /// 0.01: a hundredth of the people, on a hundredth of the fleet.
    public var scale: Double
    /// How many independent cells the day was simulated in, each with its part of people and fleet.
    public var cells: Int
    /// When the day begins: Unix seconds.
    public var startsAt: Double
    public var durationSeconds: Double
    public var plans: [String]
    /// Those of the plans that have a price; nil: the scenario does not say.
    public var payingPlans: [String]?
    public var models: [ModelFigures]
    public var fleet: [PoolFigures]
    /// The first is the one that the page is about; the others stand beside it.
    public var runs: [PolicyRun]
    public var bound: Bound?

    /// A model and its ladder, the best rung first.
    public struct ModelFigures: Codable, Hashable, Sendable {
        public var name: String
        public var rungs: [RungFigures]
    }

    public struct RungFigures: Codable, Hashable, Sendable {
        public var name: String
        public var costDeviceSeconds: Double
        public var quality: Double
    }

    /// Devices of one kind, as the scenario says, at the scale of the run.
    public struct PoolFigures: Codable, Hashable, Sendable {
        public var name: String
        public var device: String
        public var count: Int
        public var dollarsPerHour: Double
    }

    /// What nobody could beat who knew everything beforehand: upper bounds by linear-programming duality.
    public struct Bound: Codable, Hashable, Sendable {
        /// The most requests that could have been delivered to people still waiting, of `asked`.
        public var asked: Int
        public var delivered: Double
        /// The most that the sum of qualities over all delivered pictures could have been.
        public var qualitySum: Double
    }
}

/// A day under one policy.
public struct PolicyRun: Codable, Hashable, Sendable {
    /// `ours`, `first-come`, …
    public var policy: String
    /// What it does, in a sentence.
    public var summary: String
    public var totals: Totals
    /// In the order of the report's plans; those that nobody asked under are left out.
    public var plans: [PlanFigures]
    /// By group of people, in the scenario's order: the same figures.
    public var groups: [PlanFigures]
    public var pools: [PoolUse]
    public var series: [Bin]

    public struct Totals: Codable, Hashable, Sendable {
        /// What people wanted: each request counts once, however often it was sent.
        public var asked: Int
        /// Sendings, retries included.
        public var attempts: Int
        public var delivered: Int
        public var pictures: Int
        /// Sendings that were refused, by reason.
        public var refusals: [String: Int]
        /// Requests that ended without a picture, by how: refused, gaveUp, failed, expired.
        public var unserved: [String: Int]
        public var deferred: Int
        /// Of delivered pictures, in the mean.
        public var meanQuality: Double?
        /// Sum of qualities over delivered pictures.
        public var qualitySum: Double
        public var deviceSeconds: Double
        public var wastedDeviceSeconds: Double
        public var preemptions: Int
        public var lostWorkers: Int
        public var dollars: Double
        public var dollarsPerThousandPictures: Double?
        public var signUps: Int
        /// People who asked at all, and those who got a picture.
        public var peopleAsking: Int
        public var peopleServed: Int
        /// The most jobs that were in the scheduler at a time, over all cells.
        public var mostJobs: Int
    }

    /// What the people of a plan, or of a group, got.
    public struct PlanFigures: Codable, Hashable, Sendable {
        public var name: String
        /// Of a group: its plan; else the same as `name`.
        public var plan: String
        public var asked: Int
        public var delivered: Int
        /// Delivered of asked.
        public var servedShare: Double?
        /// Of asked: those whose last answer was no.
        public var refusedShare: Double?
        /// From the request to the picture.
        public var p50: Double?
        public var p90: Double?
        public var p99: Double?
        public var longest: Double?
        public var meanQuality: Double?
        /// How often a told interval held.
        public var estimatesHeld: Double?
        /// Jain's index of the served share over people; 1: everybody got the same part of what they asked for.
        public var jain: Double?
        /// Pictures by rung, of all models: `model rung`.
        public var rungs: [String: Int]
    }

    /// Devices of one pool over the day.
    public struct PoolUse: Codable, Hashable, Sendable {
        public var name: String
        /// Of the time that its devices were up: busy.
        public var busyShare: Double
        /// Device-hours paid for.
        public var deviceHours: Double
        public var mostDevices: Int
        public var hottestCelsius: Double
        /// Of the busy time: slowed by heat.
        public var throttledShare: Double
        /// Devices that died of heat or otherwise.
        public var failures: Int
    }

    /// A stretch of the day, for plots.
    public struct Bin: Codable, Hashable, Sendable {
        public var fromSeconds: Double
        public var toSeconds: Double
        public var signUps: Int
        /// Jobs waiting at its end.
        public var waiting: Int
        /// In the order of `plans`.
        public var plans: [PlanBin]
        /// In the order of `pools`.
        public var pools: [PoolBin]
    }

    public struct PlanBin: Codable, Hashable, Sendable {
        /// Requests of this time.
        public var asked: Int
        /// Delivered in this time.
        public var delivered: Int
        /// Sendings refused in this time.
        public var refused: Int
        public var deferred: Int
        /// Requests given up in this time.
        public var gaveUp: Int
        /// Waits of what was delivered in this time.
        public var p50: Double?
        public var p99: Double?
        /// Of pictures delivered in this time, in the mean.
        public var quality: Double?
        /// Pictures delivered in this time by rung, in the order of the report's models and their rungs.
        public var rungs: [Int]
    }

    public struct PoolBin: Codable, Hashable, Sendable {
        /// Devices up at its end.
        public var devices: Int
        public var busyShare: Double
        public var meanCelsius: Double
        public var hottestCelsius: Double
        /// Of the speed, what heat took: 0 free, 1 standing still.
        public var throttled: Double
    }
}
