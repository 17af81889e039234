public import SurgeCore

/// A picture that its owner shows to whoever has the link.
public struct ShareRecord: Hashable, Sendable {
    /// Also what the link is made of: 128 random bits.
    public let id: String
    public let account: AccountID
    public let job: JobID
    /// Which of the job's pictures, from 0.
    public let task: Int
    public let picture: PictureRecord
    public let model: String
    /// The prompt, if its owner wants it shown.
    public let words: String?
    public let createdAt: Instant
    public let expiresAt: Instant

    public init(
        id: String,
        account: AccountID,
        job: JobID,
        task: Int,
        picture: PictureRecord,
        model: String,
        words: String?,
        createdAt: Instant,
        expiresAt: Instant
    ) {
        self.id = id
        self.account = account
        self.job = job
        self.task = task
        self.picture = picture
        self.model = model
        self.words = words
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
