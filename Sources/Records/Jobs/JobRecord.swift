public import SurgeCore

/// How far a job has come.
public enum JobStatus: String, Hashable, Sendable, Codable {
    case queued
    case running
    case completed
    case failed
    case cancelled
    case expired

    /// Whether nothing will happen to it any more.
    public var isFinal: Bool { self != .queued && self != .running }
}

/// A picture that a job made.
public struct PictureRecord: Hashable, Sendable, Codable {
    /// SHA-256 of the file, in hexadecimal.
    public let digest: String
    /// "png", "jpeg" or "webp".
    public let format: String
    public let width: Int
    public let height: Int
    /// What was made of the prompt.
    public let revisedPrompt: String
    /// The id that its watermark carries; nil: it has none.
    public let mark: UInt64?

    public init(
        digest: String,
        format: String,
        width: Int,
        height: Int,
        revisedPrompt: String,
        mark: UInt64? = nil
    ) {
        self.digest = digest
        self.format = format
        self.width = width
        self.height = height
        self.revisedPrompt = revisedPrompt
        self.mark = mark
    }
}

/// Why a job failed, as its owner is told.
public struct FailureRecord: Hashable, Sendable, Codable {
    public let code: String
    public let message: String
    /// The decision behind it, which can be appealed; nil: nobody decided this.
    public let decision: String?

    public init(code: String, message: String, decision: String? = nil) {
        self.code = code
        self.message = message
        self.decision = decision
    }
}

/// A job as it is kept.
public struct JobRecord: Hashable, Sendable {
    public let id: JobID
    public let account: AccountID
    public let createdAt: Instant
    /// What makes two requests the same: a digest of everything that decides the pictures.
    public let fingerprint: String
    public let idempotencyKey: String?
    /// The request, in the service's own form (JSON).
    public let request: String
    /// Files that the job needs, by their digests.
    public let inputs: [String]
    /// The rung that was asked for.
    public let rung: String
    /// How many pictures it is for.
    public let taskCount: Int
    /// When it ends unfinished, as its owner was told; nil for jobs of older versions.
    public let deadline: Instant?

    public var status: JobStatus = .queued
    public var startedAt: Instant?
    public var finishedAt: Instant?
    /// When the record and its pictures go.
    public var expiresAt: Instant
    /// When somebody first received the pictures, or the failure.
    public var deliveredAt: Instant?
    /// How often it was started.
    public var attempts = 0
    /// The rung that it got; nil until it was started.
    public var givenRung: String?
    /// Why it got a lower rung than was asked for; nil when it did not.
    public var loweredBecause: String?
    /// In the order of the tasks.
    public var pictures: [PictureRecord] = []
    public var failure: FailureRecord?
    /// What the ledger is told when the job is accepted, in the same commit. Not kept with the job.
    public var notes: [LedgerDraft] = []

    public init(
        id: JobID,
        account: AccountID,
        createdAt: Instant,
        expiresAt: Instant,
        fingerprint: String,
        idempotencyKey: String?,
        request: String,
        inputs: [String],
        rung: String,
        taskCount: Int = 1,
        deadline: Instant? = nil
    ) {
        self.id = id
        self.account = account
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.fingerprint = fingerprint
        self.idempotencyKey = idempotencyKey
        self.request = request
        self.inputs = inputs
        self.rung = rung
        self.taskCount = taskCount
        self.deadline = deadline
    }

    /// Takes an outcome over.
    package mutating func apply(_ outcome: JobOutcome) {
        switch outcome {
        case .completed(let pictures):
            status = .completed
            self.pictures = pictures
        case .failed(let failure):
            status = .failed
            self.failure = failure
        case .cancelled: status = .cancelled
        case .expired: status = .expired
        }
    }
}

/// How a job ended.
public enum JobOutcome: Hashable, Sendable {
    case completed([PictureRecord])
    case failed(FailureRecord)
    case cancelled
    case expired
}

/// What became of a request to keep a job.
public enum Acceptance: Hashable, Sendable {
    /// It is new and durable.
    case new
    /// The same request is known; this is its job.
    case known(JobRecord)
    /// The idempotency key was used for another request.
    case keyReused
}

/// What a job cost, settled with its end.
public struct Settlement: Hashable, Sendable {
    /// Device-seconds that were spent on it.
    public var deviceSeconds: Double
    /// Thousandths of a credit that its account pays.
    public var millicredits: Int
    /// What painted it, for the note of where its pictures come from.
    public var model: String
    /// The day (UTC, counted from 1970) against whose allowance its pictures count; nil: the day of the job's record.
    public var day: Int?

    public init(deviceSeconds: Double = 0, millicredits: Int = 0, model: String = "", day: Int? = nil) {
        self.deviceSeconds = deviceSeconds
        self.millicredits = millicredits
        self.model = model
        self.day = day
    }
}

/// A job whose answer has reached nobody yet.
public struct UndeliveredJob: Hashable, Sendable {
    public let id: JobID
    public let account: AccountID
    public let fingerprint: String
    public let finishedAt: Instant

    public init(id: JobID, account: AccountID, fingerprint: String, finishedAt: Instant) {
        self.id = id
        self.account = account
        self.fingerprint = fingerprint
        self.finishedAt = finishedAt
    }
}
