internal import NIOCore
internal import NIOHTTP1

/// Deadlines, and how a connection ends.
extension ExchangeHandler {
    func setAlarm(_ context: ChannelHandlerContext, seconds: Double) {
        alarm?.cancel()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(in: .seconds(seconds)) {
            bound.value.handler.timeIsUp(bound.value.context)
        }
    }

    private func timeIsUp(_ context: ChannelHandlerContext) {
        if isDraining {
            // A slow client still takes its answer; one that takes nothing is cut by the meter.
            let isBeingTaken = !isSent && !isStopping && !context.channel.isWritable
            return isBeingTaken ? setAlarm(context, seconds: times.lingerSeconds) : abort(context)
        }
        if awaitsHead, hasHeadBegun {
            refuse(.headTooSlow, context)
        } else if open.isEmpty {
            drain(context)
        } else {
            abort(context)
        }
    }

    /// Ends a connection after its last answer: what is written is sent, what arrives is thrown away, and the
    /// connection is closed when its client has closed it or some time has passed. Closing at once would reset it, and
    /// the client might lose the answer (RFC 9112, section 9.6).
    func drain(_ context: ChannelHandlerContext) {
        guard !isDraining else { return }
        isDraining = true
        discardsInput = true
        awaitsHead = false
        setAlarm(context, seconds: isStopping ? times.quietSeconds : times.lingerSeconds)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in bound.value.handler.closeOutput(bound.value.context) }
        // Carries no bytes; its promise is kept when everything before it is sent.
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: sent)
        if !isInputClosed { context.read() }
    }

    private func closeOutput(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        isSent = true
        guard !isInputClosed else { return context.close(mode: .all, promise: nil) }
        context.close(mode: .output, promise: nil)
        drainEnds = .now() + .seconds(times.lingerSeconds)
        setDrainAlarm(context)
    }

    /// Closes the connection when its client has been quiet for a while, or has gone on for too long.
    func setDrainAlarm(_ context: ChannelHandlerContext) {
        let left = Double((drainEnds - .now()).nanoseconds) / 1e9
        let quiet = isStopping ? times.quietSeconds / 4 : times.quietSeconds
        setAlarm(context, seconds: max(0, min(quiet, left)))
    }

    // MARK: Half-closed connections

    func beginProbing(_ context: ChannelHandlerContext) {
        guard probe == nil else { return }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let interval = TimeAmount.seconds(times.probeSeconds)
        probe = context.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(1_000), delay: interval) { _ in
            bound.value.handler.sendProbe(bound.value.context)
        }
    }

    // MARK: The server's stop

    /// Ends what is idle and what is still being sent; answers under way are the last of their connections.
    func stop(_ context: ChannelHandlerContext) {
        guard !isStopping else { return }
        isStopping = true
        guard context.channel.isActive else { return abort(context) }
        if isDraining {
            // What is not sent by then is cut off.
            if isSent { setDrainAlarm(context) } else { setAlarm(context, seconds: times.quietSeconds) }
        } else if open.isEmpty {
            drain(context)
        } else if isReadingBody, framing == nil, !discardsInput {
            discardsInput = true
            context.fireErrorCaught(BrokenBody.serverStops)
        }
    }

    /// Nothing is being painted any more: what is not sent within a moment is cut off.
    func quiesce(_ context: ChannelHandlerContext) {
        stop(context)
        guard context.channel.isActive else { return }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(times.partingSeconds)) {
            guard bound.value.context.channel.isActive else { return }
            bound.value.handler.abort(bound.value.context)
        }
    }
}
