public import Records
public import SurgeCore

/// A job as it is at one moment.
public struct JobSnapshot: Hashable, Sendable {
    public let record: JobRecord
    public let request: PaintRequest
    /// 1 is next, 0 is being painted; nil once it has ended.
    public let position: Int?
    public let estimate: Estimate?
    /// Grows with every change, also over restarts.
    public let version: Int64

    /// A job that has ended, or one that the queue does not hold.
    init?(ended record: JobRecord) {
        guard let request = PaintRequest(json: record.request) else { return nil }
        self.init(
            record: record,
            request: request,
            position: nil,
            estimate: nil,
            version: (record.finishedAt ?? record.createdAt).microseconds
        )
    }

    init(record: JobRecord, request: PaintRequest, position: Int?, estimate: Estimate?, version: Int64) {
        self.record = record
        self.request = request
        self.position = position
        self.estimate = estimate
        self.version = version
    }
}

/// A lower rung's picture, shown before the result.
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
