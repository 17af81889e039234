internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// A server on this machine that answers as the key of a request tells it to.
final class SmallServer: Sendable {
    /// What it saw.
    struct Seen: Sendable {
        /// How often each body came.
        var bodies: [[UInt8]: Int] = [:]
        /// Connections that a client closed while it was owed an answer.
        var left = 0
        var deleted = 0
        var polls: [String: Int] = [:]
        var figures = 0
    }

    let seen = Mutex(Seen())

    /// Starts it, runs the body, stops it.
    static func run<Result: Sendable>(
        _ body: (SmallServer, _ url: String) async throws -> Result
    ) async throws -> Result {
        let server = SmallServer()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(SmallServerHandler(server: server))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        do {
            let result = try await body(server, "http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

/// One connection.
final class SmallServerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: SmallServer
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isOwing = false

    init(server: SmallServer) {
        self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let bytes): body += bytes.readableBytesView
        case .end:
            guard let head else { return }
            isOwing = true
            answer(head, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isOwing { server.seen.withLock { $0.left += 1 } }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if head.uri == "/metrics" {
            let count = server.seen.withLock { seen in
                seen.figures += 1
                return seen.figures
            }
            return send(context, body: SmallAnswers.figures(count))
        }
        if head.uri.hasPrefix("/v1/jobs/") { return job(head, context) }
        let (times, number) = server.seen.withLock { seen in
            seen.bodies[body, default: 0] += 1
            return (seen.bodies[body] ?? 0, seen.bodies.count)
        }
        let key = head.headers.first(name: "authorization")?.split(separator: " ").last?.split(separator: "-").first
        let behaviour = key.flatMap { SmallAnswers.Behaviour(rawValue: String($0)) }
        switch behaviour {
        case .picture: send(context, headers: SmallAnswers.told, body: SmallAnswers.picture)
        case .slow:
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(300)) {
                self.send(context, headers: SmallAnswers.told, body: SmallAnswers.picture)
            }
        case .spaces: send(context, body: "   \n  " + SmallAnswers.picture)
        case .unreadable: send(context, body: "{\"data\": [")
        case .empty: send(context, body: "{\"data\": [{\"b64_json\": null}]}")
        case .cut: sendBeginning(context, body: " {\"data\"")
        case .closes: close(context)
        case .closesOnce where times == 1: close(context)
        case .busyOnce where times == 1:
            send(context, .tooManyRequests, headers: [("retry-after", "0.1")], body: SmallAnswers.busy)
        case .closesOnce, .busyOnce: send(context, body: SmallAnswers.picture)
        case .busy: send(context, .tooManyRequests, headers: [("retry-after-ms", "50")], body: SmallAnswers.busy)
        case .refuses: send(context, .badRequest, body: SmallAnswers.refusal)
        case .silent, nil: break
        case .events: send(context, body: SmallAnswers.events + "data: [DONE]\n\n")
        case .eventsCut: sendBeginning(context, body: SmallAnswers.events)
        case .eventsFail: send(context, body: "event: error\ndata: \(SmallAnswers.busy)\n\ndata: [DONE]\n\n")
        case .job, .jobFails, .jobStays:
            let location = [("location", "/v1/jobs/\(behaviour?.rawValue ?? "")-\(number)")]
            send(context, .accepted, headers: SmallAnswers.told + location, body: SmallAnswers.job("queued"))
        }
    }

    private func job(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.method == .GET else {
            server.seen.withLock { $0.deleted += 1 }
            return send(context, body: SmallAnswers.job("cancelled"))
        }
        let times = server.seen.withLock { seen in
            seen.polls[head.uri, default: 0] += 1
            return seen.polls[head.uri] ?? 0
        }
        if head.uri.hasPrefix("/v1/jobs/jobStays") || times == 1 {
            send(context, body: SmallAnswers.job("running"))
        } else if head.uri.hasPrefix("/v1/jobs/jobFails") {
            send(context, body: SmallAnswers.job("failed"))
        } else {
            send(context, headers: SmallAnswers.told, body: SmallAnswers.job("completed"))
        }
    }

    private func send(
        _ context: ChannelHandlerContext,
        _ status: HTTPResponseStatus = .ok,
        headers: [(String, String)] = [],
        body: String
    ) {
        isOwing = false
        let all = HTTPHeaders(headers + [("content-length", String(body.utf8.count))])
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: all)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// A success that breaks off after its first bytes.
    private func sendBeginning(_ context: ChannelHandlerContext, body: String) {
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["transfer-encoding": "chunked"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))))
            .assumeIsolated()
            .whenComplete { _ in self.close(context) }
    }

    private func close(_ context: ChannelHandlerContext) {
        isOwing = false
        context.close(promise: nil)
    }
}
