public import Records
public import SurgeCore

extension InMemoryStore {
    public func create(_ passkey: PasskeyRecord, promotingTo plan: String) async throws(RecordsError) {
        try change { state throws(RecordsError) in
            try state.requireAccount(passkey.account)
            try State.insert(passkey, as: passkey.id, into: &state.passkeys)
            guard var account = state.accounts[passkey.account], account.isGuest else { return }
            account.plan = plan
            account.isGuest = false
            state.accounts[account.id] = account
        }
    }

    public func passkey(_ id: String) async throws(RecordsError) -> PasskeyRecord? { current.passkeys[id] }

    public func passkeys(of account: AccountID) async throws(RecordsError) -> [PasskeyRecord] {
        current.passkeys.values.filter { $0.account == account }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    public func update(passkey id: String, content: String, at now: Instant) async throws(RecordsError) {
        try change { state in
            guard let known = state.passkeys[id] else { return }
            state.passkeys[id] = PasskeyRecord(
                id: id,
                account: known.account,
                name: known.name,
                content: content,
                createdAt: known.createdAt
            )
        }
    }

    public func forget(
        passkey id: String,
        of account: AccountID,
        askedBy credential: String?,
        at now: Instant
    ) async throws(RecordsError) -> PasskeyRemoval {
        let parent = KeyRecord.Session.parent(passkey: id)
        return try change { state in
            guard state.passkeys[id]?.account == account else { return .unknown }
            let asking = credential.flatMap { state.keys[$0] }
            let endsOwnSession = asking?.account == account && asking?.session?.parent == parent
            let hasOtherWays =
                state.passkeys.values.contains { $0.account == account && $0.id != id }
                || state.keys.values.contains { $0.account == account && $0.session == nil && $0.revokedAt == nil }
            if endsOwnSession, !hasOtherWays { return .onlyWayIn }
            state.passkeys[id] = nil
            _ = state.revoke(at: now) { $0.account == account && $0.session?.parent == parent }
            return .forgotten(endsOwnSession: endsOwnSession)
        }
    }
}
