public import SurgeCore

/// Something that was refused, held back or taken down, and that somebody was given an id for.
public struct DecisionRecord: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case prompt
        case upload
        case output
        case takedown
    }

    public enum State: String, Hashable, Sendable, CaseIterable {
        case refused
        /// Waits for an operator's eyes.
        case held
        /// An operator has looked at it and let it go.
        case released
        case takenDown = "taken_down"
        /// Taken back on appeal.
        case overturned
    }

    public let id: String
    public let kind: Kind
    public var state: State
    public let at: Instant
    public var changedAt: Instant
    /// The policy that was in force.
    public let policy: String
    /// The rule or the work that decided; nil: none of either.
    public let rule: String?
    /// For the user.
    public let reason: String
    /// nil: nobody's, or of one who has left.
    public let account: AccountID?
    public let job: JobID?
    /// What was held back or taken down: an upload has a digest only. Of an output that was refused: the upload that it was
    /// painted from, if any.
    public let digest: String?
    public let picture: PictureRecord?
    /// Until when what is held back is kept.
    public let expiresAt: Instant

    public init(
        id: String,
        kind: Kind,
        state: State,
        at: Instant,
        policy: String,
        rule: String?,
        reason: String,
        account: AccountID?,
        job: JobID? = nil,
        digest: String? = nil,
        picture: PictureRecord? = nil,
        expiresAt: Instant
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.at = at
        self.changedAt = at
        self.policy = policy
        self.rule = rule
        self.reason = reason
        self.account = account
        self.job = job
        self.digest = digest
        self.picture = picture
        self.expiresAt = expiresAt
    }
}

/// What somebody says against a decision, and what became of it.
public struct AppealRecord: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        case open
        /// The decision stands.
        case upheld
        case overturned
    }

    public let decision: String
    public let at: Instant
    public let text: String
    public let contact: String?
    public var state: State = .open
    public var decidedAt: Instant?
    public var answer: String?

    public init(decision: String, at: Instant, text: String, contact: String?) {
        self.decision = decision
        self.at = at
        self.text = text
        self.contact = contact
    }
}

/// The text that a decision was about, kept for appeals and for no longer than configured.
///
/// The ledger holds its commitment: who has the text and the salt can show that it is the one; when both are erased, the
/// ledger says nothing of it.
public struct DecisionText: Hashable, Sendable {
    public let decision: String
    public let text: String
    /// Random, so that nobody can guess the text from its commitment.
    public let salt: String
    public let expiresAt: Instant

    public init(decision: String, text: String, salt: String, expiresAt: Instant) {
        self.decision = decision
        self.text = text
        self.salt = salt
        self.expiresAt = expiresAt
    }

    /// SHA-256 of salt and text, in hexadecimal.
    public var commitment: String { Digest.hexadecimal(of: Array(salt.utf8) + Array(text.utf8)) }
}
