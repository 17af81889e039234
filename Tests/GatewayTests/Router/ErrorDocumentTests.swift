internal import HTTPTypes
internal import Testing

@testable import Gateway

/// Errors have one form, whatever found them, and name the field at fault.
@Suite("Routes: error documents")
struct ErrorDocumentTests {
    /// A request that is refused, and how.
    struct Refused: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let path: String
        var caller = RouterFixture.Caller.member
        var body: String?
        var headers: [String: String] = [:]
        let status: Int
        let code: String
        var type = "invalid_request_error"
        var parameter: String?

        var testDescription: String { "\(method.rawValue) \(path.prefix(40)): \(status) \(code)" }
    }

    private static let generations = "/v1/images/generations"

    private static func long(_ name: String, _ count: Int) -> String {
        #"{"\#(name)": "\#(String(repeating: "x", count: count))"}"#
    }

    static let refused: [Refused] = [
        Refused(method: .get, path: "/nothing", status: 404, code: "not_found"),
        Refused(method: .get, path: "/nothing", caller: .nobody, status: 404, code: "not_found"),
        Refused(method: .get, path: "/v1/models/none", status: 404, code: "model_not_found", parameter: "model"),
        Refused(method: .get, path: "/v1/jobs/job_none", status: 404, code: "job_not_found"),
        Refused(method: .delete, path: "/v1/shares/none", status: 404, code: "share_not_found"),
        Refused(method: .delete, path: "/v1/passkeys/none", status: 404, code: "passkey_not_found"),
        Refused(method: .get, path: "/pictures/none", status: 403, code: "invalid_link"),
        Refused(method: .get, path: "/v1/models", caller: .nobody, status: 401, code: "invalid_api_key"),
        Refused(method: .get, path: "/ops/state", status: 403, code: "operators_only"),
        Refused(method: .put, path: "/v1/models", status: 405, code: "method_not_allowed"),
        Refused(
            method: .post,
            path: generations,
            body: "prompt=a",
            headers: ["content-type": "text/plain"],
            status: 415,
            code: "unsupported_media_type"
        ),
        Refused(
            method: .post,
            path: generations,
            body: #"{"prompt": "a"}"#,
            headers: ["content-encoding": "gzip"],
            status: 415,
            code: "unsupported_media_type"
        ),
        Refused(method: .post, path: generations, body: "{", status: 400, code: "invalid_json"),
        Refused(method: .post, path: generations, body: "[1]", status: 400, code: "invalid_json"),
        Refused(
            method: .post,
            path: generations,
            body: #"{"prompt": "a", "n": 01}"#,
            status: 400,
            code: "invalid_json",
            parameter: "n"
        ),
        Refused(
            method: .post,
            path: generations,
            body: #"{"prompt": "a", "prompt": "b"}"#,
            status: 400,
            code: "invalid_json",
            parameter: "prompt"
        ),
        Refused(
            method: .post,
            path: generations,
            body: "{}",
            status: 400,
            code: "missing_required_parameter",
            parameter: "prompt"
        ),
        Refused(
            method: .post,
            path: "/v1/shares",
            body: "{}",
            status: 400,
            code: "missing_required_parameter",
            parameter: "job"
        ),
        Refused(
            method: .post,
            path: "/v1/shares",
            body: long("job", 65_536),
            status: 413,
            code: "request_too_large"
        ),
        Refused(
            method: .post,
            path: generations,
            body: long("prompt", 524_288),
            status: 413,
            code: "request_too_large"
        ),
        Refused(method: .get, path: "/v1/jobs?limit=0", status: 400, code: "invalid_value", parameter: "limit"),
    ]

    @Test("An error has a sentence, a type, a code, and the field or null", arguments: refused)
    func shape(request: Refused) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.send(
                request.method,
                request.path,
                as: request.caller,
                json: request.body,
                headers: request.headers
            )
            #expect(answer.status == request.status)
            #expect(answer.header("content-type") == "application/json")
            #expect(answer.header("x-request-id")?.isEmpty == false)
            #expect(answer.json.names == ["error"])
            #expect(answer["error"].names == ["message", "type", "param", "code"])
            #expect(answer["error.type"] == .text(request.type))
            #expect(answer["error.code"] == .text(request.code))
            #expect(answer["error.param"] == request.parameter.map(RouterJSON.text) ?? .null)
            let sentence = try #require(answer["error.message"].string)
            #expect(sentence.hasSuffix(".") && sentence.count > 10)
        }
    }

    @Test("Half of a surrogate pair is refused in a field that is read, and passed over in one that is not")
    func surrogates() async throws {
        try await RouterFixture().run { client async throws in
            let read = try await client.post(Self.generations, json: #"{"prompt": "\ud83d"}"#)
            #expect(read.status == 400 && read.parameter == "prompt")
            let other = try await client.post(Self.generations, json: #"{"prompt": "a hill", "other": "\ud83d"}"#)
            #expect(other.status == 200)
        }
    }

    @Test("Fields and query fields that the API does not define are ignored")
    func ignoresUnknown() async throws {
        try await RouterFixture().run { client async throws in
            let fields = #""colour": {"r": [1, 2]}, "Prompt": "no", "response_format": null"#
            #expect(try await client.generate("a hill", fields).status == 200)
            #expect(try await client.get("/v1/jobs?colour=red&limit=5").status == 200)
            #expect(try await client.get("/v1/models?limit=0").status == 200)
        }
    }

    /// A path, and the methods that it has by the published description, with HEAD where there is GET.
    private static let methods: [(String, String)] = [
        ("/v1/images/edits", "POST"),
        ("/v1/images/generations", "POST"),
        ("/v1/models", "GET, HEAD"),
        ("/v1/jobs/job_none", "DELETE, GET, HEAD"),
        ("/v1/jobs/job_none/events", "GET, HEAD"),
        ("/v1/session", "DELETE, GET, HEAD, POST"),
        ("/v1/shares", "GET, HEAD, POST"),
        ("/v1/account", "DELETE, GET, HEAD"),
        ("/v1/verify", "POST"),
        ("/v1/opt-outs/none", "DELETE, GET, HEAD"),
        ("/ops/levers/plan", "POST"),
        ("/ops/rights/works", "GET, HEAD, POST"),
        ("/status", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
    ]

    @Test("Other methods get 405 with those that are possible", arguments: methods)
    func allows(path: String, allowed: String) async throws {
        try await RouterFixture().run { client async throws in
            for method in [HTTPRequest.Method.put, .patch] {
                let answer = try await client.send(method, path, as: .operator)
                #expect(answer.status == 405 && answer.code == "method_not_allowed")
                let named = answer.header("allow")?.split(separator: ",").map { $0.trimmingWhitespace() }
                #expect(named.map(Set.init) == Set(allowed.split(separator: ",").map { $0.trimmingWhitespace() }))
            }
        }
    }
}
