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

@Suite("Other protocols, and clients that take nothing")
struct UpgradeTests {
    private let blocking = BlockingWork(width: 2)

    /// Routes: one that answers at once, one that answers when its client has gone, one that answers without end.
    private func serve<Value: Sendable>(
        times: ConnectionTimes = ConnectionTimes(),
        _ body: @escaping @Sendable (Int) throws -> Value
    ) async throws -> Value {
        let router = Router(context: GatewayContext.self)
        router.add(middleware: EdgeMiddleware(clock: ManualClock(), uploadSeconds: 300))
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
            "/held",
            [
                .get: { _, _ in
                    for await _ in ConnectionSignals.current.endings() {}
                    return .json(["status": "ok"])
                }
            ]
        )
        router.route(
            "/endless",
            [
                .get: { _, _ in
                    let body = ResponseBody { writer in
                        while true { try await writer.write(ByteBuffer(repeating: 0x20, count: 1 << 16)) }
                    }
                    return Response(status: .ok, body: body)
                }
            ]
        )
        let registry = ConnectionRegistry(limits: ConnectionLimits(), isBehindProxies: false)
        let application = Application(
            router: router,
            server: HTTPServerBuilder { responder in
                HTTPConnection(responder: responder, times: times, registry: registry, host: "127.0.0.1")
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

    /// As curl, Java and Go ask for HTTP/2.
    private static let upgrade =
        "Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n"
    private static let get = "GET /healthz HTTP/1.1\r\n\(upgrade)\r\n"
    private static let post =
        "POST /v1/guests HTTP/1.1\r\n\(upgrade)"
        + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    private static let held = "GET /held HTTP/1.1\r\n\(upgrade)\r\n"
    private static let connect = "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n"
    private static let future = "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n"

    @Test(
        "A request for another protocol gets one whole answer, and its connection ends",
        arguments: [(get, 200), (post, 200), (connect, 405)]
    )
    func oneAnswer(request: String, status: Int) async throws {
        let answer = try await serve { port in
            let connection = try RawConnection(port: port)
            try connection.send(request + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return try connection.receive()
        }
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(300))")
        #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
        #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
        #expect(answer.hasSuffix("}"))
        if status == 405 { #expect(answer.lowercased().contains("\r\nallow: ")) }
    }

    @Test(
        "What is sent where no request can follow is not collected, however much it is",
        arguments: [get, post, held, connect, future]
    )
    func collectsNothing(request: String) async throws {
        let limit = 64 << 20
        let sent = try await serve { port in
            let connection = try RawConnection(port: port)
            try connection.send(request)
            return connection.sendForEver([UInt8](repeating: 0x20, count: 1 << 16), limit: limit)
        }
        // The kernels' buffers take some of it.
        #expect(sent < limit / 2)
    }

    @Test("An answer without a length that is cut ends with a reset, so that nobody takes it for whole")
    func resetsStalled() async throws {
        var times = ConnectionTimes()
        times.stallSeconds = 0.4
        let wasReset = try await serve(times: times) { port in
            let connection = try RawConnection(port: port)
            try connection.send("GET /endless HTTP/1.0\r\n\r\n")
            return connection.waitForReset()
        }
        #expect(wasReset)
    }
}
