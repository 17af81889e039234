/// The time of a run: seconds since its start.
struct RunClock: Sendable {
    let start: ContinuousClock.Instant

    func now() -> Double { Self.seconds(ContinuousClock.now - start) }

    /// Waits until a time of the run; returns at once when it is past.
    func sleep(until seconds: Double) async throws {
        try await Task.sleep(until: start + .seconds(seconds), tolerance: .zero, clock: .continuous)
    }

    private static func seconds(_ duration: Duration) -> Double {
        let parts = duration.components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
