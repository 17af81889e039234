public import SurgeCore

/// Somebody who may ask for pictures.
public struct Account: Hashable, Sendable {
    public let id: AccountID
    /// For people; not unique.
    public let name: String
    /// The name of the plan it is under.
    public var plan: String
    public let createdAt: Instant
    /// Pictures a day; nil: as many as the plan says.
    public var dailyAllowance: Int?
    /// Thousandths of a credit that it was ever given; nil: it does not pay in advance.
    public var grantedMillicredits: Int?
    /// Thousandths of a credit that its pictures have cost.
    public var spentMillicredits = 0
    /// Made by a page for somebody who only wanted a picture; nobody has a key or a passkey of it.
    public var isGuest = false
    /// May look at everything, and pull levers.
    public var isOperator = false

    public init(id: AccountID, name: String, plan: String, createdAt: Instant) {
        self.id = id
        self.name = name
        self.plan = plan
        self.createdAt = createdAt
    }
}

/// A change of a plan that was made while the server ran, and outlives it.
public struct PlanOverride: Hashable, Sendable {
    public let plan: String
    /// Settings by their names under `plans.NAME.`, as they would stand in the configuration.
    public let settings: [String: String]

    public init(plan: String, settings: [String: String]) {
        self.plan = plan
        self.settings = settings
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
    /// Set for a browser's session; nil for a key that was made to last.
    public let session: Session?

    /// What a session has beside a key.
    public struct Session: Hashable, Sendable {
        public let expiresAt: Instant
        /// The digest of the key that it was made from, or ``parent(passkey:)``: it ends with that. nil: from none.
        public let parent: String?

        public init(expiresAt: Instant, parent: String?) {
            self.expiresAt = expiresAt
            self.parent = parent
        }

        private static let passkeyPrefix = "passkey:"

        /// What stands for a passkey as a session's parent; no key's digest looks like it.
        public static func parent(passkey id: String) -> String { passkeyPrefix + id }

        /// The passkey that opened the session; nil: none did.
        public var passkey: String? {
            guard let parent, parent.hasPrefix(Self.passkeyPrefix) else { return nil }
            return String(parent.dropFirst(Self.passkeyPrefix.count))
        }
    }

    public init(
        prefix: String,
        digest: String,
        account: AccountID,
        createdAt: Instant,
        revokedAt: Instant? = nil,
        session: Session? = nil
    ) {
        self.prefix = prefix
        self.digest = digest
        self.account = account
        self.createdAt = createdAt
        self.revokedAt = revokedAt
        self.session = session
    }
}
