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

/// One planned request and what came of it. All times are seconds since the start of the run.
struct RequestRecord: Hashable, Sendable {
    struct Attempt: Hashable, Sendable {
        let sent: Double
        var ended: Double?
        var ending: AttemptEnding?
        var told = JobTold()
        /// Where the job is asked after, once it was accepted without holding the connection.
        var jobPath: String?
    }

    let planned: LoadSchedule.Planned
    var attempts: [Attempt] = []
    /// nil while in flight.
    var ended: Double?
    /// nil when delivered.
    var failure: FailureKind?

    var pictures: Int {
        guard case .delivered(let pictures) = attempts.last?.ending else { return 0 }
        return pictures
    }

    var isDelivered: Bool { pictures > 0 }
    /// From the time it was planned for to its delivery.
    var wait: Double? { isDelivered ? ended.map { $0 - planned.seconds } : nil }
    var lateness: Double? { attempts.first.map { $0.sent - planned.seconds } }
}
