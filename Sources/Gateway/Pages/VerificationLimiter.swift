internal import HTTPTypes
internal import Inference
internal import Synchronization

/// What verification may take of the server: a bounded number of files that arrive or wait, of which one at a time is
/// looked at.
final class VerificationLimiter: Sendable {
    private struct State {
        var present = 0
        var byAddress: [String: Int] = [:]
        var waiting = 0
    }

    /// What stands against another file.
    enum Refusal: Hashable, Sendable {
        /// As many files are here as may be.
        case full
        /// As many files of this address are here as may be.
        case tooManyOfAddress
    }

    /// Files that arrive, wait or are looked at, at the same time.
    let mostFiles: Int
    /// Of these, from one address.
    let mostOfAddress: Int
    private let state = Mutex(State())
    private let turn = AsyncSemaphore(permits: 1)

    /// Files that are here and wait to be looked at.
    var waitingCount: Int { state.withLock { $0.waiting } }

    init(mostFiles: Int = 32, mostOfAddress: Int = 8) {
        self.mostFiles = mostFiles
        self.mostOfAddress = mostOfAddress
    }

    /// - Returns: nil: it may come in; ``leave(from:)`` must follow.
    func enter(from address: String) -> Refusal? {
        state.withLock { state in
            guard state.byAddress[address, default: 0] < mostOfAddress else { return .tooManyOfAddress }
            guard state.present < mostFiles else { return .full }
            state.present += 1
            state.byAddress[address, default: 0] += 1
            return nil
        }
    }

    func leave(from address: String) {
        state.withLock { state in
            state.present -= 1
            let left = (state.byAddress[address] ?? 1) - 1
            state.byAddress[address] = left == 0 ? nil : left
        }
    }

    /// Runs `body` while no other one runs.
    ///
    /// Memory for pictures is shared with painting, and is given in the order of coming. So no more than one verification
    /// stands before paid work there.
    func alone<Value, Failure: Error>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        state.withLock { $0.waiting += 1 }
        await turn.wait()
        state.withLock { $0.waiting -= 1 }
        defer { turn.signal() }
        return try await body()
    }
}

extension APIError {
    init(_ refusal: VerificationLimiter.Refusal) {
        switch refusal {
        case .full:
            self.init(
                status: .serviceUnavailable,
                kind: .unavailable,
                code: "server_is_overloaded",
                parameter: nil,
                message: "As many pictures as can be checked wait already. Try again in 5 s.",
                headers: [.retryAfter: "5", .connection: "close"]
            )
        case .tooManyOfAddress:
            self.init(
                status: .tooManyRequests,
                kind: .rateLimit,
                code: "rate_limit_exceeded",
                parameter: nil,
                message: "As many pictures of this address are checked as may be at a time. Try again in 5 s.",
                headers: [.retryAfter: "5", .connection: "close"]
            )
        }
    }
}
