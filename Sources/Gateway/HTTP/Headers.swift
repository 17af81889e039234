internal import HTTPTypes

extension HTTPField.Name {
    static let requestID = known("x-request-id")
    static let idempotencyKey = known("idempotency-key")
    static let lastEventID = known("last-event-id")
    static let prefer = known("prefer")
    static let preferenceApplied = known("preference-applied")
    static let shouldRetry = known("x-should-retry")
    static let accelBuffering = known("x-accel-buffering")
    static let forwardedFor = known("x-forwarded-for")
    static let fetchSite = known("sec-fetch-site")
    static let job = known("heatsink-job")
    static let rateLimit = known("x-ratelimit-limit-images")
    static let rateRemaining = known("x-ratelimit-remaining-images")
    static let rateReset = known("x-ratelimit-reset-images")
    static let decision = known("heatsink-decision")
    static let verdict = known("heatsink-verdict")
    static let position = known("heatsink-position")
    static let estimateLow = known("heatsink-eta-low-seconds")
    static let estimateHigh = known("heatsink-eta-high-seconds")
    static let rungQuality = known("heatsink-rung-quality")
    static let rung = known("heatsink-rung")
    static let seed = known("heatsink-seed")
    static let requestedQuality = known("heatsink-requested-quality")

    /// Only for names that are written in the source.
    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("'\(name)' is not a header's name") }
        return name
    }
}
