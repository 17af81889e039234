import NIOCore

/// Ends a connection after its answer, while its client may still be sending: the output is closed at once, what comes is
/// thrown away unread, and the connection is cut when the client closes its half, or after so many bytes or seconds.
///
/// A connection that is closed with unread input is reset, which can take the answer away from a client that has not read
/// it yet (RFC 9112, section 9.6).
final class LingeringClose: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let patience = TimeAmount.seconds(30)

    private var bytesLeft: Int
    private var alarm: Scheduled<Void>?

    private init(bytes: Int) {
        bytesLeft = bytes
    }

    /// To be called when the answer has been written.
    static func begin(_ channel: any Channel, bytes: Int) {
        channel.eventLoop.execute {
            guard channel.isActive else { return }
            do {
                try channel.pipeline.syncOperations.addHandler(LingeringClose(bytes: bytes), position: .first)
            } catch {
                channel.close(mode: .all, promise: nil)
            }
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        alarm = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(mode: .all, promise: nil) }
        // Behind everything that is still to be sent.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            channel.close(mode: .output, promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        alarm?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytesLeft -= unwrapInboundIn(data).readableBytes
        if bytesLeft < 0 { context.close(mode: .all, promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            context.close(mode: .all, promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
