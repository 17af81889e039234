internal import Foundation
internal import Hummingbird
internal import Inference
internal import NIOCore
internal import Records
internal import Service
internal import SurgeCore

/// Counts that clients expect; see `Docs/API/Overview.md` for what a token is here.
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
        let inputPictures = (request.photo.isEmpty ? 0 : 1) + (request.stylePicture == nil ? 0 : 1)
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
struct JobDocument: Sendable {
    let snapshot: JobSnapshot
    /// 0...1, of the rung that was asked for and of the one that was given; nil when it is not installed any more.
    let requestedQuality: Double?
    let quality: Double?
    /// By picture: the name of the learned style that it is painted in; nil when it is painted in none.
    let styles: [String?]
    /// By picture: the decision by which it was taken down.
    let takedowns: [String?]
    /// The images answer, as JSON; only for a completed job.
    let result: ImagesDocument?

    /// As JSON text.
    var json: [UInt8] {
        let record = snapshot.record
        let path = "/v1/jobs/\(record.id)"
        var links = JSONWriter(capacity: 128)
        links.add("self", path)
        links.add("events", path + "/events")
        var writer = JSONWriter(capacity: 1_024)
        writer.add("id", record.id.rawValue)
        writer.add("object", "job")
        writer.add("status", record.status.rawValue)
        writer.add("model", snapshot.request.model)
        writer.add("created_at", record.createdAt.unixSeconds)
        writer.add("started_at", record.startedAt?.unixSeconds)
        writer.add("finished_at", record.finishedAt?.unixSeconds)
        writer.add("expires_at", record.expiresAt.unixSeconds)
        writer.add("deadline_at", record.deadline?.unixSeconds)
        writer.add("n", snapshot.request.styles.count)
        writer.add("position", snapshot.position)
        writer.add("eta", json: snapshot.estimate.map(Self.range))
        writer.add("verdict", snapshot.promise?.kind.rawValue)
        writer.add("promised_eta", json: (snapshot.promise?.outlook.estimate).map(Self.range))
        writer.add("kind", snapshot.request.photo.isEmpty ? "generation" : "edit")
        writer.add("prompt", snapshot.request.askedPrompt)
        writer.add("style", snapshot.request.askedStyle ?? styles.first ?? nil)
        writer.add("rights", json: snapshot.request.rights.map(Self.rights))
        writer.add("photo", snapshot.request.photo.isEmpty ? nil : path + "/photo")
        writer.add("requested_quality", snapshot.request.requestedQuality)
        writer.add("requested_rung", record.rung)
        writer.add("rung", record.givenRung)
        writer.add("requested_quality_value", requestedQuality)
        writer.add("quality_value", quality)
        writer.add("lowered", json: lowered)
        writer.add("progress", snapshot.progress.map { ($0 * 1_000).rounded() / 1_000 })
        writer.add("seed", snapshot.request.seed.map { Int(clamping: $0.value) })
        writer.add("version", Int(snapshot.version))
        writer.add("links", json: links.finish())
        writer.add("pictures", array: record.pictures.indices.map { picture($0, path + "/pictures/\($0)") })
        writer.add("result", json: result.map { JSONText.encode($0) })
        writer.add("error", json: record.failure.map { JSONText.encode(ErrorDocument.Body(APIError($0))) })
        return writer.finish()
    }

    /// From which rung to which, and why.
    private var lowered: [UInt8]? {
        guard let given = snapshot.record.givenRung, let reason = snapshot.record.loweredBecause else { return nil }
        var writer = JSONWriter(capacity: 192)
        writer.add("from", snapshot.record.rung)
        writer.add("to", given)
        writer.add("why", reason)
        return writer.finish()
    }

    private func picture(_ index: Int, _ path: String) -> [UInt8] {
        let picture = snapshot.record.pictures[index]
        var writer = JSONWriter(capacity: 256)
        writer.add("url", path)
        writer.add("style", styles.indices.contains(index) ? styles[index] : nil)
        writer.add("width", picture.width)
        writer.add("height", picture.height)
        writer.add("format", picture.format)
        writer.add("revised_prompt", picture.revisedPrompt)
        writer.add("sha256", picture.digest)
        writer.add("taken_down", takedowns.indices.contains(index) ? takedowns[index] : nil)
        return writer.finish()
    }

    /// What the policy did.
    private static func rights(_ note: RightsNote) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("policy", note.policy)
        writer.add("changes", array: note.changes.map(JSONWriter.text))
        writer.add("labels", array: note.labels.map(JSONWriter.text))
        return writer.finish()
    }

    private static func range(_ estimate: Estimate) -> [UInt8] {
        var writer = JSONWriter(capacity: 64)
        writer.add("low_seconds", estimate.lowSeconds.roundedToTenth)
        writer.add("high_seconds", estimate.highSeconds.roundedToTenth)
        return writer.finish()
    }
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
        guard failure.code != APIError.cannotSign.code else {
            self = .cannotSign
            return
        }
        let isTheirs = failure.code == "invalid_image"
        let isDecided = failure.decision != nil
        self.init(
            status: isTheirs || isDecided ? .badRequest : .internalServerError,
            kind: isDecided ? .user : isTheirs ? .invalidRequest : .server,
            code: failure.code,
            parameter: isTheirs ? "image" : nil,
            message: failure.message
        )
        guard let decision = failure.decision else { return }
        message += " Decision \(decision): POST /v1/appeals says something against it."
        headers = [.shouldRetry: "false", .decision: decision]
        self.decision = decision
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

extension JSONText {
    static func encode(_ document: JobDocument) -> [UInt8] { document.json }
}

extension Response {
    /// A JSON answer.
    static func json(_ document: JobDocument, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response
    {
        json(text: document.json, status: status, headers: headers)
    }
}
