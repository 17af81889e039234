internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// A connection as Hummingbird makes it, with the rules of ``ExchangeHandler`` and ``ConnectionMeter`` in its pipeline.
struct HTTPConnection: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        fileprivate let base: HTTP1Channel.Value
        fileprivate let signals: ConnectionSignals

        var channel: any Channel { base.channel }
    }

    /// `TCP_NOTSENT_LOWAT` (tcp(7)).
    private static let mostUnsent = ChannelOptions.Types.SocketOption(
        level: NIOBSDSocket.OptionLevel(rawValue: 6),
        name: NIOBSDSocket.Option(rawValue: 25)
    )
    private static let mostUnsentBytes = 128 * 1024

    private let base: HTTP1Channel
    private let times: ConnectionTimes
    private let registry: ConnectionRegistry
    private let host: String

    /// - Parameter host: the address that the server listens on, as it is configured.
    init(
        responder: @escaping HTTPChannelHandler.Responder,
        times: ConnectionTimes,
        registry: ConnectionRegistry,
        host: String
    ) {
        base = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: ConnectionTimes.mostHeadBytes,
                    maxHeaderListSize: ConnectionTimes.mostHeadBytes,
                    maxHeaderFieldCount: ConnectionTimes.mostFields
                )
            )
        )
        self.times = times
        self.registry = registry
        self.host = host
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let local = channel.localAddress
        let signals = ConnectionSignals(
            hosts: AcceptedHosts(configured: host, local: local?.ipAddress, port: local?.port)
        )
        let address = channel.remoteAddress?.ipAddress
        return base.setup(channel: channel, logger: logger).flatMapThrowing { base in
            // Without this the kernel would take megabytes from us for a client that takes nothing from it.
            try? channel.syncOptions?.setOption(Self.mostUnsent, value: Self.mostUnsentBytes)
            let pipeline = channel.pipeline.syncOperations
            let exchange = ExchangeHandler(times: times, signals: signals)
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(exchange, position: .after(decoder))
            let meter = ConnectionMeter(stallSeconds: times.stallSeconds) { exchange.bytesArrived($0) }
            try pipeline.addHandler(meter, position: .first)
            if registry.admit(signals, from: address) {
                channel.closeFuture.whenComplete { _ in registry.remove(signals, from: address) }
            } else {
                channel.close(promise: nil)
            }
            return Value(base: base, signals: signals)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await ConnectionSignals.$current.withValue(value.signals) {
            await base.handle(value: value.base, logger: logger)
        }
    }
}
