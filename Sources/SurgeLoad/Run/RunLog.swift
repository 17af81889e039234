internal import Synchronization

/// Keeps what came of each request.
final class RunLog: Sendable {
    private struct State {
        var sent = 0
        var delivered = 0
        var isDraining = false
        var records: [RequestRecord] = []
    }

    private let state = Mutex(State())

    var records: [RequestRecord] { state.withLock { $0.records } }

    func sent() { state.withLock { $0.sent += 1 } }

    func ended(_ record: RequestRecord) {
        state.withLock { state in
            state.records.append(record)
            if record.isDelivered { state.delivered += 1 }
        }
    }

    func draining() { state.withLock { $0.isDraining = true } }

    func progress(of schedule: LoadSchedule, durationSeconds: Double, at seconds: Double) -> LoadProgress {
        state.withLock { state in
            LoadProgress(
                phase: state.isDraining ? .draining : state.sent < schedule.requests.count ? .sending : .waiting,
                elapsedSeconds: seconds,
                durationSeconds: durationSeconds,
                planned: schedule.requests.count,
                sent: state.sent,
                delivered: state.delivered,
                failed: state.records.count - state.delivered,
                inFlight: state.sent - state.records.count
            )
        }
    }
}
