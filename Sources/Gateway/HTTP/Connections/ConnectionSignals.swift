internal import Synchronization

/// What an answer wants to know of its connection while it is being made: whether its client is gone, whether the
/// server stops.
final class ConnectionSignals: Sendable {
    enum Ending: Hashable, Sendable {
        case clientGone
        case serverStopping
    }

    /// Names a callback, to take it back.
    typealias Name = Int

    private struct State {
        var ending: Ending?
        var isStopping = false
        var callbacks: [Name: @Sendable (Ending) -> Void] = [:]
        var lastName = 0
        var wantBody: (@Sendable () -> Void)?
        var stop: (@Sendable () -> Void)?
    }

    /// Of the connection whose request is being answered.
    @TaskLocal static var current = ConnectionSignals()

    /// Which hosts its clients may name.
    let hosts: AcceptedHosts
    private let state = Mutex(State())

    init(hosts: AcceptedHosts = AcceptedHosts(configured: "localhost", local: nil, port: nil)) {
        self.hosts = hosts
    }

    /// Whether the server stops.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Calls `notify` once, when the client has gone or the server stops; at once if that is so already.
    func onEnding(_ notify: @escaping @Sendable (Ending) -> Void) -> Name {
        let (name, ending) = state.withLock { state in
            state.lastName += 1
            if state.ending == nil { state.callbacks[state.lastName] = notify }
            return (state.lastName, state.ending)
        }
        if let ending { notify(ending) }
        return name
    }

    func forget(_ name: Name) { state.withLock { $0.callbacks[name] = nil } }

    /// Brings one element when the client has gone or the server stops, and ends with it.
    func endings() -> AsyncStream<Ending> {
        let (stream, continuation) = AsyncStream.makeStream(of: Ending.self)
        let name = onEnding { ending in
            continuation.yield(ending)
            continuation.finish()
        }
        continuation.onTermination = { [weak self] _ in self?.forget(name) }
        return stream
    }

    /// To be called before a body is read: a client may wait for a word that it is wanted.
    func wantBody() { state.withLock { $0.wantBody }?() }

    // MARK: From the connection

    func connect(wantBody: @escaping @Sendable () -> Void, stop: @escaping @Sendable () -> Void) {
        let isStopping = state.withLock { state in
            state.wantBody = wantBody
            state.stop = stop
            return state.isStopping
        }
        if isStopping { stop() }
    }

    func clientGone() {
        state.withLock { state in
            state.wantBody = nil
            state.stop = nil
        }
        end(.clientGone)
    }

    /// Ends what is open, and lets the connection go when the last answer is written.
    func stop() {
        let stop = state.withLock { state in
            state.isStopping = true
            return state.stop
        }
        // First what has something to say, then what is cut off.
        end(.serverStopping)
        stop?()
    }

    private func end(_ ending: Ending) {
        let callbacks = state.withLock { state in
            guard state.ending == nil else { return [@Sendable (Ending) -> Void]() }
            state.ending = ending
            defer { state.callbacks = [:] }
            return Array(state.callbacks.values)
        }
        for notify in callbacks { notify(ending) }
    }
}
