/// How much is asked for in a second, from two exponentially weighted means.
///
/// The faster one sees a surge come, the slower one keeps it from being forgotten in a lull of chance; what counts is the
/// larger. Means are taken at ticks: `rate += Δt / (τ + Δt) · (amount / Δt − rate)`, which needs no exponential function
/// and so gives the same bits everywhere.
struct DemandMeter: Sendable, Codable {
    private static let fastSeconds = 2.0
    private static let slowSeconds = 12.0

    private var amount = 0.0
    /// Amounts a second.
    private(set) var fast = 0.0
    private(set) var slow = 0.0

    var rate: Double { max(fast, slow) }

    @inline(__always)
    mutating func add(_ amount: Double) { self.amount += amount }

    mutating func tick(seconds: Double) {
        guard seconds > 0 else { return }
        let current = amount / seconds
        amount = 0
        fast += seconds / (Self.fastSeconds + seconds) * (current - fast)
        slow += seconds / (Self.slowSeconds + seconds) * (current - slow)
        if fast < 1e-9 { fast = 0 }
        if slow < 1e-9 { slow = 0 }
    }
}
