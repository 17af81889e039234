internal import Foundation
internal import Scenarios

/// Every request of a run, fixed before the first is sent.
public struct LoadSchedule: Hashable, Sendable {
    /// One request.
    public struct Planned: Hashable, Sendable {
        /// Its number, from 0 in the order of time.
        public let index: Int
        /// When it is sent, in seconds since the start.
        public let seconds: Double
        /// Who sends it: the position among the heads of the scenario's groups, in their order.
        public let user: Int
        /// How long this user waits for this request; nil: as long as its group does.
        public var patienceSeconds: Double?
        /// How many pictures it asks for; nil: as many as the scenario's request.
        public var pictures: Int?
        /// Somebody liked a picture and asks for another: it was not fixed before the run.
        public var isAnother = false
    }

    /// In the order of time.
    public let requests: [Planned]

    /// Plans a scenario. Reads the trace's file if the scenario names one.
    ///
    /// - Parameter seed: nil: the scenario's own.
    public init(_ scenario: LoadScenario, seed: UInt64? = nil) throws(LoadError) {
        if case .day = scenario.arrivals {
            throw .invalid(field: "arrivals.day", reason: "is for reports", remedy: "play the day's own file")
        }
        var trace: ArrivalTrace?
        if case .trace(let file) = scenario.arrivals {
            do { trace = try ArrivalTrace(file: file) } catch { throw LoadError(error) }
        }
        self.init(scenario, seed: seed ?? scenario.seed, trace: trace)
    }

    init(requests: [Planned]) {
        self.requests = requests
    }

    /// The pure part: the same arguments give the same schedule.
    init(_ scenario: LoadScenario, seed: UInt64, trace: ArrivalTrace?) {
        var dealer = UserDealer(scenario, seed: seed)
        let arrivals = trace?.arrivals ?? Self.randomArrivals(scenario, seed: seed)
        requests = arrivals.filter { $0.seconds < scenario.durationSeconds }
            .sorted { $0.seconds < $1.seconds }
            .enumerated()
            .map { Planned(index: $0.offset, seconds: $0.element.seconds, user: dealer.user(for: $0.element)) }
    }

    /// A Poisson process whose rate is constant between steps: unit exponential gaps, stretched by the rate in force.
    ///
    /// Stops one above what a run may send, so that a silly rate costs no memory.
    private static func randomArrivals(_ scenario: LoadScenario, seed: UInt64) -> [ArrivalTrace.Arrival] {
        let steps = scenario.rateSteps
        var generator = RandomStream(seed: seed, stream: 1)
        var arrivals: [ArrivalTrace.Arrival] = []
        for (index, step) in steps.enumerated() where step.ratePerSecond > 0 {
            let end = index + 1 < steps.count ? steps[index + 1].fromSeconds : scenario.durationSeconds
            var now = step.fromSeconds
            while arrivals.count <= LoadLimits.requests {
                // Exponential gaps have no memory, so every step may begin with a fresh one.
                now += -log(1 - generator.unit()) / step.ratePerSecond
                guard now < end else { break }
                arrivals.append(ArrivalTrace.Arrival(seconds: now, user: nil))
            }
        }
        return arrivals
    }
}

extension LoadScenario {
    /// The rate over time; empty for a trace.
    fileprivate var rateSteps: [LoadStep] {
        switch arrivals {
        case .poisson(let rate): [LoadStep(fromSeconds: 0, ratePerSecond: rate)]
        case .steps(let steps): steps
        case .trace, .day: []
        }
    }
}
