import Service

/// A stream of a job's events with a beat whenever a while has passed: for connections that must not fall silent.
enum Heartbeat: Sendable {
    case event(JobEvent)
    case beat

    /// Calls `body` with each event and each beat until the stream ends, `body` returns false, the client has gone or the
    /// server stops.
    static func forEach(
        of events: AsyncStream<JobEvent>,
        every interval: Duration,
        _ body: (Heartbeat) async throws -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (beats, continuation) = AsyncStream.makeStream(of: Heartbeat.self)
            group.addTask {
                for await event in events { continuation.yield(.event(event)) }
                continuation.finish()
            }
            let signals = ConnectionSignals.current
            let name = signals.onEnding { ending in
                // A stop is told as an event, too; what came before it comes first.
                if ending == .clientGone { continuation.finish() }
            }
            defer { signals.forget(name) }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: interval)
                    continuation.yield(.beat)
                }
            }
            defer { group.cancelAll() }
            for await beat in beats where try await !body(beat) { return }
        }
    }
}
