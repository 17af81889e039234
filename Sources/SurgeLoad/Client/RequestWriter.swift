internal import Foundation
internal import NIOCore
internal import Scenarios

/// Writes the request that belongs to a number: the same number gives the same bytes, another number other ones.
struct RequestWriter: Sendable {
    var request: LoadRequest
    let photos: PhotoShelf
    let seed: UInt64
    /// Keeps the requests of two runs apart, so that the second does not meet jobs of the first.
    let mark: String

    var path: String {
        switch request.kind {
        case .edit: "/v1/images/edits"
        case .generation: "/v1/images/generations"
        }
    }

    func body(_ planned: LoadSchedule.Planned, of group: LoadGroup) -> RequestBody {
        var writer = self
        writer.request.n = planned.pictures ?? request.n
        writer.request.quality = group.quality ?? request.quality
        writer.request.model = group.model ?? request.model
        return writer.body(planned.index, isStreamed: group.mode == .streamed)
    }

    func body(_ index: Int, isStreamed: Bool) -> RequestBody {
        var generator = RandomStream(seed: seed, stream: UInt64(index) &+ 0x1000)
        let prompt = request.prompts.randomElement(using: &generator) ?? ""
        let numbered = "\(prompt) (\(mark)-\(index))"
        switch request.kind {
        case .edit: return multipart(numbered, photos.photos.randomElement(using: &generator), index, isStreamed)
        case .generation: return json(numbered, isStreamed)
        }
    }

    private var fields: [(name: String, value: String)] {
        var fields = [("n", String(request.n))]
        if let quality = request.quality { fields.append(("quality", quality)) }
        if let size = request.size { fields.append(("size", size)) }
        if let format = request.outputFormat { fields.append(("output_format", format)) }
        if let model = request.model { fields.append(("model", model)) }
        return fields
    }

    private func multipart(
        _ prompt: String,
        _ photo: PhotoShelf.Photo?,
        _ index: Int,
        _ isStreamed: Bool
    ) -> RequestBody {
        let boundary = "heatsink-load-\(mark)-\(index)"
        var head = ByteBuffer()
        let streaming = isStreamed ? [("stream", "true")] : []
        for (name, value) in [("prompt", prompt)] + fields + streaming {
            head.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n")
        }
        let contentType = "multipart/form-data; boundary=\(boundary)"
        let tail = ByteBuffer(string: "\r\n--\(boundary)--\r\n")
        guard let photo else {
            head.writeString("--\(boundary)--\r\n")
            return RequestBody(contentType: contentType, parts: [head])
        }
        let name = photo.name.filter { $0 != "\"" && !$0.isNewline }
        head.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"image\"; filename=\"\(name)\"\r\n")
        head.writeString("Content-Type: \(photo.contentType)\r\n\r\n")
        return RequestBody(contentType: contentType, parts: [head, photo.bytes, tail])
    }

    private func json(_ prompt: String, _ isStreamed: Bool) -> RequestBody {
        struct Document: Encodable {
            let prompt: String
            let n: Int
            let quality: String?
            let size: String?
            let output_format: String?
            let model: String?
            let stream: Bool?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let document = Document(
            prompt: prompt,
            n: request.n,
            quality: request.quality,
            size: request.size,
            output_format: request.outputFormat,
            model: request.model,
            stream: isStreamed ? true : nil
        )
        // Texts and numbers can always be encoded.
        let bytes = (try? encoder.encode(document)) ?? Data()
        return RequestBody(contentType: "application/json", parts: [ByteBuffer(bytes: bytes)])
    }
}
