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
    /// Pictures that are looked at, at the same time; the others wait.
    private static let width = 1

    private let shelf: UploadShelf
    private let rights: RightsOffice
    /// Threads of its own.
    private let blocking: BlockingWork
    private let lane = VerificationLane()
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
        self.blocking = blocking.lane(width: Self.width)
        self.addresses = addresses
        self.clock = clock
    }

    func verify(_ request: Request, context: GatewayContext) async throws -> Response {
        let address = addresses.network(of: request, context)
        if let seconds = limiter.withLock({ $0.take(1, from: address, at: clock.steady()) }) {
            throw APIError.tooMany("Too many pictures were sent from this address lately.", retryAfter: seconds)
        }
        if let refusal = lane.enter(from: address) { throw APIError(refusal) }
        defer { lane.leave(from: address) }
        let sender = Sender(account: nil, address: address)
        let upload = try await blocking.run { [shelf] in try shelf.begin(sender) }
        defer { upload.discard() }
        for try await piece in request.body {
            let bytes = Array(piece.readableBytesView)
            try await blocking.run { try upload.append(bytes) }
        }
        upload.seal()
        let found: Verification
        do {
            found = try await rights.verify(path: upload.path, digest: upload.digest, blocking)
        } catch {
            throw APIError(error)
        }
        return .json(text: VerificationDocument(found).json, headers: [.cacheControl: "no-store"])
    }
}
