/// Whether a body arrives as fast as it must: within a deadline, and after a grace not below a least rate.
///
/// Only time in which the server waits for the next piece counts; what it does with a piece is its own affair.
struct ArrivalPace: Hashable, Sendable {
    struct Limits: Hashable, Sendable {
        /// For the whole body, in seconds of waiting.
        var seconds: Double
        /// Seconds of waiting before the rate counts.
        var graceSeconds = 30.0
        /// Bytes for each second of waiting after the grace: a tenth of what the slowest mobile networks bring.
        var bytesPerSecond = 1_000.0
    }

    /// Pieces that any body may have, and how many bytes each further one stands for: tiny chunks cost as much as large
    /// ones.
    private static let freePieces = 20_000
    private static let bytesPerPiece = 256

    private(set) var bytes = 0
    private(set) var limits: Limits
    private var pieces = 0
    private var waited = 0.0
    private var waitingSince: Double?

    init(limits: Limits) {
        self.limits = limits
    }

    /// - Parameter time: seconds on a clock that is never set.
    mutating func beginWaiting(at time: Double) {
        waitingSince = time
    }

    mutating func endWaiting(at time: Double) {
        waited = waitedSeconds(at: time)
        waitingSince = nil
    }

    mutating func count(_ bytes: Int) {
        self.bytes += bytes
        pieces += 1
    }

    /// Leaves less time from now on.
    mutating func hurry(atMost seconds: Double) {
        limits.seconds = min(limits.seconds, waited + seconds)
    }

    func isTooSlow(at time: Double) -> Bool {
        let waited = waitedSeconds(at: time)
        return waited > limits.seconds
            || Double(bytes) < limits.bytesPerSecond * (waited - limits.graceSeconds)
    }

    /// Whether it comes in more pieces than its bytes explain.
    var hasTooManyPieces: Bool { pieces > Self.freePieces + bytes / Self.bytesPerPiece }

    private func waitedSeconds(at time: Double) -> Double { waited + (waitingSince.map { max(0, time - $0) } ?? 0) }
}
