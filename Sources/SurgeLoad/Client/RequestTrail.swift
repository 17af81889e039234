internal import Synchronization

/// What is known of one planned request so far. It outlives its task: whoever gives up leaves a trail too.
final class RequestTrail: Sendable {
    private let state: Mutex<RequestRecord>

    init(_ planned: LoadSchedule.Planned) {
        state = Mutex(RequestRecord(planned: planned))
    }

    var record: RequestRecord { state.withLock { $0 } }

    var told: JobTold { state.withLock { $0.attempts.last?.told ?? JobTold() } }

    func began(at seconds: Double) {
        state.withLock { $0.attempts.append(RequestRecord.Attempt(sent: seconds)) }
    }

    func learn(_ told: JobTold) {
        change { $0.told.learn(told) }
    }

    func accepted(at path: String) {
        change { $0.jobPath = path }
    }

    func ended(_ ending: AttemptEnding, at seconds: Double) {
        change { attempt in
            attempt.ending = ending
            attempt.ended = seconds
        }
    }

    func finished(_ failure: FailureKind?, at seconds: Double) {
        state.withLock { record in
            record.failure = failure
            record.ended = seconds
        }
    }

    private func change(_ body: (inout RequestRecord.Attempt) -> Void) {
        state.withLock { record in
            guard let last = record.attempts.indices.last else { return }
            body(&record.attempts[last])
        }
    }
}
