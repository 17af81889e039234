internal import HTTPTypes
internal import SurgeCore

extension APIError {
    /// Why the core does not take a request, in the API's words.
    init(_ refusal: Refusal, plan: String) {
        if refusal.reason == .accountClosed {
            self = .unauthorized
            return
        }
        var headers: HTTPFields = [.retryAfter: String(refusal.retryAfterSeconds)]
        if !refusal.reason.isWorthRetrying {
            headers = [.shouldRetry: "false"]
        }
        self.init(
            status: refusal.reason == .overloaded ? .serviceUnavailable : .tooManyRequests,
            kind: refusal.reason == .overloaded ? .unavailable : .rateLimit,
            code: Self.code(refusal.reason),
            parameter: nil,
            message: Self.sentence(refusal, plan: plan),
            headers: headers
        )
    }

    /// A job's turn did not come while its client waited: nobody's fault but the surge's, and worth another try.
    static let expired = APIError(
        status: .serviceUnavailable,
        kind: .unavailable,
        code: "server_is_overloaded",
        parameter: nil,
        message: "The picture's turn did not come in the time that its plan allows for waiting. Try again in 10 s.",
        headers: [.retryAfter: "10"]
    )

    private static func code(_ reason: Refusal.Reason) -> String {
        switch reason {
        case .overloaded: "server_is_overloaded"
        case .slowDown: "slow_down"
        case .rateLimited, .tooManyActive: "rate_limit_exceeded"
        case .allowanceExhausted: "insufficient_quota"
        case .creditsExhausted: "credit_balance_exhausted"
        case .accountClosed: "invalid_api_key"
        }
    }

    private static func sentence(_ refusal: Refusal, plan: String) -> String {
        let later = "Try again in \(refusal.retryAfterSeconds) s."
        return switch refusal.reason {
        case .overloaded:
            "More is waiting than can be painted while you wait. \(later) "
                + "With 'Prefer: respond-async' longer waits are taken."
        case .slowDown: "Demand grows faster than it can be served. \(later)"
        case .rateLimited: "The plan '\(plan)' allows fewer pictures a second than this. \(later)"
        case .tooManyActive: "As many jobs wait or run as the plan '\(plan)' allows at a time. \(later)"
        case .allowanceExhausted:
            "Today's pictures of the plan '\(plan)' are used up. They begin anew at midnight (UTC)."
        case .creditsExhausted: "There are not enough credits left for this. Add credits, or ask for less."
        case .accountClosed: "The account was deleted."
        }
    }
}
