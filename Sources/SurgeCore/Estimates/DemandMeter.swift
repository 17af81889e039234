/// How much is asked for in a second, from two exponentially weighted means.
///
/// The slower one is believed, because it is steadier; the faster one when it is above it by more than chance explains: by
/// more than ``significance`` standard deviations of what independent arrivals would show (a Poisson process: Campbell's
/// theorem gives the variance of an exponentially weighted sum as the rate of the amounts' squares over twice the time
/// constant). Believing whichever is larger would see a surge in every whim, and keep quality down for it.
///
/// Means are taken at ticks: `rate += Δt / (τ + Δt) · (amount / Δt − rate)`, which needs no exponential function and so
/// gives the same bits everywhere.
struct DemandMeter: Sendable, Codable {
    private static let fastSeconds = 2.0
    private static let slowSeconds = 12.0
    private static let significance = 2.5

    private var amount = 0.0
    private var squares = 0.0
    /// Amounts a second.
    private(set) var fast = 0.0
    private(set) var slow = 0.0
    /// Squares of amounts a second.
    private var slowSquares = 0.0

    var rate: Double {
        let chance = (slowSquares / (2 * Self.fastSeconds)).squareRoot()
        return fast > slow + Self.significance * chance ? fast : slow
    }

    @inline(__always)
    mutating func add(_ amount: Double) {
        self.amount += amount
        squares += amount * amount
    }

    mutating func tick(seconds: Double) {
        guard seconds > 0 else { return }
        let current = amount / seconds
        fast += seconds / (Self.fastSeconds + seconds) * (current - fast)
        slow += seconds / (Self.slowSeconds + seconds) * (current - slow)
        slowSquares += seconds / (Self.slowSeconds + seconds) * (squares / seconds - slowSquares)
        amount = 0
        squares = 0
        if fast < 1e-9 { fast = 0 }
        if slow < 1e-9 { slow = 0 }
        if slowSquares < 1e-12 { slowSquares = 0 }
    }
}
