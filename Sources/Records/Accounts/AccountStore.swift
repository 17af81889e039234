public import SurgeCore

/// Which keys and sessions are valid.
public protocol CredentialStore: Sendable {
    /// The account that a key or session belongs to; nil when it is unknown, revoked or over.
    func account(forKeyDigest digest: String, at now: Instant) async throws(RecordsError) -> Account?
    /// The accounts of those of these keys and sessions that are valid, by digest.
    func holders(ofKeyDigests digests: Set<String>, at now: Instant) async throws(RecordsError) -> [String: Account]
}

/// Accounts, their plans, and their keys and sessions.
public protocol AccountStore: CredentialStore {
    // MARK: Accounts

    /// Keeps a new account.
    ///
    /// - Throws: ``RecordsError/database(reason:)`` when its id is in use.
    func create(_ account: Account) async throws(RecordsError)
    /// Makes many accounts, each with its key, in one commit.
    func create(_ accounts: [(Account, KeyRecord)]) async throws(RecordsError)
    /// All accounts, the oldest first.
    func accounts() async throws(RecordsError) -> [Account]
    /// The account; nil when there is none.
    func account(_ id: AccountID) async throws(RecordsError) -> Account?
    /// Changes an account's plan and allowance, and gives it credits.
    ///
    /// - Parameters:
    ///   - dailyAllowance: pictures a day; nil: as many as the plan says.
    ///   - addedMillicredits: thousandths of a credit; nil leaves the credits as they are. What an account without
    ///     credits spent before its first ones is not subtracted from them.
    /// - Returns: false when there is no such account.
    func update(
        _ account: AccountID,
        plan: String,
        dailyAllowance: Int?,
        addedMillicredits: Int?
    ) async throws(RecordsError) -> Bool
    /// Delivered pictures of the jobs that an account asked for on a day (UTC, counted from 1970).
    func deliveredPictures(of account: AccountID, onDay day: Int) async throws(RecordsError) -> Int
    /// Whether an account has a valid key, or a passkey since before `moment`.
    func isEstablished(_ account: AccountID, since moment: Instant) async throws(RecordsError) -> Bool
    /// Forgets an account and everything that belongs to it. Its jobs must have ended; what it cost is kept without its
    /// name.
    func forget(_ account: AccountID) async throws(RecordsError) -> ForgottenAccount

    // MARK: Plans

    /// Changes of plans that are in force, sorted by plan.
    func planOverrides() async throws(RecordsError) -> [PlanOverride]
    /// Keeps a change of a plan. Without settings, the plan is as configured again.
    func setPlanOverride(_ override: PlanOverride, at now: Instant) async throws(RecordsError)

    // MARK: Keys and sessions

    /// Keeps a key or a session.
    ///
    /// - Returns: false when nothing was kept: the key or passkey that opens the session was revoked or forgotten
    ///   meanwhile.
    @discardableResult
    func create(_ key: KeyRecord) async throws(RecordsError) -> Bool
    /// All keys, also revoked ones, the oldest first; browsers' sessions are not among them.
    func keys() async throws(RecordsError) -> [KeyRecord]
    /// Ends a key or session.
    func revokeKey(digest: String, at now: Instant) async throws(RecordsError)
    /// - Returns: how many keys have this prefix and were not revoked before.
    func revokeKeys(prefix: String, at now: Instant) async throws(RecordsError) -> Int
    /// Ends all sessions of an account but one. - Returns: how many.
    func endSessions(of account: AccountID, except digest: String?, at now: Instant) async throws(RecordsError) -> Int
    /// Forgets sessions that are over, and guests of whom that leaves no key, session, job or share.
    ///
    /// - Returns: how many sessions.
    func forgetSessions(expiredBefore now: Instant) async throws(RecordsError) -> Int
}
