public import Records
public import SurgeCore

extension InMemoryStore {
    public func create(_ share: ShareRecord) async throws(RecordsError) {
        try change { state throws(RecordsError) in
            try state.requireAccount(share.account)
            try State.insert(share, as: share.id, into: &state.shares)
        }
    }

    public func share(_ id: String, at now: Instant) async throws(RecordsError) -> ShareRecord? {
        current.shares[id].flatMap { $0.expiresAt > now ? $0 : nil }
    }

    public func shares(of account: AccountID, at now: Instant) async throws(RecordsError) -> [ShareRecord] {
        current.shares.values.filter { $0.account == account && $0.expiresAt > now }
            .sorted { $0.createdAt == $1.createdAt ? $0.id < $1.id : $0.createdAt > $1.createdAt }
    }

    public func shares(showing digests: [String]) async throws(RecordsError) -> [ShareRecord] {
        let shares = current.shares.values.sorted { $0.id < $1.id }
        return digests.flatMap { digest in shares.filter { $0.picture.digest == digest } }
    }

    public func forget(share id: String, of account: AccountID) async throws(RecordsError) -> ShareRecord? {
        try change { state in
            guard let share = state.shares[id], share.account == account else { return nil }
            state.shares[id] = nil
            return share
        }
    }

    public func forgetShares(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try change { state in
            let before = state.shares.count
            state.shares = state.shares.filter { $0.value.expiresAt >= now }
            return before - state.shares.count
        }
    }
}
