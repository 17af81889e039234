import HTTPTypes
import Hummingbird
import NIOCore
import Records
import Service
import SurgeCore
import Synchronization

/// `POST /v1/verify`: was this picture made here, and is it as it was?
final class VerifyController: Sendable {
    private static let limit = 50 * 1_000_000
    /// Pictures that are looked at, at the same time; the others wait.
    private static let width = 1

    private let files: FileStore
    private let rights: RightsOffice
    /// Threads of its own.
    private let blocking: BlockingWork
    private let lane = VerificationLane()
    private let addresses: ClientAddress
    private let uploads: UploadClock
    private let clock: any TimeSource
    private let limiter = Mutex(AddressLimiter(burst: 30, perSecond: 0.5))

    init(
        files: FileStore,
        rights: RightsOffice,
        blocking: BlockingWork,
        addresses: ClientAddress,
        uploads: UploadClock,
        clock: any TimeSource
    ) {
        self.files = files
        self.rights = rights
        self.blocking = blocking.lane(width: Self.width)
        self.addresses = addresses
        self.uploads = uploads
        self.clock = clock
    }

    func verify(_ request: Request, context: GatewayContext) async throws -> Response {
        let address = addresses.network(of: request, context)
        if let seconds = limiter.withLock({ $0.take(1, from: address, at: clock.now()) }) {
            for try await _ in request.body {}
            throw APIError.tooMany("Too many pictures were sent from this address lately.", retryAfter: seconds)
        }
        if let refusal = lane.enter(from: address) { throw APIError(refusal) }
        defer { lane.leave(from: address) }
        let writer = try await blocking.run { [files] () throws(RecordsError) in try files.makeWriter() }
        let count = try await uploads.run(context) {
            var count = 0
            for try await piece in request.body {
                count += piece.readableBytes
                guard count <= Self.limit else { continue }
                let bytes = Array(piece.readableBytesView)
                try await blocking.run { () throws(RecordsError) in try writer.append(bytes) }
            }
            return count
        }
        guard count <= Self.limit else {
            throw APIError.tooLarge("The picture is larger than \(Self.limit / 1_000_000) MB.")
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
