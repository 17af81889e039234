internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1

/// Stands between the bytes of HTTP/1 and the routes, and keeps the rules of the protocol that concern a connection
/// as a whole: heads that are not acceptable, answers to HEAD and in HTTP/1.0, `100 Continue`, halves that are
/// closed, what arrives after an early answer or a request to upgrade, deadlines, and the server's stop.
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
    /// Whether the end of the connection is the end of the last answer that was begun.
    private var isCloseDelimited = false
    private var filler = AnswerFiller.none
    private var mayFill = false

    /// Whether the last request's end has not arrived.
    var isReadingBody = false
    /// How many bytes are missing of its body; nil: nobody knows, or it is over.
    private var bytesLeft: Int?
    private var hasBodyBegun = false
    /// Bytes that arrived and that nobody reads any more.
    private var bytesThrownAway = 0
    private var isBodyWanted = false

    /// What is to be said once earlier requests have their answers.
    private var refusal: APIError?
    /// Whether what arrives is thrown away before it is decoded.
    var discardsInput = false
    var isInputClosed = false
    var closesAfterAnswer = false
    /// Whether the last answer is written, and the connection only waits to be closed.
    var isDraining = false
    /// Whether the last answer has left this process.
    var isSent = false
    var drainEnds = NIODeadline.now()
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

    /// A connection that is refused is closed before it is active, and never becomes inactive.
    func handlerRemoved(context: ChannelHandlerContext) {
        letGo()
        ownContext = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        letGo()
        context.fireChannelInactive()
    }

    /// Gives up everything that refers to the connection.
    private func letGo() {
        alarm?.cancel()
        alarm = nil
        probe?.cancel()
        probe = nil
        signals.clientGone()
    }

    // MARK: What arrives

    /// To be called when bytes arrive, before they are decoded.
    ///
    /// - Returns: whether they are to be decoded. The decoder collects without limit what comes after a request to
    ///   upgrade, so what is not wanted must not reach it.
    func bytesArrived(_ count: Int) -> Bool {
        guard let context = ownContext else { return true }
        if isDraining {
            if isSent { setDrainAlarm(context) }
        } else if awaitsHead, !hasHeadBegun {
            hasHeadBegun = true
            setAlarm(context, seconds: times.headSeconds)
        }
        guard discardsInput else { return true }
        throwAway(count, context)
        return false
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // The decoder still hands on what it has of the bytes before.
        guard !discardsInput else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            alarm?.cancel()
            awaitsHead = false
            hasHeadBegun = false
            let traits = RequestTraits(head)
            bytesLeft = traits.bodyLength
            if let problem = RequestTraits.problem(of: head) { return refuse(problem, context) }
            open.append(traits)
            isReadingBody = true
            hasBodyBegun = false
            isBodyWanted = !traits.expectsContinue
        case .body(let piece):
            hasBodyBegun = true
            bytesLeft = bytesLeft.map { $0 - piece.readableBytes }
        case .end:
            isReadingBody = false
            bytesLeft = nil
            if open.last?.isLast == true { discardsInput = true }
            if open.isEmpty { awaitHead(context) }
        }
        context.fireChannelRead(data)
    }

    /// A client that sends all of a body before it listens gets to hear its answer, and one that never ends is cut.
    private func throwAway(_ count: Int, _ context: ChannelHandlerContext) {
        bytesThrownAway += count
        let expected = min(bytesLeft ?? 0, ConnectionTimes.mostLateBytes)
        let limit = expected + ConnectionTimes.mostEndlessBytes
        if bytesThrownAway > limit { abort(context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Nobody asks for more of what is thrown away.
        if discardsInput, !isInputClosed { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError || error is ByteToMessageDecoderError else {
            return context.fireErrorCaught(error)
        }
        guard !discardsInput, context.channel.isActive else { return }
        if isReadingBody {
            discardsInput = true
            closesAfterAnswer = true
            context.fireErrorCaught(BrokenBody.malformed)
            if open.isEmpty { drain(context) }
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
            if isDraining {
                if isSent { context.close(promise: nil) }
            } else if open.isEmpty {
                drain(context)
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
            guard let request = open.first, !isDraining else { return fail(promise) }
            guard head.status.code >= 200 else { return context.write(data, promise: promise) }
            let framing = AnswerFraming(
                request: request,
                status: head.status,
                hasLength: head.headers.contains(name: "content-length"),
                mustClose: mustClose(after: head)
            )
            self.framing = framing
            isCloseDelimited = framing.isCloseDelimited
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
        // What came before the end is answered, too.
        if closesAfterAnswer, open.count == 1, refusal == nil { return true }
        if isStopping || signals.isStopping { return true }
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
            drain(context)
        } else if open.isEmpty {
            if let refusal {
                send(refusal, context)
            } else if closesAfterAnswer {
                drain(context)
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
        guard isDraining || (open.isEmpty && context.channel.isActive) else { return abort(context, promise) }
        // The last answer may be on its way: the connection ends when it has arrived.
        drain(context)
        if let promise { context.channel.closeFuture.cascade(to: promise) }
    }

    /// Reads no more of a body that takes too long: its reader gets an error, and the answer can still be sent.
    private func giveUpBody(_ context: ChannelHandlerContext) {
        guard isReadingBody, !discardsInput else { return }
        discardsInput = true
        closesAfterAnswer = true
        context.fireErrorCaught(BrokenBody.malformed)
    }

    /// Closes at once. An answer under way is cut off so that its client can tell.
    func abort(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil) {
        isDraining = true
        discardsInput = true
        // Otherwise the end would look like the answer's own.
        if isCloseDelimited, framing != nil || !isSent { context.resetOnClose() }
        context.close(mode: .all, promise: promise)
    }

    // MARK: Refusals

    /// Answers what is no request. Earlier requests get their answers first.
    func refuse(_ error: APIError, _ context: ChannelHandlerContext) {
        discardsInput = true
        isReadingBody = false
        if open.isEmpty { send(error, context) } else { refusal = error }
    }

    private func send(_ error: APIError, _ context: ChannelHandlerContext) {
        let text = JSONText.encode(ErrorDocument(error))
        var headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(text.count)", "server": "heatsink",
        ]
        for field in error.headers { headers.add(name: field.name.rawName, value: field.value) }
        headers.replaceOrAdd(name: "connection", value: "close")
        let status = HTTPResponseStatus(statusCode: error.status.code, reasonPhrase: error.status.reasonPhrase)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: text)))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        refusal = nil
        drain(context)
    }

    // MARK: Interim words

    private func wantBody(_ context: ChannelHandlerContext) {
        guard let request = open.first, open.count == 1, !isBodyWanted, framing == nil, !isDraining else { return }
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
        guard let request = open.first, !isDraining else { return }
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
