import HTTPTypes
import Hummingbird
import Imaging
import NIOCore
import Records
import Service
import SurgeCore
import Synchronization

/// `POST /v1/verify`: was this picture made here?
final class VerifyController: Sendable {
    private static let limit = 50 * 1_000_000

    private let files: FileStore
    private let store: any RecordStore
    private let blocking: BlockingWork
    private let decoder: ImageDecoder
    private let addresses: ClientAddress
    private let uploads: UploadClock
    private let clock: any TimeSource
    private let limiter = Mutex(AddressLimiter(burst: 30, perSecond: 0.5))

    init(
        files: FileStore,
        store: any RecordStore,
        blocking: BlockingWork,
        decoder: ImageDecoder,
        addresses: ClientAddress,
        uploads: UploadClock,
        clock: any TimeSource
    ) {
        self.files = files
        self.store = store
        self.blocking = blocking
        self.decoder = decoder
        self.addresses = addresses
        self.uploads = uploads
        self.clock = clock
    }

    private struct Document: Encodable {
        let object = "verification"
        let made_here: Bool
        let sha256: String
        let format: String
        let width: Int
        let height: Int
        let made_at: Int?
        let model: String?
        let kind: String?
        let explanation: String

        private enum CodingKeys: String, CodingKey {
            case object, made_here, sha256, format, width, height, made_at, model, kind, explanation
        }

        // Written out: what is not known is sent as null.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(object, forKey: .object)
            try container.encode(made_here, forKey: .made_here)
            try container.encode(sha256, forKey: .sha256)
            try container.encode(format, forKey: .format)
            try container.encode(width, forKey: .width)
            try container.encode(height, forKey: .height)
            try container.encode(made_at, forKey: .made_at)
            try container.encode(model, forKey: .model)
            try container.encode(kind, forKey: .kind)
            try container.encode(explanation, forKey: .explanation)
        }
    }

    func verify(_ request: Request, context: GatewayContext) async throws -> Response {
        let address = addresses.network(of: request, context)
        if let seconds = limiter.withLock({ $0.take(1, from: address, at: clock.now()) }) {
            for try await _ in request.body {}
            throw APIError.tooMany("Too many pictures were sent from this address lately.", retryAfter: seconds)
        }
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
        let examined = await blocking.run { [decoder] () throws(Never) in
            writer.examine { path in
                Result { () throws(ImagingError) in try decoder.header(of: .file(path)) }
            }
        }
        let header: ImageHeader
        do {
            header = try examined.value.get()
        } catch {
            throw APIError.invalid(nil, "This is no picture that can be read: \(error).", code: "invalid_image")
        }
        let made = try await store.made(examined.digest)
        return .json(
            Document(
                made_here: made != nil,
                sha256: examined.digest,
                format: header.format.rawValue,
                width: header.size.width,
                height: header.size.height,
                made_at: made?.at.unixSeconds,
                model: made?.model,
                kind: made.map { $0.isEdit ? "edit" : "generation" },
                explanation: Self.explanation(made)
            ),
            headers: [.cacheControl: "no-store"]
        )
    }

    private static func explanation(_ made: MadeRecord?) -> String {
        guard let made else {
            return "No picture made here has exactly this content. It may still come from here: a copy that was saved "
                + "anew, cut or resized has other content, and only the very same file is recognised."
        }
        return "This very file was made here by the model '\(made.model)', "
            + (made.isEdit ? "from a photo" : "from words alone") + ". Not a byte of it was changed since."
    }
}
