/// A moment on the core's clock: microseconds since an epoch that the shell chooses. Time is always an argument here.
public struct Instant: Hashable, Sendable, Comparable, Codable {
    /// Since the epoch.
    public let microseconds: Int64

    /// Creates a moment from its microseconds since the epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Whether one moment lies before another.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// Seconds from `earlier` to this moment; negative when it lies before.
    public func seconds(since earlier: Instant) -> Double {
        Double(microseconds - earlier.microseconds) / 1_000_000
    }

    /// This moment, `seconds` later.
    public func advanced(bySeconds seconds: Double) -> Instant {
        Instant(microseconds: microseconds + Self.span(seconds))
    }

    /// Microseconds for `seconds`, at most 30,000 years: whatever configuration says, no sum of moments overflows.
    static func span(_ seconds: Double) -> Int64 {
        Int64(min(max(seconds * 1_000_000, -1e18), 1e18).rounded())
    }

    /// The day (UTC) that this moment lies on, counted from 1970, when the clock's epoch is 1970.
    public var day: Int { Int(microseconds / 86_400_000_000) }
}
