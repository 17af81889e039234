import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// Holds back what is written, as a socket does whose client takes nothing.
private final class Holder: ChannelOutboundHandler {
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var promises: [EventLoopPromise<Void>] = []
    private(set) var closes: [CloseMode] = []
    /// Whether closing is only noted.
    var holdsClose = true

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if let promise { promises.append(promise) }
    }

    func flush(context: ChannelHandlerContext) {}

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        closes.append(mode)
        guard holdsClose else { return context.close(mode: mode, promise: promise) }
        promise?.succeed(())
    }

    /// The client has taken everything.
    func letGo() {
        let taken = promises
        promises = []
        for promise in taken { promise.succeed(()) }
    }
}

@Suite("How a connection ends")
struct ConnectionEndTests {
    /// What ends a connection whose last answer is written and has not left.
    enum Cause: CaseIterable {
        case stop
        case idleTime
        case close
        case closedInput
        case stopAfterLastAnswer
    }

    private struct Stage {
        let channel = EmbeddedChannel()
        let holder = Holder()
        let signals = ConnectionSignals()
        let exchange: ExchangeHandler
        let context: ChannelHandlerContext

        init() throws {
            exchange = ExchangeHandler(times: ConnectionTimes(), signals: signals)
            try channel.pipeline.syncOperations.addHandler(holder)
            try channel.pipeline.syncOperations.addHandler(exchange)
            context = try channel.pipeline.syncOperations.context(handler: exchange)
            channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 80), promise: nil)
        }

        /// NIO's test channel must be closed in the end, with every promise kept.
        func tearDown() {
            holder.letGo()
            holder.holdsClose = false
            context.close(mode: .all, promise: nil)
            channel.embeddedEventLoop.run()
        }

        func request(_ headers: [(String, String)]) throws {
            let headers = HTTPHeaders([("host", "a")] + headers)
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers)
            try channel.writeInbound(HTTPServerRequestPart.head(head))
            try channel.writeInbound(HTTPServerRequestPart.end(nil))
        }

        func answer() {
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "2"])
            for part in [
                HTTPServerResponsePart.head(head), .body(.byteBuffer(ByteBuffer(string: "ok"))), .end(nil),
            ] {
                channel.pipeline.syncOperations.writeAndFlush(NIOAny(part), promise: nil)
            }
        }
    }

    @Test("The last answer leaves before its connection is closed, whatever closes it", arguments: Cause.allCases)
    func sendsTheEnd(cause: Cause) throws {
        let stage = try Stage()
        defer { stage.tearDown() }
        try stage.request(cause == .stopAfterLastAnswer ? [("connection", "close")] : [])
        stage.answer()
        switch cause {
        case .stop, .stopAfterLastAnswer: stage.exchange.stop(stage.context)
        case .idleTime: stage.channel.embeddedEventLoop.advanceTime(by: .milliseconds(76_000))
        case .close: stage.channel.pipeline.close(mode: .all, promise: nil)
        case .closedInput: stage.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        stage.channel.embeddedEventLoop.advanceTime(by: .milliseconds(100))
        #expect(stage.holder.closes.isEmpty)
        stage.holder.letGo()
        #expect(stage.holder.closes == [cause == .closedInput ? .all : .output])
    }

    @Test("A client that takes nothing does not hold up a stop")
    func cutsWhatIsNotTaken() throws {
        let stage = try Stage()
        defer { stage.tearDown() }
        try stage.request([])
        stage.answer()
        stage.exchange.stop(stage.context)
        stage.channel.embeddedEventLoop.advanceTime(by: .milliseconds(2_100))
        #expect(stage.holder.closes == [.all])
    }

    @Test("Requests before a closed half are all answered, and only the last answer ends the connection")
    func answersAll() throws {
        let stage = try Stage()
        defer { stage.tearDown() }
        try stage.request([])
        try stage.request([])
        stage.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        stage.answer()
        #expect(!stage.exchange.isDraining)
        stage.answer()
        #expect(stage.exchange.isDraining)
        stage.holder.letGo()
        #expect(stage.holder.closes == [.all])
    }

    @Test("Bytes after a request for another protocol are thrown away, and too many cut the connection")
    func throwsAway() throws {
        let stage = try Stage()
        defer { stage.tearDown() }
        #expect(stage.exchange.bytesArrived(100))
        try stage.request([("connection", "upgrade"), ("upgrade", "h2c")])
        var passed = 0
        var count = 0
        while stage.holder.closes.isEmpty, count < 64 << 20 {
            if stage.exchange.bytesArrived(1 << 16) { passed += 1 << 16 }
            count += 1 << 16
        }
        #expect(passed == 0)
        #expect(count == ConnectionTimes.mostEndlessBytes + 1 << 16)
    }

    @Test("A connection that is refused leaves nothing behind, though it was never active")
    func refused() throws {
        let signals = ConnectionSignals()
        let channel = EmbeddedChannel()
        let exchange = ExchangeHandler(times: ConnectionTimes(), signals: signals)
        try channel.pipeline.syncOperations.addHandler(exchange)
        let context = try channel.pipeline.syncOperations.context(handler: exchange)
        defer {
            channel.pipeline.close(mode: .all, promise: nil)
            channel.embeddedEventLoop.run()
        }
        let isTold = SharedFlag()
        _ = signals.onEnding { if $0 == .clientGone { isTold.set() } }
        #expect(exchange.alarm != nil && !isTold.isSet)
        exchange.handlerRemoved(context: context)
        #expect(exchange.alarm == nil && exchange.probe == nil && isTold.isSet)
    }
}
