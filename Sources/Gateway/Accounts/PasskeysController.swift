internal import BinaryText
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Passkeys
internal import Records
internal import Service
internal import StrictJSON
internal import SurgeCore
internal import Synchronization

/// `/v1/passkeys`: signing in without a key or a password.
final class PasskeysController: Sendable {
    private static let challengeBytes = 32
    private static let mostPasskeys = 20
    /// Who asks to sign in is nobody yet.
    private static let anybody = ""

    private let store: any AccountStore & PasskeyStore
    private let sessions: SessionsController
    private let accounts: AccountDocuments
    private let keys: KeyCache
    private let clock: any TimeSource
    private let publicURL: String?
    /// The plan that a guest comes under with its first passkey.
    private let memberPlan: String
    private let registrations: Mutex<Tickets>
    private let assertions: Mutex<Tickets>

    init(
        store: any AccountStore & PasskeyStore,
        sessions: SessionsController,
        accounts: AccountDocuments,
        keys: KeyCache,
        clock: any TimeSource,
        publicURL: String?,
        memberPlan: String,
        secret: [UInt8]
    ) {
        self.store = store
        self.sessions = sessions
        self.accounts = accounts
        self.keys = keys
        self.clock = clock
        self.publicURL = publicURL
        self.memberPlan = memberPlan
        registrations = Mutex(Tickets(secret: secret, purpose: "passkey registration"))
        assertions = Mutex(Tickets(secret: secret, purpose: "passkey assertion"))
    }

    // MARK: A new passkey

    func askForNew(_ request: Request, context: GatewayContext) async throws -> Response {
        struct Document: Encodable {
            let state: String
            let options: PasskeyRegistration.Options
        }
        let account = try context.requireAccount()
        let party = try RelyingParty(request, publicURL: publicURL)
        let known = try await store.passkeys(of: account.id)
        guard known.count < Self.mostPasskeys else {
            throw APIError.invalid(nil, "An account has at most \(Self.mostPasskeys) passkeys; forget one first.")
        }
        let (state, challenge) = issue(registrations, to: account.id.rawValue)
        let options = PasskeyRegistration.Options(
            user: PasskeyRegistration.User(
                id: Array(account.id.rawValue.utf8),
                name: account.isGuest ? "Heatsink" : account.name,
                displayName: account.isGuest ? "Heatsink" : account.name
            ),
            challenge: challenge,
            relyingParty: party,
            excluding: known.compactMap(Self.passkey)
        )
        return .json(Document(state: state, options: options), headers: [.cacheControl: "no-store"])
    }

    func add(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let party = try RelyingParty(request, publicURL: publicURL)
        let fields = try await SmallBody.object(request)
        let challenge = try spend(registrations, fields, of: account.id.rawValue)
        let name =
            SmallBody.has("name", in: fields)
            ? try SmallBody.text("name", of: fields, limit: TextLimit.passkeyName) : "passkey"
        let passkey: Passkey
        do {
            passkey = try PasskeyRegistration.verify(
                response: try Self.credential(fields),
                challenge: challenge,
                relyingParty: party
            )
        } catch let error as PasskeyError {
            throw APIError(error)
        }
        let id = passkey.credentialID.base64URL
        guard try await store.passkey(id) == nil else {
            throw APIError.invalid("credential", "This passkey is known already.", code: "invalid_passkey")
        }
        let record = PasskeyRecord(
            id: id,
            account: account.id,
            name: name,
            content: Self.content(passkey),
            createdAt: clock.now()
        )
        try await store.create(record, promotingTo: memberPlan)
        await keys.forget(account.id)
        return .json(await accounts.document(account), status: .created)
    }

    func forget(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let id = context.parameters.get("id") ?? ""
        let removal = try await store.forget(
            passkey: id,
            of: account.id,
            askedBy: context.credential,
            at: clock.now()
        )
        switch removal {
        case .unknown: throw APIError.notFound("There is no such passkey.", code: "passkey_not_found")
        case .onlyWayIn: throw APIError.onlyWayIn
        case .forgotten(let endsOwnSession):
            await keys.forget(account.id)
            var document = await accounts.document(account)
            document.signed_out = endsOwnSession
            var headers: HTTPFields = [.cacheControl: "no-store"]
            if endsOwnSession { headers[.setCookie] = sessions.cookie.cleared }
            return .json(document, headers: headers)
        }
    }

    // MARK: Signing in

    func challenge(_ request: Request, context: GatewayContext) async throws -> Response {
        struct Document: Encodable {
            let state: String
            let options: PasskeyAssertion.Options
        }
        let party = try RelyingParty(request, publicURL: publicURL)
        let (state, challenge) = issue(assertions, to: Self.anybody)
        return .json(
            Document(state: state, options: PasskeyAssertion.Options(challenge: challenge, relyingParty: party)),
            headers: [.cacheControl: "no-store"]
        )
    }

