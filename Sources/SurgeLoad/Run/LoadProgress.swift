/// How far a run is.
public struct LoadProgress: Hashable, Sendable {
    /// What the run is doing.
    public enum Phase: String, Hashable, Sendable {
        /// Requests are being sent.
        case sending
        /// The last was sent; some are not answered yet.
        case waiting
        /// Everybody has an answer or has left; the server works off what it still has.
        case draining
    }

    public let phase: Phase
    /// Since the start, in seconds.
    public let elapsedSeconds: Double
    /// How long requests are sent, in seconds.
    public let durationSeconds: Double
    public let planned: Int
    public let sent: Int
    /// Requests.
    public let delivered: Int
    public let failed: Int
    /// Sent and not ended.
    public let inFlight: Int
}
