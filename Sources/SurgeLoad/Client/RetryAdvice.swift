/// What a refusal says about trying again, as the headers have it.
struct RetryAdvice: Hashable, Sendable {
    /// `x-should-retry`
    var shouldRetry: String?
    /// `retry-after-ms`
    var afterMilliseconds: String?
    /// `retry-after`
    var after: String?
}
