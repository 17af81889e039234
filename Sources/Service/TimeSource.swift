internal import CoreFoundation
internal import Glibc
public import SurgeCore

/// Where the time comes from. Tests bring their own.
public protocol TimeSource: Sendable {
    /// The time of day, in microseconds since 1970: for what people are told and what is kept over restarts. It may be set
    /// ahead or back at any moment.
    func now() -> Instant

    /// A clock that counts the seconds that pass, for everything that waits: nobody can set it, and it starts with the
    /// time of day. The two differ from the first time on that the time of day is set.
    func steady() -> Instant
}

extension TimeSource {
    /// A moment of the steady clock as the time of day, as that is now.
    public func told(_ moment: Instant) -> Instant { moment.shifted(from: steady(), to: now()) }

    /// A time of day as a moment of the steady clock.
    func steady(_ told: Instant) -> Instant { told.shifted(from: now(), to: steady()) }
}

extension Instant {
    private static let farthest: Int64 = 1 << 62

    /// As far from `new` as this is from `old`.
    fileprivate func shifted(from old: Instant, to new: Instant) -> Instant {
        let (moment, far) = (microseconds, Self.farthest)
        // What is for ever stays so.
        guard (-far...far).contains(moment) else { return self }
        // To a thousandth of a second: the two clocks are not read at the very same moment.
        let distance = (Double(new.microseconds &- old.microseconds) / 1_000).rounded() * 1_000
        return Instant(microseconds: moment &+ Int64(distance))
    }
}

/// The machine's clocks.
public struct WallClock: TimeSource {
    /// Both clocks when the process first asked.
    private static let start = (now: read(CLOCK_REALTIME), steady: read(CLOCK_MONOTONIC))

    public init() {}

    public func now() -> Instant { Instant(microseconds: Self.read(CLOCK_REALTIME)) }

    /// `CLOCK_MONOTONIC` stands still while the machine sleeps, which is what waiting wants: in those seconds nobody was
    /// served, so they are taken off nobody's patience, and no picture took them. `CLOCK_BOOTTIME` counts them
    /// (https://man7.org/linux/man-pages/man2/clock_gettime.2.html).
    public func steady() -> Instant {
        Instant(microseconds: Self.start.now + (Self.read(CLOCK_MONOTONIC) - Self.start.steady))
    }

    /// Microseconds.
    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
