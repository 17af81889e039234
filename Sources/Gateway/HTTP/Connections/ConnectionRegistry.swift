internal import Foundation
internal import Glibc
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Synchronization

/// How many connections there may be.
public struct ConnectionLimits: Hashable, Sendable {
    /// In all.
    public var most = 10_000
    /// From one address, or one network of IPv6.
    public var mostPerAddress = 256

    public init() {}

    /// Descriptors that connections must leave to files, records and models.
    private static let reservedDescriptors = 32
    /// Of a server for metrics alone: a few programs ask it, a few times a minute.
    private static let mostForMetrics = 32

    /// The most connections that a process can have beside what it has open.
    ///
    /// - Parameters:
    ///   - wanted: what the settings say.
    ///   - limit: the process's limit of open descriptors.
    ///   - used: how many it has open without any connection.
    static func affordable(wanted: Int, limit: Int, used: Int) -> Int {
        let free = limit - used
        // Each half of what there is, where there is little.
        return max(1, min(wanted, max(free - reservedDescriptors, free / 2)))
    }

    /// The most connections that this process can have, as it is now.
    func affordable() -> Int {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return most }
        let used = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 64
        return Self.affordable(wanted: most, limit: Int(min(limits.rlim_cur, 1 << 30)), used: used)
    }

    /// Shares connections out between the server for everything and the one for metrics, if there is one.
    static func shares(of most: Int, hasMetricsServer: Bool) -> (main: Int, metrics: Int) {
        guard hasMetricsServer else { return (most, 0) }
        let metrics = max(1, min(mostForMetrics, most / 8))
        return (max(1, most - metrics), metrics)
    }
}

/// All connections of a server: counted, bounded, and told when the server stops.
final class ConnectionRegistry: Sendable {
    private struct State {
        var signals: [ObjectIdentifier: ConnectionSignals] = [:]
        var perAddress: [String: Int] = [:]
        var isStopping = false
    }

    private let limits: ConnectionLimits
    /// Whether the other end of each connection is a proxy, which stands for many clients.
    private let isBehindProxies: Bool
    private let state = Mutex(State())

    init(limits: ConnectionLimits, isBehindProxies: Bool) {
        self.limits = limits
        self.isBehindProxies = isBehindProxies
    }

    /// - Returns: false when its address has as many connections as it may.
    func admit(_ signals: ConnectionSignals, from address: String?) -> Bool {
        let counted = counted(address)
        let (isAdmitted, isStopping) = state.withLock { state in
            if let counted {
                let count = state.perAddress[counted, default: 0]
                guard count < limits.mostPerAddress else { return (false, state.isStopping) }
                state.perAddress[counted] = count + 1
            }
            state.signals[ObjectIdentifier(signals)] = signals
            return (true, state.isStopping)
        }
        if isAdmitted, isStopping { signals.stop() }
        return isAdmitted
    }

    /// To be called once for each connection that was admitted, when it is closed.
    func remove(_ signals: ConnectionSignals, from address: String?) {
        let counted = counted(address)
        state.withLock { state in
            state.signals[ObjectIdentifier(signals)] = nil
            guard let counted, let count = state.perAddress[counted] else { return }
            state.perAddress[counted] = count > 1 ? count - 1 : nil
        }
    }

    /// Tells every connection that the server stops.
    func stop() {
        let signals = state.withLock { state in
            state.isStopping = true
            return Array(state.signals.values)
        }
        for each in signals { each.stop() }
    }

    /// The name that an address is counted under; nil: it is not. Programs of this machine and proxies have no limit of
    /// their own.
    private func counted(_ address: String?) -> String? {
        guard !isBehindProxies, let address else { return nil }
        let network = ClientAddress.network(of: address)
        return network.hasPrefix("127.") || address == "::1" ? nil : network
    }
}

/// Lets connections wait in the kernel's queue while there are as many as may be.
struct ConnectionGate: AvailableConnectionsDelegate {
    let most: Int
    private var count = 0

    init(most: Int) { self.most = most }

    mutating func connectionOpened() { count += 1 }

    mutating func connectionClosed() { count -= 1 }

    func isAcceptingNewConnections() -> Bool { count < most }
}

/// Stops taking connections for a moment when the system has no descriptor or memory for another one. Otherwise the
/// socket stays readable, and the event loop tries without end.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = Channel
    typealias InboundOut = Channel

    private static let pause = TimeAmount.milliseconds(250)
    private static let passing = [EMFILE, ENFILE, ENOBUFS, ENOMEM]

    private let logger: Logger
    private var isPaused = false

    init(logger: Logger) {
        self.logger = logger
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let failure = error as? IOError, Self.passing.contains(failure.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        guard !isPaused else { return }
        isPaused = true
        logger.warning("connections wait: the process cannot open another one", metadata: ["reason": "\(failure)"])
        set(isReading: false, context)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.pause) {
            bound.value.handler.isPaused = false
            bound.value.handler.set(isReading: true, bound.value.context)
        }
    }

    private func set(isReading: Bool, _ context: ChannelHandlerContext) {
        try? context.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }
}
