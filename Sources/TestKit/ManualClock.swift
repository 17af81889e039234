public import Service
public import SurgeCore
internal import Synchronization

/// A clock that moves only when a test says so.
public final class ManualClock: TimeSource {
    private let time: Mutex<Instant>

    public init(at start: Instant = Instant(microseconds: 1_700_000_000_000_000)) {
        time = Mutex(start)
    }

    public func now() -> Instant { time.withLock { $0 } }

    public func advance(bySeconds seconds: Double) {
        time.withLock { $0 = $0.advanced(bySeconds: seconds) }
    }
}
