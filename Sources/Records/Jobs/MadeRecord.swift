public import SurgeCore

/// A picture that was made here: what is kept of it when its job is long forgotten.
public struct MadeRecord: Hashable, Sendable {
    /// SHA-256 of the file, in hexadecimal.
    public let digest: String
    public let model: String
    /// Whether it was made from a photo.
    public let isEdit: Bool
    public let at: Instant
    /// The id that its watermark carries; nil: it has none.
    public let mark: UInt64?

    public init(digest: String, model: String, isEdit: Bool, at: Instant, mark: UInt64? = nil) {
        self.digest = digest
        self.model = model
        self.isEdit = isEdit
        self.at = at
        self.mark = mark
    }
}
