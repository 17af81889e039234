/// When a client that was not held asks after its job.
enum PollPlan {
    private static let shortest = 0.25
    private static let longest = 2.0
    private static let withoutEstimate = 1.0

    /// - Parameter low: the least seconds that the job was said to take.
    static func first(low: Double?) -> Double { max(0.05, low ?? shortest) }

    /// - Parameter remaining: the most seconds that the job is now said to take; it may be past.
    static func next(remaining: Double?) -> Double {
        guard let remaining else { return withoutEstimate }
        return max(shortest, min(longest, remaining / 4))
    }
}
