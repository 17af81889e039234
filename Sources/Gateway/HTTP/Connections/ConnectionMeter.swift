internal import Glibc
internal import NIOCore

/// The first handler of a connection: asks what becomes of bytes that arrive, and cuts a client that takes nothing of
/// what waits for it.
final class ConnectionMeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Of the kernel's record of a TCP connection (`struct tcp_info` in Linux' `include/uapi/linux/tcp.h`), the part
    /// up to the count of bytes that the other end has acknowledged.
    private struct TCPRecord {
        // swift-format-ignore: the layout is the kernel's
        var before:
            (
                UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
                UInt64, UInt64
            )
        var bytesAcknowledged: UInt64
    }

    private static let levelTCP = NIOBSDSocket.OptionLevel(rawValue: 6)
    private static let recordOfTCP = NIOBSDSocket.Option(rawValue: 11)
    private static let looks = 4

    private let stallSeconds: Double
    private let bytesArrived: (Int) -> Bool
    private var look: RepeatedTask?
    private var taken: UInt64 = 0
    private var idleLooks = 0

    /// - Parameter bytesArrived: called on the connection's event loop with their count, before they are decoded.
    ///   Returns whether they are passed on.
    init(stallSeconds: Double, bytesArrived: @escaping (Int) -> Bool) {
        self.stallSeconds = stallSeconds
        self.bytesArrived = bytesArrived
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard bytesArrived(unwrapInboundIn(data).readableBytes) else { return }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stopLooking()
        } else if look == nil {
            beginLooking(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopLooking()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopLooking() }

    private func stopLooking() {
        look?.cancel()
        look = nil
    }

    private func beginLooking(_ context: ChannelHandlerContext) {
        let interval = TimeAmount.seconds(stallSeconds / Double(Self.looks))
        let bound = NIOLoopBound((meter: self, context: context), eventLoop: context.eventLoop)
        idleLooks = 0
        taken = 0
        look = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: interval) { _ in
            bound.value.meter.lookAgain(bound.value.context)
        }
    }

    private func lookAgain(_ context: ChannelHandlerContext) {
        guard let socket = context.channel as? any SocketOptionProvider else { return }
        let bound = NIOLoopBound((meter: self, context: context), eventLoop: context.eventLoop)
        let record: EventLoopFuture<TCPRecord> = socket.unsafeGetSocketOption(
            level: Self.levelTCP,
            name: Self.recordOfTCP
        )
        record.whenSuccess { record in bound.value.meter.compare(record.bytesAcknowledged, bound.value.context) }
    }

    private func compare(_ now: UInt64, _ context: ChannelHandlerContext) {
        guard look != nil else { return }
        guard now == taken else {
            taken = now
            idleLooks = 0
            return
        }
        idleLooks += 1
        guard idleLooks >= Self.looks else { return }
        // The kernel would send what it has, and then an end that could pass for the answer's own.
        context.resetOnClose()
        context.close(promise: nil)
    }
}

extension ChannelHandlerContext {
    /// Makes the connection end with a reset when it is closed, which no client takes for the end of an answer.
    func resetOnClose() {
        guard let socket = channel as? any SocketOptionProvider else { return }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
    }
}
