internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Imaging
internal import Inference
internal import NIOCore
internal import Records
internal import Service
internal import SurgeCore

/// Makes the answers that carry pictures.
struct AnswerWriter: Sendable {
    let catalogue: ModelCatalogue
    let files: FileStore
    let signer: LinkSigner
    let clock: any TimeSource
    let rights: RightsService
    /// Where links begin; nil: at the host of the request, where it is one of ours (``AcceptedHosts``).
    let publicURL: String?

    /// The API's name for what the rung gives.
    private func quality(of snapshot: JobSnapshot) -> String {
        let names = ["low", "medium", "high", "xhigh", "max"]
        guard let entry = try? catalogue.entry(snapshot.request.model),
            let rung = entry.ladder.rung(named: snapshot.record.givenRung ?? snapshot.record.rung)
        else { return "high" }
        // Several names may mean one rung, and a rung may have none of the API's names: the best that it reaches.
        let place = entry.ladder.index(named: rung.name) ?? 0
        let reached = names.filter { name in
            entry.rung(forQuality: name).flatMap { entry.ladder.index(named: $0.name) }.map { $0 <= place } ?? false
        }
        return reached.contains(snapshot.request.requestedQuality)
            && entry.rung(forQuality: snapshot.request.requestedQuality) == rung
            ? snapshot.request.requestedQuality : reached.last ?? "low"
    }

    func link(to picture: PictureRecord, host: String) -> String {
        (publicURL ?? "http://\(host)") + signer.path(to: picture, now: clock.now())
    }

    /// A document with pictures in it, as JSON text.
    ///
    /// The encoder looks at every character of a string; a picture has millions, none of which needs escaping. So the
    /// document is encoded with short marks, and the pictures are put in their place while it is sent.
    func text(_ document: some Encodable & Sendable, pictures: [PictureRecord]) async throws -> PieceBody {
        try await text(json: JSONText.encode(document), pictures: pictures)
    }

    func text(json: [UInt8], pictures: [PictureRecord]) async throws -> PieceBody {
        var body = PieceBody()
        var rest = json[...]
        for picture in pictures { try rights.refuseTakenDown(picture.digest) }
        for picture in pictures {
            guard let content = await PieceBody.file(picture.digest, in: files, asBase64: true) else {
                throw APIError.notFound("The picture has expired.", code: "picture_expired")
            }
            guard let place = rest.firstRange(of: Array(Self.mark(for: picture).utf8)) else { continue }
            body.append(ByteBuffer(bytes: rest[..<place.lowerBound]))
            body.append(content)
            rest = rest[place.upperBound...]
        }
        body.append(ByteBuffer(bytes: rest))
        return body
    }

    /// Stands for a picture in a document that is being made. Nobody outside knows the digest before the answer, so no
    /// prompt can contain it.
    static func mark(for picture: PictureRecord) -> String { "picture:\(picture.digest)" }

    /// The images answer of a completed job.
    func images(_ snapshot: JobSnapshot, asLinks: Bool, host: String) -> ImagesDocument {
        let pictures = snapshot.record.pictures.map { picture in
            ImagesDocument.Picture(
                b64_json: asLinks ? nil : Self.mark(for: picture),
                url: asLinks ? link(to: picture, host: host) : nil,
                revised_prompt: picture.revisedPrompt
            )
        }
        let first = snapshot.record.pictures.first
        return ImagesDocument(
            created: (snapshot.record.finishedAt ?? snapshot.record.createdAt).unixSeconds,
            data: pictures,
            output_format: snapshot.request.encoding.format.rawValue,
            quality: quality(of: snapshot),
            size: first.map { "\($0.width)x\($0.height)" } ?? "",
            usage: UsageDocument(request: snapshot.request, pictures: snapshot.record.pictures)
        )
    }

    /// A job's document; with the pictures as links unless asked for otherwise.
    func job(_ snapshot: JobSnapshot, asLinks: Bool = true, host: String) -> JobDocument {
        let entry = try? catalogue.entry(snapshot.request.model)
        let ladder = entry?.ladder
        let isCompleted = snapshot.record.status == .completed
        return JobDocument(
            snapshot: snapshot,
            requestedQuality: ladder?.rung(named: snapshot.record.rung)?.quality,
            quality: snapshot.record.givenRung.flatMap { ladder?.rung(named: $0)?.quality },
            styles: snapshot.request.styles.map { style in
                guard case .learned(let index, _) = style else { return nil }
                return entry?.manifest.restyle?.styles.first { $0.index == index }?.name
            },
            takedowns: snapshot.record.pictures.map { rights.takedown(of: $0.digest) },
            result: isCompleted ? images(snapshot, asLinks: asLinks, host: host) : nil
        )
    }

