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

    private let files: FileStore
    private let rights: RightsOffice
    /// Threads of its own.
    private let blocking: BlockingWork
    private let lane = VerificationLane()
    private let addresses: ClientAddress
    private let clock: any TimeSource
    private let limiter = Mutex(AddressLimiter(burst: 30, perSecond: 0.5))

    init(
        files: FileStore,
        rights: RightsOffice,
        blocking: BlockingWork,
        addresses: ClientAddress,
        clock: any TimeSource
    ) {
        self.files = files
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
        let writer = try await blocking.run { [files] () throws(RecordsError) in try files.makeWriter() }
        for try await piece in request.body {
            let bytes = Array(piece.readableBytesView)
            try await blocking.run { () throws(RecordsError) in try writer.append(bytes) }
        }
        let found: Verification
        do {
            found = try await writer.examine { path, digest in
                try await rights.verify(path: path, digest: digest, blocking)
            }
        } catch let error as RightsError {
            throw APIError(error)
        }
        return .json(text: VerificationDocument(found).json, headers: [.cacheControl: "no-store"])
    }
}
