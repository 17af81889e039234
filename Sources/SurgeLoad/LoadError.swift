internal import Scenarios

/// Why a load cannot be played or shown.
public enum LoadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A field of the scenario has a value that makes no sense.
    case invalid(field: String, reason: String, remedy: String)
    /// A file cannot be read, or is not what it should be.
    case unreadable(file: String, reason: String)
    /// The target is no address that requests can be sent to.
    case badTarget(url: String)
    /// The target is another machine and nobody said that this is meant.
    case remoteTarget(host: String)
    /// Nothing answers at the target.
    case unreachable(url: String)
    /// The schedule has more requests than one run may send.
    case tooManyRequests(planned: Int, limit: Int)
    /// The run would last longer than one run may.
    case tooLong(seconds: Double, limit: Double)
    /// There are fewer keys of a plan than the scenario has users of it.
    case notEnoughKeys(plan: String, needed: Int, given: Int)
    /// Reports of different scenarios cannot be set side by side.
    case differentScenarios(first: String, second: String)

    /// A message for a person.
    public var description: String {
        switch self {
        case .invalid(let field, let reason, let remedy): "\(field): \(reason); \(remedy)"
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)"
        case .badTarget(let url): "'\(url)' is no target; give one like http://127.0.0.1:8080"
        case .remoteTarget(let host):
            "\(host) is not this machine; a load can bring a server down, so allow remote targets if you mean it"
        case .unreachable(let url): "nothing answers at \(url); start the server first"
        case .tooManyRequests(let planned, let limit):
            "the schedule has \(planned) requests and one run sends at most \(limit); lower the rate or the"
                + " duration, or a day's --scale"
        case .tooLong(let seconds, let limit):
            "the run would last \(seconds) s and may last \(limit) s; lower the duration, or raise a day's --speed"
        case .notEnoughKeys(let plan, let needed, let given):
            "the scenario has \(needed) users of the plan '\(plan)' and there are \(given) keys; make more keys"
        case .differentScenarios(let first, let second):
            "'\(first)' and '\(second)' are different scenarios; compare runs of the same one"
        }
    }
}

extension LoadError {
    init(_ error: ScenarioError) {
        switch error {
        case .invalid(let field, let reason, let remedy):
            self = .invalid(field: field, reason: reason, remedy: remedy)
        case .unreadable(let file, let reason): self = .unreadable(file: file, reason: reason)
        }
    }
}
