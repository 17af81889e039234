internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// Says who still counts as a guest of its address: a program can make a passkey as quickly as a page can make a guest.
///
/// An account that a page made counts until it has had a passkey for a day, or a key that an operator made for it.
final class NewMembers: Sendable {
    static let probationSeconds = 86_400.0
    private static let validSeconds = 60.0
    private static let limit = 10_000

    private let store: any AccountStore
    private let clock: any TimeSource
    private let known = Mutex<[AccountID: (countsAsGuest: Bool, since: Instant)]>([:])

    init(store: any AccountStore, clock: any TimeSource) {
        self.store = store
        self.clock = clock
    }

    func countsAsGuest(_ account: Account) async throws(RecordsError) -> Bool {
        if account.isGuest { return true }
        let now = clock.now()
        if let entry = known.withLock({ $0[account.id] }),
            (0..<Self.validSeconds).contains(now.seconds(since: entry.since))
        {
            return entry.countsAsGuest
        }
        let isEstablished = try await store.isEstablished(
            account.id,
            since: now.advanced(bySeconds: -Self.probationSeconds)
        )
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
            known[account.id] = (!isEstablished, now)
        }
        return !isEstablished
    }
}
