import Foundation
import Hummingbird
import Inference
import NIOCore
import Records
import Service
import SurgeCore

/// Counts that clients expect; see `Docs/API.md` for what a token is here.
struct UsageDocument: Encodable, Hashable, Sendable {
    struct Details: Encodable, Hashable, Sendable {
        let image_tokens: Int
        let text_tokens: Int
    }

    let input_tokens: Int
    let input_tokens_details: Details
    let output_tokens: Int
    let output_tokens_details: Details
    let total_tokens: Int

    private static let tile = 32

    init(request: PaintRequest, pictures: [PictureRecord]) {
        let text = (request.prompt.utf8.count + 3) / 4
        let perPicture = pictures.first.map(Self.tiles) ?? 0
        // The network reads the photo (and the style) at the size at which it paints.
        let inputPictures = request.stylePicture == nil ? 1 : 2
        let output = pictures.map(Self.tiles).reduce(0, +)
        input_tokens = text + perPicture * inputPictures
        input_tokens_details = Details(image_tokens: perPicture * inputPictures, text_tokens: text)
        output_tokens = output
        output_tokens_details = Details(image_tokens: output, text_tokens: 0)
        total_tokens = input_tokens + output
    }

    private static func tiles(_ picture: PictureRecord) -> Int {
        ((picture.width + tile - 1) / tile) * ((picture.height + tile - 1) / tile)
    }
}

/// A job as its owner sees it.
struct JobDocument: Encodable, Sendable {
    struct Range: Encodable {
        let low_seconds: Double
        let high_seconds: Double
    }

    struct Links: Encodable {
        let `self`: String
        let events: String
    }

    let snapshot: JobSnapshot
    /// The images answer, as JSON; only for a completed job.
    let result: ImagesDocument?

    private enum Key: String, CodingKey {
        case id, object, status, model, created_at, started_at, finished_at, expires_at, n, position, eta
        case requested_quality, rung, version, links, result, error
    }

    func encode(to encoder: any Encoder) throws {
        let record = snapshot.record
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(record.id.rawValue, forKey: .id)
        try container.encode("job", forKey: .object)
        try container.encode(record.status, forKey: .status)
        try container.encode(snapshot.request.model, forKey: .model)
        try container.encode(record.createdAt.unixSeconds, forKey: .created_at)
        try container.encode(record.startedAt?.unixSeconds, forKey: .started_at)
        try container.encode(record.finishedAt?.unixSeconds, forKey: .finished_at)
        try container.encode(record.expiresAt.unixSeconds, forKey: .expires_at)
        try container.encode(snapshot.request.styles.count, forKey: .n)
        try container.encode(snapshot.position, forKey: .position)
        let eta = snapshot.estimate.map {
            Range(low_seconds: $0.lowSeconds.roundedToTenth, high_seconds: $0.highSeconds.roundedToTenth)
        }
        try container.encode(eta, forKey: .eta)
        try container.encode(snapshot.request.requestedQuality, forKey: .requested_quality)
        try container.encode(record.rung, forKey: .rung)
        try container.encode(snapshot.version, forKey: .version)
        let path = "/v1/jobs/\(record.id)"
        try container.encode(Links(self: path, events: path + "/events"), forKey: .links)
        try container.encode(result, forKey: .result)
        try container.encode(failure.map(ErrorDocument.Body.init), forKey: .error)
    }

    private var failure: APIError? { snapshot.record.failure.map(APIError.init) }
}

/// The answer with pictures, as links or in base64.
struct ImagesDocument: Encodable, Sendable {
    struct Picture: Encodable, Sendable {
        let b64_json: String?
        let url: String?
        let revised_prompt: String
    }

    let created: Int
    let data: [Picture]
    let background = "opaque"
    let output_format: String
    let quality: String
    let size: String
    let usage: UsageDocument

    private enum CodingKeys: String, CodingKey {
        case created, data, background, output_format, quality, size, usage
    }
}

extension APIError {
    /// What a job's failure is to its owner.
    init(_ failure: FailureRecord) {
        let isTheirs = failure.code == "invalid_image"
        self.init(
            status: isTheirs ? .badRequest : .internalServerError,
            kind: isTheirs ? .invalidRequest : .server,
            code: failure.code,
            parameter: isTheirs ? "image" : nil,
            message: failure.message
        )
    }
}

extension ErrorDocument.Body {
    init(_ error: APIError) { self = ErrorDocument(error).error }
}

extension Instant {
    var unixSeconds: Int { Int(microseconds / 1_000_000) }
}

extension Double {
    fileprivate var roundedToTenth: Double { (self * 10).rounded() / 10 }
}

enum JSONText {
    /// A document as JSON text. Documents are made of strings and numbers, which always encode.
    static func encode(_ document: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(document)).map(Array.init) ?? Array("{}".utf8)
    }
}

extension Response {
    /// A JSON answer.
    static func json(
        _ document: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONText.encode(document)))
        )
    }

    static func error(_ error: APIError) -> Response {
        .json(ErrorDocument(error), status: error.status, headers: error.headers)
    }
}