    /// Headers that say what a picture got and what was asked for.
    func headers(_ snapshot: JobSnapshot) -> HTTPFields {
        var headers = HTTPFields()
        headers[.job] = snapshot.record.id.rawValue
        headers[.requestedQuality] = snapshot.request.requestedQuality
        if let promise = snapshot.promise {
            headers[.verdict] = promise.kind.rawValue
            headers[.estimateLow] = promise.outlook.estimate.lowSeconds.milli
            headers[.estimateHigh] = promise.outlook.estimate.highSeconds.milli
        }
        if let seed = snapshot.request.seed { headers[.seed] = String(seed.value) }
        if let position = snapshot.position { headers[.position] = String(position) }
        if let given = snapshot.record.givenRung {
            headers[.rung] = given
            let rung = (try? catalogue.entry(snapshot.request.model))?.ladder.rung(named: given)
            if let rung { headers[.rungQuality] = rung.quality.milli }
        }
        return headers
    }

    // MARK: Events of jobs

    func event(_ snapshot: JobSnapshot, host: String) -> ByteBuffer {
        EventText.event("job", id: snapshot.version, data: ByteBuffer(bytes: job(snapshot, host: host).json))
    }

    func event(_ partial: PartialPicture, of id: JobID, host: String) -> ByteBuffer {
        struct Document: Encodable {
            let job: String
            let picture: Int
            let partial_image_index: Int
            let url: String
        }
        let document = Document(
            job: id.rawValue,
            picture: partial.task,
            partial_image_index: partial.index,
            url: link(to: partial.picture, host: host)
        )
        return EventText.event("partial_image", id: partial.version, data: JSONText.buffer(document))
    }

    // MARK: Events of the images API

    /// A partial image, as `data:` of an event.
    func partialEvent(_ partial: PartialPicture, of snapshot: JobSnapshot) async throws -> PieceBody {
        struct Document: Encodable {
            let type: String
            let b64_json: String
            let partial_image_index: Int
            let created_at: Int
            let size: String
            let quality: String
            let background = "opaque"
            let output_format: String

            private enum CodingKeys: String, CodingKey {
                case type, b64_json, partial_image_index, created_at, size, quality, background, output_format
            }
        }
        return try await text(
            Document(
                type: Self.eventName("partial_image", of: snapshot),
                b64_json: Self.mark(for: partial.picture),
                partial_image_index: partial.index,
                created_at: clock.now().unixSeconds,
                size: "\(partial.picture.width)x\(partial.picture.height)",
                quality: quality(of: snapshot),
                output_format: partial.picture.format
            ),
            pictures: [partial.picture]
        )
    }

    /// A finished picture, as `data:` of an event.
    func completedEvent(_ picture: PictureRecord, of snapshot: JobSnapshot) async throws -> PieceBody {
        struct Document: Encodable {
            let type: String
            let b64_json: String
            let created_at: Int
            let size: String
            let quality: String
            let background = "opaque"
            let output_format: String
            let revised_prompt: String
            let usage: UsageDocument

            private enum CodingKeys: String, CodingKey {
                case type, b64_json, created_at, size, quality, background, output_format, revised_prompt, usage
            }
        }
        return try await text(
            Document(
                type: Self.eventName("completed", of: snapshot),
                b64_json: Self.mark(for: picture),
                created_at: (snapshot.record.finishedAt ?? clock.now()).unixSeconds,
                size: "\(picture.width)x\(picture.height)",
                quality: quality(of: snapshot),
                output_format: picture.format,
                revised_prompt: picture.revisedPrompt,
                usage: UsageDocument(request: snapshot.request, pictures: [picture])
            ),
            pictures: [picture]
        )
    }

    /// The API has names of its own for pictures made from a photo and from words alone.
    static func eventName(_ what: String, of snapshot: JobSnapshot) -> String {
        (snapshot.request.photo.isEmpty ? "image_generation." : "image_edit.") + what
    }
}

extension Double {
    /// With three digits after the point.
    fileprivate var milli: String { String((self * 1_000).rounded() / 1_000) }
}
