public import Records
public import SurgeCore

/// Why a job is not taken, or not cancelled.
public enum JobError: Error, Hashable, Sendable {
    case refused(Refusal)
    case idempotencyKeyReused
    case stopping
    /// Nothing new can be kept now.
    case unavailable(Unavailability)
    case notFound
    case alreadyFinished
    /// It has to be cancelled first.
    case notFinished
    case records(RecordsError)
}
