import HTTPTypes
import Hummingbird
import Logging
import Records
import Service
import SurgeCore
import Synchronization

/// Finds the account of a request's key. No key, no service.
struct Authentication: RouterMiddleware {
    typealias Context = GatewayContext

    let keys: KeyCache
    let service: JobService

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let parts = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let key = SecretKey(text: String(parts[1])),
            let account = try await keys.account(of: key)
        else { throw APIError.unauthorized }
        var context = context
        context.account = account
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
    /// A revoked key stops working within this time.
    private static let validSeconds = 5.0
    private static let limit = 10_000

    private let store: any RecordStore
    private let clock: any TimeSource
    private let known = Mutex<[String: (account: Account, since: Instant)]>([:])

    init(store: any RecordStore, clock: any TimeSource) {
        self.store = store
        self.clock = clock
    }

    func account(of key: SecretKey) async throws -> Account? {
        let digest = key.digest
        let now = clock.now()
        if let entry = known.withLock({ $0[digest] }), now.seconds(since: entry.since) < Self.validSeconds {
            return entry.account
        }
        guard let account = try await store.account(forKeyDigest: digest) else { return nil }
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
            known[digest] = (account, now)
        }
        return account
    }
}
