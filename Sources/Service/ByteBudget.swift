internal import Synchronization

/// Shares a number of bytes of memory among those who need much of it for a short time, in the order of their coming.
///
/// Waiting is not cancelled with the task: what waits here has work accepted behind it and its turn is short. A task that holds
/// bytes must not ask for more before giving them back.
public final class ByteBudget: Sendable {
    private struct State: ~Copyable {
        var free: Int
        var waiting: [(bytes: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    public let limit: Int
    private let state: Mutex<State>

    /// - Parameter limit: bytes, at least 1.
    public init(limit: Int) {
        precondition(limit > 0, "a budget has at least a byte")
        self.limit = limit
        state = Mutex(State(free: limit))
    }

    /// Bytes that are lent out.
    public var heldBytes: Int { state.withLock { limit - $0.free } }
    /// How many wait.
    public var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs `body` while `bytes` are held; more than the whole budget counts as all of it.
    public func holding<Value, Failure: Error>(
        _ bytes: Int,
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let wanted = min(limit, max(0, bytes))
        await take(wanted)
        defer { giveBack(wanted) }
        return try await body()
    }

    private func take(_ bytes: Int) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                // Nobody overtakes: small pictures would keep a large one waiting for ever.
                guard state.waiting.isEmpty, state.free >= bytes else {
                    state.waiting.append((bytes, continuation))
                    return false
                }
                state.free -= bytes
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func giveBack(_ bytes: Int) {
        let next = state.withLock { state in
            state.free += bytes
            var next: [CheckedContinuation<Void, Never>] = []
            while let first = state.waiting.first, first.bytes <= state.free {
                state.free -= first.bytes
                next.append(first.continuation)
                state.waiting.removeFirst()
            }
            return next
        }
        for continuation in next { continuation.resume() }
    }
}
