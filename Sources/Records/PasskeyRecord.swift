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
