internal import Service

/// A stream of a job's events with a beat whenever a while has passed: for connections that must not fall silent.
enum Heartbeat: Sendable {
    case event(JobEvent)
    case beat

    private enum Piece: Sendable {
        case heartbeat(Heartbeat)
        case authorityEnded
    }

    /// Calls `body` with each event and each beat until the stream ends, `body` returns false, the client has gone or the
    /// server stops.
    ///
    /// - Throws: ``APIError/unauthorized`` when `authority` is no longer there.
    static func forEach(
        of events: AsyncStream<JobEvent>,
        every interval: Duration,
        by authority: Authority,
        _ authorities: AuthorityWatch,
        _ body: (Heartbeat) async throws -> Bool
    ) async throws {
        // What is queued already is not told any more either.
        let isOver = SharedFlag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (beats, continuation) = AsyncStream.makeStream(of: Piece.self)
            group.addTask {
                for await event in events { continuation.yield(.heartbeat(.event(event))) }
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
                    continuation.yield(.heartbeat(.beat))
                }
            }
            group.addTask {
                guard await authorities.end(of: authority) else { return }
                isOver.set()
                continuation.yield(.authorityEnded)
            }
            defer { group.cancelAll() }
            for await beat in beats {
                guard case .heartbeat(let beat) = beat, !isOver.isSet else { throw APIError.unauthorized }
                guard try await body(beat) else { return }
            }
        }
    }
}
