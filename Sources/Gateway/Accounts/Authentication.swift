internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// Finds the account of a request's key or session. Without one, no service.
struct Authentication: RouterMiddleware {
    typealias Context = GatewayContext

    let keys: KeyCache
    let service: JobService
    let addresses: ClientAddress

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        // A browser asks for another site's page without a key; it is told what there is, and that pages may not.
        guard request.method != .options else { return try await next(request, context) }
        let address = addresses.network(of: request, context)
        guard let (account, credential) = try await keys.holder(of: request, from: address) else {
            throw APIError.unauthorized
        }
        var context = context
        context.account = account
        context.credential = credential
        context.logger[metadataKey: "account"] = "\(account.id)"
        let response: Response
        do {
            response = try await next(request, context)
        } catch var error as APIError {
            await addStanding(of: account, to: &error.headers)
            throw error
        }
        var answered = response
        await addStanding(of: account, to: &answered.headers)
        return answered
    }

    /// What is left of the account's allowance, or of its rate where there is no allowance.
    private func addStanding(of account: Account, to headers: inout HTTPFields) async {
        guard let standing = await service.standing(of: account) else { return }
        if let allowance = standing.allowance, let remaining = standing.remaining {
            headers[.rateLimit] = String(allowance)
            headers[.rateRemaining] = String(remaining)
            headers[.rateReset] = "\(Int(standing.resetsInSeconds.rounded(.up)))s"
        } else if let burst = standing.burst, let remaining = standing.burstRemaining {
            headers[.rateLimit] = String(burst)
            headers[.rateRemaining] = String(remaining)
            headers[.rateReset] = "\(Int(standing.burstResetsInSeconds.rounded(.up)))s"
        }
    }
}

/// Remembers for a few seconds whose key is whose, so that a stream of requests does not ask the records each time.
final class KeyCache: Sendable {
    /// A key that another process revoked stops working within this time.
    private static let validSeconds = 2.0
    private static let limit = 10_000

    private struct State {
        var entries: [String: (account: Account, since: Instant)] = [:]
        /// Grows with each ``KeyCache/forget(_:)``: an answer of the records from before it is not remembered.
        var generation = 0
    }

    private let store: any CredentialStore
    private let clock: any TimeSource
    /// Ends what is under way.
    private let authorities: AuthorityWatch
    private let failures = FailedCredentials()
    private let state = Mutex(State())

    init(store: any CredentialStore, clock: any TimeSource, authorities: AuthorityWatch) {
        self.store = store
        self.clock = clock
        self.authorities = authorities
    }

    /// The account of a request's key, or else of its session, with the credential's digest.
    ///
    /// - Parameter address: where the request comes from: one that sends many keys that are none has to wait.
    /// - Throws: ``APIError`` for a session that another site's page makes use of, and for too many keys that are not valid.
    func holder(of request: Request, from address: String) async throws -> (Account, credential: String)? {
        if let header = request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer", let key = SecretKey(text: String(parts[1])),
                let account = try await account(ofDigest: key.digest)
            else {
                try noteFailure(from: address)
                return nil
            }
            return (account, key.digest)
        }
        guard let digest = SessionCookie.digest(of: request) else { return nil }
        try SameOrigin.check(request)
        guard let account = try await account(ofDigest: digest) else {
            try noteFailure(from: address)
            return nil
        }
        return (account, digest)
    }

    /// Counts a key, a session or a passkey that is none. - Throws: `rate_limit_exceeded` when there were too many.
    func noteFailure(from address: String) throws(APIError) {
        try failures.note(from: address, at: clock.steady())
    }

    func account(ofDigest digest: String) async throws -> Account? {
        let now = clock.steady()
        let (entry, generation) = state.withLock { ($0.entries[digest], $0.generation) }
        if let entry, now.seconds(since: entry.since) < Self.validSeconds { return entry.account }
        guard let account = try await store.account(forKeyDigest: digest, at: clock.now()) else { return nil }
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= Self.limit { state.entries.removeAll(keepingCapacity: true) }
            state.entries[digest] = (account, now)
        }
        return account
    }

    /// To be called when an account, its keys or its sessions have changed or gone: they are looked up anew, and what is under
    /// way with one that is not valid any more ends.
    func forget(_ account: AccountID) async {
        state.withLock { state in
            state.generation += 1
            state.entries = state.entries.filter { $0.value.account.id != account }
        }
        await authorities.look()
    }
}
