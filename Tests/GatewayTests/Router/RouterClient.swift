internal import Foundation
internal import HTTPTypes
internal import HummingbirdTesting
internal import NIOCore
internal import Records
internal import Testing

@testable import Gateway

/// Sends requests through the router of a ``RouterFixture``.
struct RouterClient: Sendable {
    let fixture: RouterFixture
    let client: any TestClientProtocol

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - caller: whose key it carries.
    ///   - json: a body of JSON, with its content type.
    ///   - headers: more headers, by name.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as caller: RouterFixture.Caller = .member,
        json: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> RouterAnswer {
        var headers = headers
        if json != nil, headers["content-type"] == nil { headers["content-type"] = "application/json" }
        return try await send(method, path, as: caller, bytes: json.map { Array($0.utf8) }, headers: headers)
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as caller: RouterFixture.Caller = .member,
        bytes: [UInt8]?,
        headers: [String: String] = [:]
    ) async throws -> RouterAnswer {
        var fields = HTTPFields()
        for (text, value) in headers {
            let name = try #require(HTTPField.Name(text))
            fields[name] = value
        }
        if let key = fixture.key(of: caller) { fields[.authorization] = "Bearer \(key.text)" }
        let response = try await client.execute(
            uri: path,
            method: method,
            headers: fields,
            body: bytes.map { ByteBuffer(bytes: $0) }
        )
        return RouterAnswer(response: response)
    }

    func get(
        _ path: String,
        as caller: RouterFixture.Caller = .member,
        headers: [String: String] = [:]
    ) async throws -> RouterAnswer {
        try await send(.get, path, as: caller, headers: headers)
    }

    func post(
        _ path: String,
        as caller: RouterFixture.Caller = .member,
        json: String,
        headers: [String: String] = [:]
    ) async throws -> RouterAnswer {
        try await send(.post, path, as: caller, json: json, headers: headers)
    }

    func delete(
        _ path: String,
        as caller: RouterFixture.Caller = .member,
        headers: [String: String] = [:]
    ) async throws -> RouterAnswer {
        try await send(.delete, path, as: caller, headers: headers)
    }

    // MARK: Pictures

    /// Asks for a picture of words. - Parameter fields: more fields, as JSON without braces.
    func generate(
        _ prompt: String,
        _ fields: String = "",
        as caller: RouterFixture.Caller = .member,
        headers: [String: String] = [:]
    ) async throws -> RouterAnswer {
        let more = fields.isEmpty ? "" : ", \(fields)"
        let body = "{\"prompt\": \"\(prompt)\"\(more)}"
        return try await post("/v1/images/generations", as: caller, json: body, headers: headers)
    }

    /// Makes a job and does not wait for it. - Returns: its id.
    func begin(
        _ prompt: String,
        _ fields: String = "",
        as caller: RouterFixture.Caller = .member
    ) async throws -> String {
        let answer = try await generate(prompt, fields, as: caller, headers: ["prefer": "respond-async"])
        try #require(answer.status == 202, "\(answer.text)")
        return try #require(answer["id"].string)
    }

    /// Has a picture of words painted. - Returns: its job's id.
    func paint(
        _ prompt: String,
        _ fields: String = "",
        as caller: RouterFixture.Caller = .member
    ) async throws -> String {
        let answer = try await generate(prompt, fields, as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(answer.header("heatsink-job"))
    }

    func edit(_ form: RouterForm, headers: [String: String] = [:]) async throws -> RouterAnswer {
        var headers = headers
        headers["content-type"] = RouterForm.contentType
        return try await send(.post, "/v1/images/edits", bytes: form.bytes, headers: headers)
    }
}

/// What the router answered.
struct RouterAnswer: Sendable {
    let response: TestResponse

    var status: Int { response.status.code }
    var bytes: [UInt8] { Array(response.body.readableBytesView) }
    var text: String { String(decoding: response.body.readableBytesView, as: UTF8.self) }
    var json: RouterJSON { RouterJSON(bytes) ?? .missing }
    var headers: HTTPFields { response.headers }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { response.headers[$0] } }

    subscript(path: String) -> RouterJSON { json[path] }

    func mismatches(_ expected: KeyValuePairs<String, RouterJSON>) -> [String] { json.mismatches(expected) }

    /// The status, the code of the error document, and its field if it names one: `400 invalid_value size`.
    var error: String {
        ["\(status)", code, parameter].compactMap(\.self).joined(separator: " ")
    }

    /// The code of an error document.
    var code: String? { self["error.code"].string }
    /// The field that an error document names.
    var parameter: String? { self["error.param"].string }

    /// The session in `Set-Cookie`, as a browser sends it back.
    var cookie: String? { header("set-cookie")?.split(separator: ";").first.map(String.init) }

    /// The server-sent events, in order; comments are left out.
    var events: [RouterEvent] {
        text.components(separatedBy: "\n\n").compactMap { RouterEvent($0) }
    }
}

/// A server-sent event.
struct RouterEvent: Sendable {
    let name: String
    let id: Int?
    let data: String

    /// - Returns: nil for a comment and for nothing.
    init?(_ text: String) {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { continue }
            let value = line[line.index(after: colon)...]
            fields[String(line[..<colon])] = String(value.hasPrefix(" ") ? value.dropFirst() : value)
        }
        guard let data = fields["data"] else { return nil }
        self.name = fields["event"] ?? "message"
        self.id = fields["id"].flatMap { Int($0) }
        self.data = data
    }

    var json: RouterJSON { RouterJSON(Array(data.utf8)) ?? .missing }
}

/// A body of the kind `multipart/form-data`.
struct RouterForm: Sendable {
    private static let boundary = "router-form"
    static let contentType = "multipart/form-data; boundary=\(boundary)"

    private var parts: [UInt8] = []

    /// - Parameter texts: fields with their texts.
    init(_ texts: KeyValuePairs<String, String>, image: [UInt8]? = nil) {
        for (name, text) in texts { add(name, Array(text.utf8), fileName: nil) }
        if let image { add(file: image, as: "image") }
    }

    mutating func add(file: [UInt8], as name: String) { add(name, file, fileName: "picture") }

    private mutating func add(_ name: String, _ content: [UInt8], fileName: String?) {
        let file = fileName.map { "; filename=\"\($0)\"" } ?? ""
        parts += "--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(file)\r\n\r\n".utf8
        parts += content
        parts += "\r\n".utf8
    }

    var bytes: [UInt8] { parts + Array("--\(Self.boundary)--\r\n".utf8) }
}
