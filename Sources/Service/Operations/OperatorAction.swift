public import Records

/// What an operator can change while the server runs.
public enum OperatorAction: Hashable, Sendable {
    /// The settings replace all changes of the plan; none: it is as configured again.
    case plan(String, settings: [String: String])
    /// No picture of the plan is begun for this long; 0 ends it.
    case deferral(plan: String, minutes: Int)
    /// No picture of the model is begun for this long; 0 ends it.
    case pause(model: String, minutes: Int)
    /// The worker gets nothing new, or again.
    case drain(worker: String, isDraining: Bool)

    /// A day: whoever waits must be told when it goes on.
    public static let mostMinutes = 1_440

    var kind: String {
        switch self {
        case .plan: "plan"
        case .deferral: "defer"
        case .pause: "pause"
        case .drain: "drain"
        }
    }

    var target: String {
        switch self {
        case .plan(let name, _), .deferral(let name, _), .pause(let name, _), .drain(let name, _): name
        }
    }

    var detail: [String: String] {
        switch self {
        case .plan(_, let settings): settings
        case .deferral(_, let minutes), .pause(_, let minutes): ["minutes": "\(minutes)"]
        case .drain(_, let isDraining): ["drain": "\(isDraining)"]
        }
    }
}

/// Why an action was not performed.
public enum OperatorActionError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(what: String, name: String, known: [String])
    case setting(name: String, problem: String)
    case records(RecordsError)

    public var description: String {
        switch self {
        case .unknown(let what, let name, let known):
            "there is no \(what) '\(name.prefix(64))'; there is: \(known.joined(separator: ", "))"
        case .setting(let name, let problem): "'\(name.prefix(64))': \(problem)"
        case .records(let error): "\(error)"
        }
    }
}
