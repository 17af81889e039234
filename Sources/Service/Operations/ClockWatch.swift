internal import SurgeCore

/// Which time of day may be believed for letting go of what was kept until then: a plain value.
///
/// It is told both clocks again and again. While they go together, the time of day is believed. When it jumps, which is how
/// a clock is set and how a machine wakes from its sleep, all times are held possible that it has had since, each with what
/// has passed after it, and the one before the jump: nothing is let go before all of them say so. ``doubtSeconds`` after a
/// jump its new time is believed in place of the old one, also when further jumps have followed, as they do on a machine
/// that sleeps often. When the clock comes back to what is believed, that is believed alone at once.
struct ClockWatch: Sendable {
    /// Time for somebody to see that a clock is wrong and set it right.
    static let doubtSeconds = 3_600.0
    /// Two looks at both clocks are not at the very same moment, and time services set clocks by a little.
    private static let toleranceMicroseconds: Int64 = 5_000_000
    /// More jumps than that within ``doubtSeconds`` are those of a broken clock.
    private static let mostDoubts = 64

    private struct Doubt: Sendable {
        var offset: Int64
        let since: Instant
    }

    /// What the time of day is ahead of the steady clock, as it is believed; and as it was seen last.
    private var believed: Int64
    private var seen: Int64
    /// What it was since it was last as it is believed, the oldest first, each once.
    private var doubts: [Doubt] = []

    init(now: Instant, steady: Instant) {
        believed = now.microseconds &- steady.microseconds
        seen = believed
    }

    /// - Returns: whether the time of day has jumped since the last look.
    @discardableResult
    mutating func observe(now: Instant, steady: Instant) -> Bool {
        let offset = now.microseconds &- steady.microseconds
        let hasJumped = !Self.isSame(offset, seen)
        seen = offset
        if let place = doubts.lastIndex(where: { Self.isSame($0.offset, offset) }) {
            // It follows small corrections.
            doubts[place].offset = offset
        } else {
            doubts.append(Doubt(offset: offset, since: steady))
        }
        while let first = doubts.first, steady.seconds(since: first.since) >= Self.doubtSeconds {
            believed = first.offset
            doubts.removeFirst()
        }
        if Self.isSame(offset, believed) {
            believed = offset
            doubts = []
        }
        if doubts.count > Self.mostDoubts { beginAnew(at: steady) }
        return hasJumped
    }

    /// What was kept until before this moment may be let go.
    func earliest(_ steady: Instant) -> Instant {
        Instant(microseconds: steady.microseconds &+ doubts.reduce(believed) { min($0, $1.offset) })
    }

    /// What is kept from now on is kept from this moment on.
    func latest(_ steady: Instant) -> Instant {
        Instant(microseconds: steady.microseconds &+ doubts.reduce(believed) { max($0, $1.offset) })
    }

    /// Doubts only the extremes of what was seen, and those for the whole time from now on.
    private mutating func beginAnew(at steady: Instant) {
        let offsets = doubts.map(\.offset)
        doubts = [offsets.min(), offsets.max()].compactMap(\.self).map { Doubt(offset: $0, since: steady) }
    }

    private static func isSame(_ offset: Int64, _ other: Int64) -> Bool {
        (offset &- other).magnitude <= toleranceMicroseconds
    }
}
