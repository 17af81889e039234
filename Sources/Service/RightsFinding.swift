public import Records

/// What speaks against a picture.
public struct RightsFinding: Hashable, Sendable {
    public enum Place: String, Hashable, Sendable {
        /// What somebody sent to be changed.
        case upload
        /// What was painted.
        case output
    }

    public let place: Place
    /// A person has to look at it; otherwise it is refused.
    public let isForReview: Bool
    /// The work or the check that decided.
    public let rule: String
    /// For the user.
    public let reason: String
    /// For the ledger.
    public let detail: [String: String]
    /// The upload that it is about, or whose content the output shows; nil: an output of its own content.
    public var digest: String?
    /// The output that is held back.
    public var picture: PictureRecord?

    public init(
        place: Place,
        isForReview: Bool,
        rule: String,
        reason: String,
        detail: [String: String],
        digest: String? = nil
    ) {
        self.place = place
        self.isForReview = isForReview
        self.rule = rule
        self.reason = reason
        self.detail = detail
        self.digest = digest
    }
}
