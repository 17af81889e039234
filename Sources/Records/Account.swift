public import SurgeCore

/// Somebody who may ask for pictures.
public struct Account: Hashable, Sendable {
    public let id: AccountID
    /// For people; not unique.
    public let name: String
    /// The name of the plan it is under.
    public let plan: String
    public let createdAt: Instant

    public init(id: AccountID, name: String, plan: String, createdAt: Instant) {
        self.id = id
        self.name = name
        self.plan = plan
        self.createdAt = createdAt
    }
}

/// A key as it is kept: never itself, only its hash.
public struct KeyRecord: Hashable, Sendable {
    /// The first characters of the key, enough to tell keys apart and too few to use.
    public let prefix: String
    public let digest: String
    public let account: AccountID
    public let createdAt: Instant
    public let revokedAt: Instant?

    public init(prefix: String, digest: String, account: AccountID, createdAt: Instant, revokedAt: Instant? = nil) {
        self.prefix = prefix
        self.digest = digest
        self.account = account
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }
}
