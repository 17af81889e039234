internal import CoreFoundation
internal import Glibc
public import SurgeCore

/// Where the time comes from. Tests bring their own.
public protocol TimeSource: Sendable {
    func now() -> Instant
}

/// The machine's clock: microseconds since 1970.
public struct WallClock: TimeSource {
    public init() {}

    public func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
