public import Records
public import SurgeCore

/// A job as it is at one moment.
public struct JobSnapshot: Hashable, Sendable {
    public let record: JobRecord
    public let request: PaintRequest
    /// 1 is next, 0 is being painted; nil once it has ended.
    public let position: Int?
    public let estimate: Estimate?
    /// What its owner was told when it was accepted; nil when an earlier run of the server did that.
    public let promise: Promise?
    /// How much of the work is done, 0 to 1; nil when that is not known: waiting, ended, or painted in one go.
    public let progress: Double?
    /// Grows with every change, also over restarts.
    public let version: Int64

    /// What is said when a job is accepted.
    public struct Promise: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, Codable {
            case run
            case queued
            case deferred
        }

        public let kind: Kind
        public let outlook: Outlook
    }

    /// A job that has ended, from its record.
    public init?(_ record: JobRecord) {
        self.init(ended: record)
    }

    /// A job that has ended, or one that the core does not hold.
    init?(ended record: JobRecord, promise: Promise? = nil) {
        guard let request = PaintRequest(json: record.request) else { return nil }
        self.init(
            record: record,
            request: request,
            position: nil,
            estimate: nil,
            promise: promise,
            progress: nil,
            version: (record.finishedAt ?? record.createdAt).microseconds
        )
    }

    init(
        record: JobRecord,
        request: PaintRequest,
        position: Int?,
        estimate: Estimate?,
        promise: Promise?,
        progress: Double?,
        version: Int64
    ) {
        self.record = record
        self.request = request
        self.position = position
        self.estimate = estimate
        self.promise = promise
        self.progress = progress
        self.version = version
    }
}

/// A picture that is shown before the result: a lower rung's, or one on its way.
public struct PartialPicture: Hashable, Sendable {
    /// Which of the job's pictures, from 0.
    public let task: Int
    /// Which of its partial pictures, from 0.
    public let index: Int
    public let picture: PictureRecord
    public let version: Int64
}

/// What whoever watches a job is told.
public enum JobEvent: Hashable, Sendable {
    case changed(JobSnapshot)
    case partial(PartialPicture)
    /// The server goes away. The job is kept and goes on when it is back.
    case stopping
}

/// A client that waits for a job's answer. While one of a job's holds exists, the job does not go for want of clients.
public final class ClientHold: Sendable {
    private let release: @Sendable () -> Void

    init(release: @escaping @Sendable () -> Void) {
        self.release = release
    }

    deinit { release() }
}

/// A request that was taken, or found again.
public struct Submission: Sendable {
    public let snapshot: JobSnapshot
    /// To be kept for as long as the client waits; nil when it does not, or when the job has ended.
    public let hold: ClientHold?
}
