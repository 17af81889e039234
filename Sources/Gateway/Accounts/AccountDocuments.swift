internal import Records
internal import Service
internal import SurgeCore

/// Accounts as their owners see them.
struct AccountDocuments: Sendable {
    let service: JobService
    let store: any AccountStore & PasskeyStore

    /// What is known of an account now; its records are asked, since its plan may have changed.
    func document(_ account: Account) async -> AccountDocument {
        let current = (try? await store.account(account.id)) ?? account
        let passkeys = (try? await store.passkeys(of: account.id)) ?? []
        return AccountDocument(current, await service.currentStanding(of: current), passkeys)
    }
}

struct AccountDocument: Encodable, Sendable {
    struct Allowance: Encodable, Sendable {
        let limit: Int
        let remaining: Int
        let resets_in_seconds: Int
    }

    struct Passkey: Encodable, Sendable {
        let id: String
        let name: String
        let created_at: Int
    }

    let id: String
    let object = "account"
    let name: String
    let plan: String
    let is_guest: Bool
    let is_operator: Bool
    let created_at: Int
    /// nil: as many pictures as one likes.
    let allowance: Allowance?
    /// nil: it does not pay in advance.
    let credits: Double?
    let passkeys: [Passkey]
    /// Whether the session that asked has ended with what it did; nil: it did nothing of the kind.
    var signed_out: Bool?

    private enum CodingKeys: String, CodingKey {
        case id, object, name, plan, is_guest, is_operator, created_at, allowance, credits, passkeys, signed_out
    }

    init(_ account: Account, _ standing: Scheduler.Standing?, _ passkeys: [PasskeyRecord]) {
        id = account.id.rawValue
        name = account.name
        plan = account.plan
        is_guest = account.isGuest
        is_operator = account.isOperator
        created_at = account.createdAt.unixSeconds
        allowance = standing.flatMap { standing in
            guard let limit = standing.allowance, let remaining = standing.remaining else { return nil }
            return Allowance(
                limit: limit,
                remaining: remaining,
                resets_in_seconds: Int(standing.resetsInSeconds.rounded(.up))
            )
        }
        credits = standing?.millicredits.map { Double($0) / 1_000 }
        self.passkeys = passkeys.map { Passkey(id: $0.id, name: $0.name, created_at: $0.createdAt.unixSeconds) }
    }

    // Written out: what is not there is sent as null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(object, forKey: .object)
        try container.encode(name, forKey: .name)
        try container.encode(plan, forKey: .plan)
        try container.encode(is_guest, forKey: .is_guest)
        try container.encode(is_operator, forKey: .is_operator)
        try container.encode(created_at, forKey: .created_at)
        try container.encode(allowance, forKey: .allowance)
        try container.encode(credits, forKey: .credits)
        try container.encode(passkeys, forKey: .passkeys)
        try container.encodeIfPresent(signed_out, forKey: .signed_out)
    }
}
