public import SurgeCore

/// A passkey as it is kept.
public struct PasskeyRecord: Hashable, Sendable {
    /// The credential's id in base64url.
    public let id: String
    public let account: AccountID
    /// For people.
    public let name: String
    /// The key and its counter, in the form of whoever checks it (JSON).
    public let content: String
    public let createdAt: Instant

    public init(id: String, account: AccountID, name: String, content: String, createdAt: Instant) {
        self.id = id
        self.account = account
        self.name = name
        self.content = content
        self.createdAt = createdAt
    }
}

/// What came of a request to forget a passkey.
public enum PasskeyRemoval: Hashable, Sendable {
    /// The account has no such passkey.
    case unknown
    /// Nothing was forgotten: the account has no key and no other passkey, and the session that asks would end, too.
    case onlyWayIn
    /// It was forgotten. `endsOwnSession`: the session that asks has ended with it.
    case forgotten(endsOwnSession: Bool)
}
