internal import BinaryText
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Passkeys
internal import Records
internal import Service
internal import StrictJSON
internal import SurgeCore

/// `/v1/session`, `/v1/guests`, `/v1/account`: who one is, and how to be nobody again.
struct SessionsController: Sendable {
    private static let confirmation = "delete everything"

    let service: JobService
    let store: any AccountStore
    let keys: KeyCache
    let guestAdmission: GuestAdmission
    let cookie: SessionCookie
    let addresses: ClientAddress
    let accounts: AccountDocuments
    let clock: any TimeSource
    /// The plan of guests; nil: there are none.
    let guestPlan: String?
    let publicURL: String?

    /// Who the visitor is, without an error when that is nobody.
    func show(_ request: Request, context: GatewayContext) async throws -> Response {
        struct Document: Encodable {
            let object = "session"
            let account: AccountDocument?
            let guests_allowed: Bool
            let passkeys_possible: Bool

            private enum CodingKeys: String, CodingKey { case object, account, guests_allowed, passkeys_possible }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(object, forKey: .object)
                try container.encode(account, forKey: .account)
                try container.encode(guests_allowed, forKey: .guests_allowed)
                try container.encode(passkeys_possible, forKey: .passkeys_possible)
            }
        }
        let holder = try await keys.holder(of: request, from: addresses.network(of: request, context))
        var document: AccountDocument?
        if let (account, _) = holder { document = await accounts.document(account) }
        return .json(
            Document(
                account: document,
                guests_allowed: guestPlan != nil,
                passkeys_possible: RelyingParty.isPossible(request, publicURL: publicURL)
            ),
            headers: [.cacheControl: "no-store"]
        )
    }

    // MARK: Coming

    func challenge(_ request: Request, context: GatewayContext) async throws -> Response {
        let isShort = await service.status().governor.isShort
        var challenge = guestAdmission.challenge(
            for: addresses.network(of: request, context),
            isShort: isShort,
            at: clock.steady()
        )
        // It is counted by the seconds that pass, and told by the time of day.
        let end = Instant(microseconds: Int64(challenge.expires_at) * 1_000_000)
        challenge.expires_at = clock.told(end).unixSeconds
        return .json(challenge, headers: [.cacheControl: "no-store"])
    }

    func makeGuest(_ request: Request, context: GatewayContext) async throws -> Response {
        try SameOrigin.checkIfBrowser(request)
        let fields = try await SmallBody.object(request)
        guard let guestPlan else {
            throw APIError.notFound("There are no guests here: sign in with a key.", code: "guests_not_allowed")
        }
        try guestAdmission.admit(
            challenge: try SmallBody.text("challenge", of: fields),
            proof: try SmallBody.text("proof", of: fields),
            address: addresses.network(of: request, context),
            at: clock.steady()
        )
        let now = clock.now()
        var account = Account(
            id: AccountID(rawValue: "acct_" + SessionSecret.make(bytes: 12)),
            name: "guest",
            plan: guestPlan,
            createdAt: now
        )
        account.isGuest = true
        let (record, secret) = session(of: account.id, parent: nil, at: now)
        try await store.create([(account, record)])
        await service.noteSignUp()
        return await signedIn(account, secret, status: .created)
    }

    func signIn(_ request: Request, context: GatewayContext) async throws -> Response {
        try SameOrigin.checkIfBrowser(request)
        let fields = try await SmallBody.object(request)
        guard let key = SecretKey(text: try SmallBody.text("key", of: fields)),
            let account = try await keys.account(ofDigest: key.digest)
        else {
            try keys.noteFailure(from: addresses.network(of: request, context))
            throw APIError.unauthorized
        }
        guard let response = try await signIn(account, parent: key.digest) else { throw APIError.unauthorized }
        return response
    }

    /// Begins a session.
    ///
    /// - Parameter parent: the digest of the key, or what stands for the passkey, that it ends with.
    /// - Returns: nil when that is not valid any more.
    func signIn(_ account: Account, parent: String) async throws -> Response? {
        let (record, secret) = session(of: account.id, parent: parent, at: clock.now())
        guard try await store.create(record) else { return nil }
        return await signedIn(account, secret, status: .ok)
    }

    private func session(of account: AccountID, parent: String?, at now: Instant) -> (KeyRecord, String) {
        let secret = SessionSecret.make(bytes: 32)
        let record = KeyRecord(
            prefix: "session",
            digest: SessionCookie.digest(secret),
            account: account,
            createdAt: now,
            session: KeyRecord.Session(
                expiresAt: now.advanced(bySeconds: Double(cookie.days) * 86_400),
                parent: parent
            )
        )
        return (record, secret)
    }

    private func signedIn(_ account: Account, _ secret: String, status: HTTPResponse.Status) async -> Response {
        .json(
            await accounts.document(account),
            status: status,
            headers: [.setCookie: cookie.header(secret), .cacheControl: "no-store"]
        )
    }

    // MARK: Going

    func signOut(_ request: Request, context: GatewayContext) async throws -> Response {
        let address = addresses.network(of: request, context)
        guard let (account, digest) = try await keys.holder(of: request, from: address) else {
            throw APIError.unauthorized
        }
        guard digest == SessionCookie.digest(of: request) else {
            throw APIError.invalid(nil, "Only a session can be ended here; `heatsink keys revoke` ends a key.")
        }
        try await store.revokeKey(digest: digest, at: clock.now())
        await keys.forget(account.id)
        return Response(status: .noContent, headers: [.setCookie: cookie.cleared])
    }

    /// Ends all sessions of the account but the one that asks.
    func endOthers(_ request: Request, context: GatewayContext) async throws -> Response {
        struct Document: Encodable {
            let object = "sessions"
            let ended: Int

            private enum CodingKeys: String, CodingKey { case object, ended }
        }
        let account = try context.requireAccount()
        let ended = try await store.endSessions(of: account.id, except: context.credential, at: clock.now())
        await keys.forget(account.id)
        return .json(Document(ended: ended), headers: [.cacheControl: "no-store"])
    }

    func account(_ request: Request, context: GatewayContext) async throws -> Response {
        .json(await accounts.document(try context.requireAccount()), headers: [.cacheControl: "no-store"])
    }

    /// Deletes the account with everything that is its own.
    func delete(_ request: Request, context: GatewayContext) async throws -> Response {
        struct Document: Encodable {
            let object = "account"
            let deleted = true
            let jobs: Int
            let pictures: Int
            let shares: Int

            private enum CodingKeys: String, CodingKey { case object, deleted, jobs, pictures, shares }
        }
        let account = try context.requireAccount()
        let fields = try await SmallBody.object(request)
        guard case .string(Self.confirmation)? = fields["confirm"] else {
            throw APIError.invalid("confirm", "'confirm' must be '\(Self.confirmation)': there is no way back.")
        }
        let forgotten: ForgottenAccount
        do {
            forgotten = try await service.delete(account.id)
        } catch {
            throw APIError(error)
        }
        await keys.forget(account.id)
        return .json(
            Document(jobs: forgotten.jobs, pictures: forgotten.pictures, shares: forgotten.shares),
            headers: [.setCookie: cookie.cleared, .cacheControl: "no-store"]
        )
    }
}

/// Random text that only one browser knows.
enum SessionSecret {
    static func make(bytes: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }.base64URL
    }
}

extension SessionsController {
    func routes(on routes: Routes) {
        routes.anyone.route("/v1/session", [.get: show, .post: signIn, .delete: signOut])
        routes.keyed.route("/v1/sessions", [.delete: endOthers])
        routes.anyone.route("/v1/guests", [.post: makeGuest])
        routes.anyone.route("/v1/guests/challenge", [.get: challenge])
        routes.keyed.route("/v1/account", [.get: account, .delete: delete])
    }
}
