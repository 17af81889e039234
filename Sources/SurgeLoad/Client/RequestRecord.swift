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
    /// Whether the last answer was no, be it that it was taken as final or that patience ended before the next sending.
    var wasTurnedAway: Bool { !isDelivered && attempts.last?.ending?.isRefusal == true }
    var lateness: Double? { attempts.first.map { $0.sent - planned.seconds } }
}