    func signIn(_ request: Request, context: GatewayContext) async throws -> Response {
        try SameOrigin.checkIfBrowser(request)
        let party = try RelyingParty(request, publicURL: publicURL)
        let fields = try await SmallBody.object(request)
        let challenge = try spend(assertions, fields, of: Self.anybody)
        let address = sessions.addresses.network(of: request, context)
        do {
            let assertion = try PasskeyAssertion(response: try Self.credential(fields))
            let id = assertion.credentialID.base64URL
            guard let record = try await store.passkey(id), let passkey = Self.passkey(record),
                assertion.userHandle.map({ $0 == Array(record.account.rawValue.utf8) }) == true,
                let account = try await store.account(record.account)
            else {
                try keys.noteFailure(from: address)
                throw APIError.unknownPasskey
            }
            let used = try assertion.verify(challenge: challenge, relyingParty: party, passkey: passkey)
            try await store.update(passkey: id, content: Self.content(used), at: clock.now())
            let parent = KeyRecord.Session.parent(passkey: id)
            guard let response = try await sessions.signIn(account, parent: parent) else {
                throw APIError.unknownPasskey
            }
            return response
        } catch let error as PasskeyError {
            try keys.noteFailure(from: address)
            throw APIError(error)
        }
    }

    // MARK: Steps

    private func issue(_ tickets: borrowing Mutex<Tickets>, to holder: String) -> (state: String, challenge: [UInt8]) {
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<Self.challengeBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let now = clock.now()
        let state = tickets.withLock { $0.issue("passkey", to: holder, nonce: nonce, at: now).text }
        return (state, Self.challenge(nonce.base64URL))
    }

    /// Takes a state back. It works once, whether or not what comes with it holds.
    private func spend(
        _ tickets: borrowing Mutex<Tickets>,
        _ fields: [String: JSONValue],
        of holder: String
    ) throws(APIError) -> [UInt8] {
        let text = try SmallBody.text("state", of: fields)
        let now = clock.now()
        let nonce = tickets.withLock { tickets -> String? in
            guard let ticket = try? tickets.check(text, of: holder, at: now) else { return nil }
            tickets.spend(ticket, at: now)
            return ticket.nonce
        }
        guard let nonce else {
            throw .invalid("state", "This took too long, or was answered before. Begin again.", code: "invalid_state")
        }
        return Self.challenge(nonce)
    }

    /// The challenge is the ticket's nonce as text: what was asked is read from the ticket itself.
    private static func challenge(_ nonce: String) -> [UInt8] { Array(nonce.utf8) }

    private static func credential(_ fields: [String: JSONValue]) throws(APIError) -> [UInt8] {
        guard let credential = fields["credential"], case .object = credential else {
            throw .missing("credential", "'credential' is missing: what the browser's toJSON() gave.")
        }
        return JSONText.encode(credential)
    }

    private static func content(_ passkey: Passkey) -> String {
        String(decoding: JSONText.encode(passkey), as: UTF8.self)
    }

    private static func passkey(_ record: PasskeyRecord) -> Passkey? {
        try? JSONDecoder().decode(Passkey.self, from: Data(record.content.utf8))
    }
}

extension RelyingParty {
    /// This server, as the browser knows it.
    init(_ request: Request, publicURL: String?) throws(APIError) {
        let named = publicURL ?? "http://\(request.linkAuthority)"
        guard let url = URL(string: named), let host = url.host(), Self.isDomain(host) else {
            throw .invalid(
                nil,
                "Passkeys need a host name: browsers refuse them at bare addresses. Here, use localhost.",
                code: "passkeys_not_possible"
            )
        }
        let authority = url.port.map { "\(host):\($0)" } ?? host
        let origins =
            publicURL == nil ? ["http://\(authority)", "https://\(authority)"] : [Self.origin(url, authority)]
        self.init(id: host, origins: Set(origins), name: "Heatsink")
    }

    private static func origin(_ url: URL, _ authority: String) -> String { "\(url.scheme ?? "https")://\(authority)" }

    /// A name, not an address.
    private static func isDomain(_ host: String) -> Bool {
        !host.isEmpty && !host.contains(":") && host.contains { $0.isLetter } && !host.hasPrefix("[")
    }

    static func isPossible(_ request: Request, publicURL: String?) -> Bool {
        (try? RelyingParty(request, publicURL: publicURL)) != nil
    }
}

extension APIError {
    fileprivate static let onlyWayIn = APIError(
        status: .conflict,
        kind: .invalidRequest,
        code: "only_way_in",
        parameter: nil,
        message: "This passkey is the only way into the account, and it opened this session. Make another passkey "
            + "first, or delete the account.",
        headers: [.shouldRetry: "false"]
    )

    fileprivate static let unknownPasskey = APIError(
        status: .unauthorized,
        kind: .invalidRequest,
        code: "unknown_passkey",
        parameter: "credential",
        message: "Nobody here has this passkey; its account may have been deleted.",
        headers: [.wwwAuthenticate: "Bearer"]
    )

    fileprivate init(_ error: PasskeyError) {
        self = .invalid("credential", "\(error)", code: "invalid_passkey")
    }
}

extension PasskeysController {
    func routes(on routes: Routes) {
        routes.anyone.route("/v1/passkeys/challenge", [.post: challenge])
        routes.anyone.route("/v1/passkeys/session", [.post: signIn])
        routes.keyed.route("/v1/passkeys", [.post: add])
        routes.keyed.route("/v1/passkeys/registration", [.post: askForNew])
        routes.keyed.route("/v1/passkeys/{id}", [.delete: forget])
    }
}
