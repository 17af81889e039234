import HTTPTypes
import Hummingbird
import NIOCore
import Records
import Service
import SurgeCore
import Synchronization

/// `POST /v1/verify`: was this picture made here, and is it as it was?
final class VerifyController: Sendable {
    /// The largest picture, in bytes. Larger bodies do not get here.
    static let limit = 50 * 1_000_000

    private let shelf: UploadShelf
    private let rights: RightsOffice
    /// Writes what arrives.
    private let blocking: BlockingWork
    /// A thread of its own, on which a file is looked at.
    private let lane: BlockingWork
    private let verifications = VerificationLimiter()
    private let addresses: ClientAddress
    private let clock: any TimeSource
    private let limiter = Mutex(AddressLimiter(burst: 30, perSecond: 0.5))

    init(
        shelf: UploadShelf,
        rights: RightsOffice,
        blocking: BlockingWork,
        addresses: ClientAddress,
        clock: any TimeSource
    ) {
        self.shelf = shelf
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
        let upload = try await blocking.run { [shelf] in try shelf.begin(sender) }
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
