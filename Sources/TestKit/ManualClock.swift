public import Service
public import SurgeCore
internal import Synchronization

/// Clocks that move only when a test says so.
public final class ManualClock: TimeSource {
    private let times: Mutex<(now: Instant, steady: Instant)>

    public init(at start: Instant = Instant(microseconds: 1_700_000_000_000_000)) {
        times = Mutex((start, start))
    }

    public func now() -> Instant { times.withLock { $0.now } }

    public func steady() -> Instant { times.withLock { $0.steady } }

    /// Time passes.
    public func advance(bySeconds seconds: Double) {
        times.withLock { $0 = ($0.now.advanced(bySeconds: seconds), $0.steady.advanced(bySeconds: seconds)) }
    }

    /// The time of day is set, or the machine has slept.
    public func jump(bySeconds seconds: Double) {
        times.withLock { $0.now = $0.now.advanced(bySeconds: seconds) }
    }
}
