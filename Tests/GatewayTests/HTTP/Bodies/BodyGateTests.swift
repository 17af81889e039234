import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import Logging
import NIOCore
import Service
import TestKit
import Testing

@testable import Gateway

@Suite("Every body, at every route")
struct BodyGateTests {
    private let blocking = BlockingWork(width: 4)

    /// Routes of each kind: one that takes no body, one of fields, one of uploads, one that refuses without a look.
    private func serve<Value: Sendable>(
        uploadSeconds: Double = 300,
        _ body: @escaping @Sendable (Int) throws -> Value
    ) async throws -> Value {
        let router = Router(context: GatewayContext.self)
        router.add(middleware: EdgeMiddleware(clock: ManualClock(), uploadSeconds: uploadSeconds))
        router.route("/healthz", [.get: { _, _ in .json(["status": "ok"]) }])
        router.route(
            "/v1/guests",
            [
                .post: { request, _ in
                    .json(["fields": try await SmallBody.object(request).count])
                }
            ]
        )
        router.route(
            "/v1/verify",
            [
                .post: { request, _ in
                    var count = 0
                    for try await piece in request.body { count += piece.readableBytes }
                    return .json(["bytes": count])
                }
            ]
        )
        router.route("/v1/images/edits", [.post: { _, _ in throw APIError.unauthorized }])
        let registry = ConnectionRegistry(limits: ConnectionLimits(), isBehindProxies: false)
        let application = Application(
            router: router,
            server: HTTPServerBuilder { responder in
                HTTPConnection(responder: responder, times: ConnectionTimes(), registry: registry, host: "127.0.0.1")
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let blocking = blocking
        return try await application.test(.live) { client in
            let port = try #require(client.port)
            return try await blocking.run { try body(port) }
        }
    }

    private static func head(_ method: String, _ path: String, _ headers: String...) -> String {
        (["\(method) \(path) HTTP/1.1", "Host: localhost"] + headers + ["", ""]).joined(separator: "\r\n")
    }

    private static func status(_ answer: String) -> Int? { Int(answer.dropFirst("HTTP/1.1 ".count).prefix(3)) }

    private static let chunked = "Transfer-Encoding: chunked"
    private static let json = "Content-Type: application/json"

    @Test(
        "A body without end is cut, wherever it is sent, and its sender is told",
        arguments: [("GET", "/healthz"), ("DELETE", "/healthz"), ("POST", "/v1/guests"), ("POST", "/nowhere")]
    )
    func endless(method: String, path: String) async throws {
        let limit = 64 << 20
        let (sent, answer) = try await serve { port in
            let connection = try RawConnection(port: port)
            try connection.send(Self.head(method, path, Self.chunked, Self.json))
            let chunk = Array("10000\r\n".utf8) + Array(repeating: 0x20, count: 0x10000) + Array("\r\n".utf8)
            return (connection.sendForEver(chunk, limit: limit), try connection.receive())
        }
        // The kernels' buffers take some of it.
        #expect(sent < limit / 2)
        #expect(answer.isEmpty || [404, 413].contains(Self.status(answer)), "\(answer.prefix(200))")
    }

    @Test("A body that is too large by its own account is refused before it is sent")
    func announced() async throws {
        for (method, path) in [("GET", "/healthz"), ("POST", "/v1/guests"), ("POST", "/v1/verify")] {
            let answer = try await serve { port in
                let connection = try RawConnection(port: port)
                try connection.send(Self.head(method, path, "Content-Length: 1000000000", Self.json))
                return try connection.receive()
            }
            #expect(Self.status(answer) == 413, "\(method) \(path): \(answer.prefix(200))")
            #expect(answer.lowercased().contains("connection: close"))
            #expect(answer.contains("\"code\":\"request_too_large\""))
        }
    }

    @Test("A small body that nobody takes is passed over, and its connection goes on")
    func passedOver() async throws {
        let answers = try await serve { port in
            let connection = try RawConnection(port: port)
            var answers: [String] = []
            for _ in 0..<2 {
                try connection.send(Self.head("GET", "/healthz", "Content-Length: 5") + "hello")
                answers.append(try connection.receive(until: "\"ok\"}"))
                try connection.send(Self.head("POST", "/nowhere", "Content-Length: 5") + "hello")
                answers.append(try connection.receive(until: "\"invalid_request_error\"}}"))
            }
            return answers
        }
        #expect(answers.map(Self.status) == [200, 404, 200, 404])
    }

    @Test(
        "Malformed chunks are 400 at every route",
        arguments: [("GET", "/healthz"), ("DELETE", "/healthz"), ("POST", "/v1/guests"), ("POST", "/v1/verify")],
        ["zz\r\nabc\r\n0\r\n\r\n", "ffffffffffffffffff\r\nabc\r\n", "-1\r\nabc\r\n0\r\n\r\n", "3\r\nabcdef0\r\n\r\n"]
    )
    func malformedChunks(route: (String, String), body: String) async throws {
        let answer = try await serve { port in
            let connection = try RawConnection(port: port)
            try connection.send(Self.head(route.0, route.1, Self.chunked, Self.json) + body)
            return try connection.receive()
        }
        #expect(Self.status(answer) == 400, "\(answer.prefix(300))")
        #expect(answer.components(of: "HTTP/1.1 ") == 1)
        #expect(answer.contains("\"code\":\"invalid_body\""))
    }

    @Test("Compressed bodies are 415 at every route, whatever they hold", arguments: ["gzip", "br", "deflate, gzip"])
    func compressed(encoding: String) async throws {
        for (method, path) in [("GET", "/healthz"), ("POST", "/v1/guests"), ("POST", "/v1/verify")] {
            let answer = try await serve { port in
                let connection = try RawConnection(port: port)
                let headers = ["Content-Encoding: \(encoding)", "Content-Length: 2", Self.json]
                try connection.send(Self.head(method, path, headers[0], headers[1], headers[2]) + "{}")
                return try connection.receive(until: "}}")
            }
            #expect(Self.status(answer) == 415, "\(method) \(path)")
        }
        let plain = try await serve { port in
            let connection = try RawConnection(port: port)
            let head = Self.head("POST", "/v1/guests", "Content-Encoding: identity", "Content-Length: 2", Self.json)
            try connection.send(head + "{}")
            return try connection.receive(until: "}")
        }
        #expect(Self.status(plain) == 200)
    }

    @Test(
        "A body that stops arriving is told so, and its connection ends",
        arguments: [("GET", "/healthz"), ("POST", "/v1/guests"), ("POST", "/v1/verify")]
    )
    func slow(method: String, path: String) async throws {
        let answer = try await serve(uploadSeconds: 0.2) { port in
            let connection = try RawConnection(port: port)
            try connection.send(Self.head(method, path, "Content-Length: 100", Self.json) + "{\"a\":")
            return try connection.receive()
        }
        #expect(Self.status(answer) == 408, "\(answer.prefix(200))")
        #expect(answer.contains("\"code\":\"request_timeout\""))
    }

    @Test("A client that sends all of a large body before it listens hears why it was refused")
    func refusedUploads() async throws {
        let answer = try await serve { port in
            let connection = try RawConnection(port: port)
            try connection.send(Self.head("POST", "/v1/images/edits", "Content-Length: 20000000"))
            try connection.send(Array(repeating: 0x20, count: 20_000_000))
            return try connection.receive()
        }
        #expect(Self.status(answer) == 401)
        #expect(answer.hasSuffix("}"))
    }

    @Test("A body that is as it should be arrives whole")
    func whole() async throws {
        let answer = try await serve { port in
            let connection = try RawConnection(port: port)
            try connection.send(Self.head("POST", "/v1/verify", "Content-Length: 10000000"))
            try connection.send(Array(repeating: 0x20, count: 10_000_000))
            return try connection.receive(until: "}")
        }
        #expect(answer.hasSuffix("{\"bytes\":10000000}"))
    }

    @Test("Preflights get a clean answer that allows nothing to other sites")
    func preflights() async throws {
        let answer = try await serve { port in
            let connection = try RawConnection(port: port)
            let headers = ["Origin: https://example.org", "Access-Control-Request-Method: POST"]
            try connection.send(Self.head("OPTIONS", "/v1/guests", headers[0], headers[1]))
            return try connection.receive(until: "}")
        }
        #expect(Self.status(answer) == 405)
        #expect(answer.lowercased().contains("\r\nallow: post\r\n"))
        #expect(!answer.lowercased().contains("access-control-allow"))
    }
}

extension String {
    /// How often `part` is in it.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
