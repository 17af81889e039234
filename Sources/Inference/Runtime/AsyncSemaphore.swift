internal import Synchronization

/// Lets a fixed number of tasks through at a time, in the order of their coming.
///
/// Waiting is not cancelled with the task: what waits here has work accepted behind it and its turn is short.
package final class AsyncSemaphore: Sendable {
    private struct State: ~Copyable {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    package init(permits: Int) {
        precondition(permits > 0, "somebody must be let through")
        state = Mutex(State(free: permits))
    }

    package func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    package func signal() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
