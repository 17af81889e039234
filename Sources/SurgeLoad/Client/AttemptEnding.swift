/// How one sending of a request ended.
enum AttemptEnding: Hashable, Sendable {
    case delivered(pictures: Int)
    /// Answered with a status that is no success.
    case refused(status: Int, code: String?, advice: RetryAdvice)
    /// No connection, a broken one, or an answer that ended early, before the client library had it in hand.
    case broken
    /// The client library has waited as long as it does, and broke the connection off.
    case timedOut
    /// A stream that ended before it said that it was done.
    case streamBroken
    /// A success that holds no pictures, or is no JSON.
    case unreadable
    /// An event or a job document that says why there will be no picture.
    case jobFailed(status: String, code: String?)

    /// What the report counts it as; nil for a success.
    var failure: FailureKind? {
        switch self {
        case .delivered: nil
        case .refused(let status, let code, _): FailureKind(name: "refused", status: status, code: code)
        case .broken: FailureKind(name: "connection error")
        case .timedOut: FailureKind(name: "timed out")
        case .streamBroken: FailureKind(name: "stream cut short")
        case .unreadable: FailureKind(name: "answer not readable")
        case .jobFailed(let status, let code): FailureKind(name: "job \(status)", code: code)
        }
    }

    /// Whether the server said that it does not take the request now.
    var isRefusal: Bool {
        guard case .refused(let status, _, _) = self else { return false }
        return status == 429 || status == 503
    }
}

/// A way to fail.
struct FailureKind: Hashable, Sendable {
    static let gaveUp = FailureKind(name: "gave up")

    let name: String
    var status: Int?
    var code: String?
}
