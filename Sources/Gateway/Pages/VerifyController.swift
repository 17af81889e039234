internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// `POST /v1/verify`: was this picture made here, and is it as it was?
final class VerifyController: Sendable {
    /// The largest picture, in bytes. Larger bodies do not get here.
    static let limit = BodyReader.Limit.image

    private let quota: UploadQuota
    private let rights: RightsService
    /// Writes what arrives.
    private let blocking: BlockingWork
    /// A thread of its own, on which a file is looked at.
    private let lane: BlockingWork
    private let verifications = VerificationLimiter()
    private let addresses: ClientAddress
    private let clock: any TimeSource
    private let limiter = Mutex(AddressLimiter(burst: 30, perSecond: 0.5))

    init(
        quota: UploadQuota,
        rights: RightsService,
        blocking: BlockingWork,
        addresses: ClientAddress,
        clock: any TimeSource
    ) {
        self.quota = quota
        self.rights = rights
        self.blocking = blocking
        lane = blocking.lane(width: 1)
        self.addresses = addresses
        self.clock = clock
    }

    func verify(_ request: Request, context: GatewayContext) async throws -> Response {
        let address = addresses.network(of: request, context)
        if let seconds = limiter.withLock({ $0.take(1, from: address, at: clock.steady()) }) {
            throw APIError.tooMany("Too many pictures were sent from this address lately.", retryAfter: seconds)
        }
        if let refusal = verifications.enter(from: address) { throw APIError(refusal) }
        defer { verifications.leave(from: address) }
        let sender = Sender(account: nil, address: address)
        let upload = try await blocking.run { [quota] in try quota.begin(sender) }
        defer { upload.discard() }
        for try await piece in request.body {
            try await upload.append(Array(piece.readableBytesView), on: blocking)
        }
        try await blocking.run { try upload.seal() }
        let found: Verification
        do {
            found = try await verifications.alone { () async throws(RightsError) in
                try await rights.verify(path: upload.path, digest: upload.digest, lane)
            }
        } catch {
            throw APIError(error)
        }
        return .json(text: VerificationDocument(found).json, headers: [.cacheControl: "no-store"])
    }
}

extension VerifyController {
    func routes(on routes: Routes) {
        routes.anyone.route("/v1/verify", [.post: verify])
    }
}
