internal import Glibc
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1

/// Stands between the bytes of HTTP/1 and the routes, and keeps the rules of the protocol that concern a connection
/// as a whole: heads that are not acceptable, answers to HEAD and in HTTP/1.0, `100 Continue`, halves that are
/// closed, what arrives after an early answer, deadlines, and the server's stop.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    let times: ConnectionTimes
    let signals: ConnectionSignals

    /// Requests without a whole answer, the oldest first.
    var open: [RequestTraits] = []
    /// The form of the answer under way.
    var framing: AnswerFraming?
    private var filler = AnswerFiller.none
    private var mayFill = false

    /// Whether the last request's end has not arrived, and how much is missing of it; nil: nobody knows.
    var isReadingBody = false
    private var bytesLeft: Int?
    private var hasBodyBegun = false
    /// What came of a body that nobody reads any more.
    private var bytesThrownAway = 0
    private var isBodyWanted = false

    /// What is to be said once earlier requests have their answers.
    private var refusal: APIError?
    /// Whether what arrives is thrown away.
    var isDeaf = false
    var isInputClosed = false
    var closesAfterAnswer = false
    /// Whether the last answer is written, and the connection only waits to be closed.
    var isParting = false
    /// Whether the last answer has left this process.
    var isSent = false
    var partingEnds = NIODeadline.now()
    var isStopping = false
    var awaitsHead = true
    var hasHeadBegun = false
    private var ownContext: ChannelHandlerContext?
    var alarm: Scheduled<Void>?
    var probe: RepeatedTask?

    init(times: ConnectionTimes, signals: ConnectionSignals) {
        self.times = times
        self.signals = signals
    }

    func handlerAdded(context: ChannelHandlerContext) {
        ownContext = context
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        signals.connect(
            wantBody: { loop.execute { bound.value.handler.wantBody(bound.value.context) } },
            stop: { loop.execute { bound.value.handler.stop(bound.value.context) } }
        )
        setAlarm(context, seconds: times.headSeconds)
    }

    func handlerRemoved(context: ChannelHandlerContext) { ownContext = nil }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        probe?.cancel()
        signals.clientGone()
        context.fireChannelInactive()
    }

    // MARK: What arrives

    /// To be called when bytes arrive, before they are read.
    func bytesArrived() {
        guard let context = ownContext else { return }
        if isParting {
            if isSent { setPartingAlarm(context) }
        } else if awaitsHead, !hasHeadBegun {
            hasHeadBegun = true
            setAlarm(context, seconds: times.headSeconds)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return throwAway(unwrapInboundIn(data), context) }
        switch unwrapInboundIn(data) {
        case .head(let head):
            alarm?.cancel()
            awaitsHead = false
            hasHeadBegun = false
            if let problem = RequestTraits.problem(of: head) { return refuse(problem, context) }
            let traits = RequestTraits(head)
            open.append(traits)
            isReadingBody = true
            hasBodyBegun = false
            bytesLeft = traits.bodyLength
            isBodyWanted = !traits.expectsContinue
        case .body(let piece):
            hasBodyBegun = true
            bytesLeft = bytesLeft.map { $0 - piece.readableBytes }
        case .end:
            isReadingBody = false
            if open.isEmpty { awaitHead(context) }
        }
        context.fireChannelRead(data)
    }

    /// A client that sends all of a body before it listens gets to hear its answer, and one that never ends is cut.
    private func throwAway(_ part: InboundIn, _ context: ChannelHandlerContext) {
        guard case .body(let piece) = part else { return }
        bytesThrownAway += piece.readableBytes
        let isEndless = bytesLeft == nil
        let limit = isEndless ? ConnectionTimes.mostEndlessBytes : ConnectionTimes.mostLateBytes
        if bytesThrownAway > limit { abort(context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Nobody asks for more of what is thrown away.
        if isDeaf, !isInputClosed { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError || error is ByteToMessageDecoderError else {
            return context.fireErrorCaught(error)
        }
        guard !isDeaf, context.channel.isActive else { return }
        if isReadingBody {
            isDeaf = true
            closesAfterAnswer = true
            context.fireErrorCaught(BrokenBody.malformed)
            if open.isEmpty { part(context) }
        } else if case .headerOverflow? = error as? HTTPParserError {
            refuse(.headTooLarge, context)
        } else {
            refuse(.malformed("The request is not valid HTTP."), context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // A client may close its sending half and wait for its answers (RFC 9112, section 9.6).
            isInputClosed = true
            closesAfterAnswer = true
            if isParting {
                if isSent { context.close(promise: nil) }
            } else if open.isEmpty {
                context.close(promise: nil)
            } else {
                beginProbing(context)
            }
        case is ChannelShouldQuiesceEvent: quiesce(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: What is sent

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            guard let request = open.first, !isParting else { return fail(promise) }
            guard head.status.code >= 200 else { return context.write(data, promise: promise) }
            let framing = AnswerFraming(
                request: request,
                status: head.status,
                hasLength: head.headers.contains(name: "content-length"),
                mustClose: mustClose(after: head)
            )
            self.framing = framing
            head.version = framing.version
            head.headers.remove(name: "connection")
            if let connection = framing.connection { head.headers.add(name: "connection", value: connection) }
            filler = framing.sendsBody ? AnswerFiller(contentType: head.headers.first(name: "content-type")) : .none
            if head.headers.contains(name: "content-length") { filler = .none }
            mayFill = false
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let piece):
            guard let framing, framing.sendsBody else { return succeed(promise) }
            noteFiller(piece)
            context.write(data, promise: promise)
        case .end:
            guard let framing else { return fail(promise) }
            if framing.sendsBody, !framing.isCloseDelimited {
                context.write(data, promise: promise)
            } else {
                succeed(promise)
            }
            endAnswer(framing, context)
        }
    }

    private func mustClose(after head: HTTPResponseHead) -> Bool {
        if closesAfterAnswer || isStopping || signals.isStopping { return true }
        if head.headers["connection"].contains(where: { $0.lowercased() == "close" }) { return true }
        guard isReadingBody, open.count == 1 else { return false }
        // A client that still waits for a word may send its body or not; a long one is not worth its reading.
        return !isBodyWanted && !hasBodyBegun || (bytesLeft ?? .max) > ConnectionTimes.mostUnreadBytes
    }

    private func noteFiller(_ piece: IOData) {
        guard filler != .none, case .byteBuffer(let buffer) = piece else { return }
        mayFill = filler.mayFollow(buffer.readableBytesView.suffix(2))
        // JSON has no room for white space once its text has begun.
        if filler == .space, !mayFill { filler = .none }
    }

    private func endAnswer(_ framing: AnswerFraming, _ context: ChannelHandlerContext) {
        open.removeFirst()
        self.framing = nil
        filler = .none
        mayFill = false
        if framing.closes {
            part(context)
        } else if open.isEmpty {
            if let refusal {
                send(refusal, context)
            } else if isReadingBody {
                setAlarm(context, seconds: times.lingerSeconds)
            } else {
                awaitHead(context)
            }
        }
    }

    private func awaitHead(_ context: ChannelHandlerContext) {
        awaitsHead = true
        hasHeadBegun = false
        setAlarm(context, seconds: times.idleSeconds)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .input {
            giveUpBody(context)
            promise?.succeed(())
            return
        }
        if isParting {
            // The answer is on its way, and the connection ends when it has arrived.
            guard let promise else { return }
            return context.channel.closeFuture.cascade(to: promise)
        }
        abort(context, promise)
    }

    /// Reads no more of a body that takes too long: its reader gets an error, and the answer can still be sent.
    private func giveUpBody(_ context: ChannelHandlerContext) {
        guard isReadingBody, !isDeaf else { return }
        isDeaf = true
        closesAfterAnswer = true
        context.fireErrorCaught(BrokenBody.malformed)
    }

    /// Closes at once. An answer under way is cut off so that its client can tell.
    func abort(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil) {
        isParting = true
        isDeaf = true
        if framing?.isCloseDelimited == true, let socket = context.channel as? any SocketOptionProvider {
            // Without this the end would look like the answer's own.
            socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
        }
        context.close(mode: .all, promise: promise)
    }

    // MARK: Refusals

    /// Answers what is no request. Earlier requests get their answers first.
    func refuse(_ error: APIError, _ context: ChannelHandlerContext) {
        isDeaf = true
        isReadingBody = false
        if open.isEmpty { send(error, context) } else { refusal = error }
    }

    private func send(_ error: APIError, _ context: ChannelHandlerContext) {
        let text = JSONText.encode(ErrorDocument(error))
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(text.count)", "connection": "close",
            "server": "heatsink",
        ]
        let status = HTTPResponseStatus(statusCode: error.status.code, reasonPhrase: error.status.reasonPhrase)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: text)))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        refusal = nil
        part(context)
    }

    // MARK: Interim words

    private func wantBody(_ context: ChannelHandlerContext) {
        guard let request = open.first, open.count == 1, !isBodyWanted, framing == nil, !isParting else { return }
        isBodyWanted = true
        guard request.expectsContinue, !hasBodyBegun else { return }
        sendContinue(context)
    }

    private func sendContinue(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Finds out whether a client that has closed its sending half is there at all: a client that has closed both answers
    /// what is sent with a reset. An interim answer means nothing to others (RFC 9110, section 15.2.1).
    func sendProbe(_ context: ChannelHandlerContext) {
        guard let request = open.first, !isParting else { return }
        if framing == nil {
            if !request.isOld { sendContinue(context) }
        } else if mayFill, let text = filler.text {
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }
    }

    private func fail(_ promise: EventLoopPromise<Void>?) { promise?.fail(ChannelError.ioOnClosedChannel) }

    private func succeed(_ promise: EventLoopPromise<Void>?) { promise?.succeed(()) }
}

/// Why a body cannot be read to its end.
enum BrokenBody: Error {
    case malformed
    case serverStops
}
