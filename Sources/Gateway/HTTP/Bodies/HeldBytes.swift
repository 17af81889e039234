internal import SurgeCore
internal import Synchronization

/// Counts the bytes that requests hold: by account, by address and in all. Each count has a limit.
final class HeldBytes: Sendable {
    /// In bytes.
    struct Limits: Hashable, Sendable {
        var account: Int
        var address: Int
        var total = Int.max
    }

    /// The limit that stands against more bytes.
    enum Bound: Hashable, Sendable {
        case account
        case address
        case total
    }

    private struct State: Sendable {
        var accounts: [AccountID: Int] = [:]
        var addresses: [String: Int] = [:]
        var total = 0
    }

    private let limits: Limits
    private let state = Mutex(State())

    init(limits: Limits) {
        self.limits = limits
    }

    /// Of all requests.
    var total: Int { state.withLock(\.total) }

    func count(of address: String) -> Int { state.withLock { $0.addresses[address] ?? 0 } }

    /// - Returns: nil: the bytes are counted, and ``giveBack(_:_:)`` must follow.
    func take(_ count: Int, _ sender: Sender) -> Bound? {
        state.withLock { state -> Bound? in
            let ofAccount = sender.account.map { (state.accounts[$0] ?? 0) + count } ?? 0
            let ofAddress = (state.addresses[sender.address] ?? 0) + count
            guard ofAccount <= limits.account else { return .account }
            guard ofAddress <= limits.address else { return .address }
            guard count <= limits.total - state.total else { return .total }
            if let account = sender.account { state.accounts[account] = ofAccount }
            state.addresses[sender.address] = ofAddress
            state.total += count
            return nil
        }
    }

    func giveBack(_ count: Int, _ sender: Sender) {
        guard count > 0 else { return }
        state.withLock { state in
            if let account = sender.account { state.accounts[account] = Self.less(state.accounts[account], count) }
            state.addresses[sender.address] = Self.less(state.addresses[sender.address], count)
            state.total -= count
        }
    }

    private static func less(_ value: Int?, _ count: Int) -> Int? {
        let left = (value ?? 0) - count
        return left > 0 ? left : nil
    }
}
