public import Records
public import SurgeCore

extension InMemoryStore {
    // MARK: Accounts

    public func create(_ account: Account) async throws(RecordsError) {
        try change { state throws(RecordsError) in try state.insert(account) }
    }

    public func create(_ accounts: [(Account, KeyRecord)]) async throws(RecordsError) {
        try change { state throws(RecordsError) in
            for (account, key) in accounts {
                try state.insert(account)
                try state.insert(key)
            }
        }
    }

    public func accounts() async throws(RecordsError) -> [Account] {
        current.accounts.values.sorted { ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue) }
    }

    public func account(_ id: AccountID) async throws(RecordsError) -> Account? { current.accounts[id] }

    public func update(
        _ account: AccountID,
        plan: String,
        dailyAllowance: Int?,
        addedMillicredits: Int?
    ) async throws(RecordsError) -> Bool {
        try change { state in
            guard var changed = state.accounts[account] else { return false }
            changed.plan = plan
            changed.dailyAllowance = dailyAllowance
            if let addedMillicredits {
                changed.grantedMillicredits =
                    (changed.grantedMillicredits ?? changed.spentMillicredits) + addedMillicredits
            }
            state.accounts[account] = changed
            return true
        }
    }

    public func deliveredPictures(of account: AccountID, onDay day: Int) async throws(RecordsError) -> Int {
        let state = current
        return state.settlements.reduce(state.summedPictures[AccountDay(account: account, day: day)] ?? 0) { sum, one in
            one.account == account && one.day == day && one.status == .completed ? sum + one.pictures : sum
        }
    }

    public func isEstablished(_ account: AccountID, since moment: Instant) async throws(RecordsError) -> Bool {
        let state = current
        return state.keys.values.contains { $0.account == account && $0.session == nil && $0.revokedAt == nil }
            || state.passkeys.values.contains { $0.account == account && $0.createdAt <= moment }
    }

    public func forget(_ account: AccountID) async throws(RecordsError) -> ForgottenAccount {
        try change { state in state.forget(account) }
    }

    // MARK: Plans

    public func planOverrides() async throws(RecordsError) -> [PlanOverride] {
        current.planOverrides.values.sorted { $0.plan < $1.plan }
    }

    public func setPlanOverride(_ override: PlanOverride, at now: Instant) async throws(RecordsError) {
        try change { state in state.planOverrides[override.plan] = override.settings.isEmpty ? nil : override }
    }

    // MARK: Keys and sessions

    public func account(forKeyDigest digest: String, at now: Instant) async throws(RecordsError) -> Account? {
        current.holder(ofKeyDigest: digest, at: now)
    }

    public func holders(
        ofKeyDigests digests: Set<String>,
        at now: Instant
    ) async throws(RecordsError) -> [String: Account] {
        let state = current
        var holders: [String: Account] = [:]
        for digest in digests { holders[digest] = state.holder(ofKeyDigest: digest, at: now) }
        return holders
    }

    @discardableResult
    public func create(_ key: KeyRecord) async throws(RecordsError) -> Bool {
        try change { state throws(RecordsError) in
            guard state.canOpen(key) else { return false }
            try state.insert(key)
            return true
        }
    }

    public func keys() async throws(RecordsError) -> [KeyRecord] {
        current.keys.values.filter { $0.session == nil }
            .sorted { ($0.createdAt, $0.prefix) < ($1.createdAt, $1.prefix) }
    }

    public func revokeKey(digest: String, at now: Instant) async throws(RecordsError) {
        try change { state in _ = state.revoke(at: now) { $0.digest == digest } }
    }

    public func revokeKeys(prefix: String, at now: Instant) async throws(RecordsError) -> Int {
        try change { state in state.revoke(at: now) { $0.prefix == prefix && $0.session == nil } }
    }

    public func endSessions(
        of account: AccountID,
        except digest: String?,
        at now: Instant
    ) async throws(RecordsError) -> Int {
        try change { state in
            state.revoke(at: now) { $0.session != nil && $0.account == account && $0.digest != digest }
        }
    }

    public func forgetSessions(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try change { state in
            let over = state.keys.values.filter { key in
                guard let session = key.session else { return false }
                return session.expiresAt < now
            }
            for key in over { state.keys[key.digest] = nil }
            for id in Set(over.map(\.account)) {
                if let account = state.accounts[id], state.isAbandonedGuest(account) { state.accounts[id] = nil }
            }
            return over.count
        }
    }
}

extension InMemoryStore.State {
    /// A new account has no credits yet.
    mutating func insert(_ account: Account) throws(RecordsError) {
        guard accounts[account.id] == nil else { throw .database(reason: "'\(account.id)' is there already") }
        var new = account
        new.grantedMillicredits = nil
        new.spentMillicredits = 0
        accounts[account.id] = new
    }

    mutating func insert(_ key: KeyRecord) throws(RecordsError) {
        try requireAccount(key.account)
        try Self.insert(key.with(revokedAt: nil, session: key.session), as: key.digest, into: &keys)
    }

    /// Whether what opens a session is still there.
    func canOpen(_ key: KeyRecord) -> Bool {
        guard let session = key.session, let parent = session.parent else { return true }
        if let key = keys[parent], key.revokedAt == nil { return true }
        return session.passkey.map { passkeys[$0] != nil } ?? false
    }

    func holder(ofKeyDigest digest: String, at now: Instant) -> Account? {
        guard let key = keys[digest], key.revokedAt == nil else { return nil }
        if let session = key.session {
            guard session.expiresAt > now else { return nil }
            // A key that was forgotten says nothing of the sessions that it opened.
            if let parent = session.parent.flatMap({ keys[$0] }), parent.revokedAt != nil { return nil }
        }
        return accounts[key.account]
    }

    /// Ends those keys and sessions that are not revoked yet. - Returns: how many.
    mutating func revoke(at now: Instant, where isMeant: (KeyRecord) -> Bool) -> Int {
        let meant = keys.values.filter { $0.revokedAt == nil && isMeant($0) }
        for key in meant {
            let session = key.session.map {
                KeyRecord.Session(expiresAt: min($0.expiresAt, now), parent: $0.parent)
            }
            keys[key.digest] = key.with(revokedAt: now, session: session)
        }
        return meant.count
    }

    mutating func forget(_ account: AccountID) -> ForgottenAccount {
        let ownJobs = jobs.filter { $0.account == account }
        let ownShares = shares.values.filter { $0.account == account }
        let files = ownJobs.flatMap(\.files) + ownShares.map(\.picture.digest)
        for decision in decisions.values where decision.account == account {
            texts[decision.id] = nil
            appeals[decision.id] = nil
            decisions[decision.id] = decision.withoutAccount
        }
        for share in ownShares { shares[share.id] = nil }
        jobs.removeAll { $0.account == account }
        passkeys = passkeys.filter { $0.value.account != account }
        keys = keys.filter { $0.value.account != account }
        accounts[account] = nil
        return ForgottenAccount(
            jobs: ownJobs.count,
            pictures: ownJobs.reduce(0) { $0 + $1.pictures.count },
            shares: ownShares.count,
            files: Set(files).sorted(),
            inputs: Set(ownJobs.flatMap(\.inputs))
        )
    }
}

extension KeyRecord {
    fileprivate func with(revokedAt: Instant?, session: Session?) -> KeyRecord {
        KeyRecord(
            prefix: prefix,
            digest: digest,
            account: account,
            createdAt: createdAt,
            revokedAt: revokedAt,
            session: session
        )
    }
}
