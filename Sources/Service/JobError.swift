public import Records

/// Why a job is not taken, or not cancelled.
public enum JobError: Error, Hashable, Sendable {
    case overloaded(retryAfterSeconds: Int)
    case idempotencyKeyReused
    case stopping
    case notFound
    case alreadyFinished
    case records(RecordsError)
}
