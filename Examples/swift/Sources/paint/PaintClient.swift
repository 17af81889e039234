import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks a Heatsink server for pictures and gives them out as they arrive.
struct PaintClient {
    /// One event of an image stream.
    struct Picture: Decodable {
        /// Such as `image_generation.partial_image` or `image_edit.completed`.
        let type: String
        /// The file, in base64.
        let encoded: String
        /// Only in partial images, from 0.
        let partialIndex: Int?

        enum CodingKeys: String, CodingKey {
            case type
            case encoded = "b64_json"
            case partialIndex = "partial_image_index"
        }
    }

    /// The server refused the request, or the job failed. The text is the server's error document.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private struct Request: Encodable {
        struct Image: Encodable {
            let url: String

            enum CodingKeys: String, CodingKey {
                case url = "image_url"
            }
        }

        let prompt: String
        let images: [Image]?
        let stream = true
        let partialImages = 2
        let quality = "max"

        enum CodingKeys: String, CodingKey {
            case prompt, images, stream, quality
            case partialImages = "partial_images"
        }
    }

    /// Such as `http://127.0.0.1:8080`, without a path.
    let server: String
    let key: String

    /// Paints a prompt, or a photo in the style that the prompt names.
    ///
    /// - Parameter photo: an image file. nil: the picture is painted from the prompt alone.
    /// - Throws: ``Refusal``, and errors of the connection.
    func paint(_ prompt: String, photo: Data?, receive: (Picture) throws -> Void) async throws {
        var request = HTTPClientRequest(url: server + (photo == nil ? "/v1/images/generations" : "/v1/images/edits"))
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        request.headers.add(name: "Content-Type", value: "application/json")
        let images = photo.map { photo in
            [Request.Image(url: "data:application/octet-stream;base64,\(photo.base64EncodedString())")]
        }
        let body = try JSONEncoder().encode(Request(prompt: prompt, images: images))
        request.body = .bytes(ByteBuffer(bytes: body))

        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(10))
        guard response.status == .ok else {
            let text = try await response.body.collect(upTo: 1 << 20)
            throw Refusal(description: "\(response.status): \(String(buffer: text))")
        }
        var parser = EventParser()
        for try await piece in response.body {
            for event in parser.append(piece.readableBytesView) {
                guard event.data != "[DONE]" else { return }
                guard event.name != "error" else { throw Refusal(description: event.data) }
                try receive(JSONDecoder().decode(Picture.self, from: Data(event.data.utf8)))
            }
        }
    }
}
