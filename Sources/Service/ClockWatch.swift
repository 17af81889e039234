internal import SurgeCore

/// Which time of day may be believed for letting go of what was kept until then: a plain value.
///
/// It is told both clocks again and again. While they go together, the time of day is believed. When it jumps, which is how
/// a clock is set and how a machine wakes from its sleep, both times are held possible, the one before the jump (and what
/// has passed since) and the one after it: nothing is let go before both of them say so. After ``doubtSeconds`` in which it
/// did not jump again, the new one is believed alone; so is the old one when the clock comes back to it.
struct ClockWatch: Sendable {
    /// Time for somebody to see that a clock is wrong and set it right.
    static let doubtSeconds = 3_600.0
    /// Two looks at both clocks are not at the very same moment, and time services set clocks by a little.
    private static let toleranceMicroseconds: Int64 = 5_000_000

    /// What the time of day is ahead of the steady clock, as it is believed; and as it was seen last.
    private var believed: Int64
    private var seen: Int64
    private var seenSince: Instant

    init(now: Instant, steady: Instant) {
        believed = now.microseconds &- steady.microseconds
        seen = believed
        seenSince = steady
    }

    /// - Returns: whether the time of day has jumped since the last look.
    @discardableResult
    mutating func observe(now: Instant, steady: Instant) -> Bool {
        let offset = now.microseconds &- steady.microseconds
        let hasJumped = !Self.isSame(offset, seen)
        if hasJumped { seenSince = steady }
        seen = offset
        if Self.isSame(offset, believed) || steady.seconds(since: seenSince) >= Self.doubtSeconds { believed = offset }
        return hasJumped
    }

    /// What was kept until before this moment may be let go.
    func earliest(_ steady: Instant) -> Instant {
        Instant(microseconds: steady.microseconds &+ min(believed, seen))
    }

    /// What is kept from now on is kept from this moment on.
    func latest(_ steady: Instant) -> Instant {
        Instant(microseconds: steady.microseconds &+ max(believed, seen))
    }

    private static func isSame(_ offset: Int64, _ other: Int64) -> Bool {
        (offset &- other).magnitude <= toleranceMicroseconds
    }
}
