/// A moment on the core's clock: microseconds since an epoch that the shell chooses. Time is always an argument here.
public struct Instant: Hashable, Sendable, Comparable, Codable {
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// Seconds from `earlier` to this moment; negative when it lies before.
    public func seconds(since earlier: Instant) -> Double {
        Double(microseconds - earlier.microseconds) / 1_000_000
    }

    /// This moment, `seconds` later.
    public func advanced(bySeconds seconds: Double) -> Instant {
        Instant(microseconds: microseconds + Int64((seconds * 1_000_000).rounded()))
    }
}
