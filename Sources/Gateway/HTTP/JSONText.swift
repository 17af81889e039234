internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

enum JSONText {
    static func buffer(_ document: some Encodable) -> ByteBuffer { ByteBuffer(bytes: encode(document)) }

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
        json(text: JSONText.encode(document), status: status, headers: headers)
    }

    static func json(text: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: text)))
    }

    static func error(_ error: APIError) -> Response {
        .json(ErrorDocument(error), status: error.status, headers: error.headers)
    }
}
