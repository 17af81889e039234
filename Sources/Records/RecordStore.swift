public import SurgeCore

/// Whose keys and sessions are valid.
public protocol CredentialStore: Sendable {
    /// The account that a key or session belongs to; nil when it is unknown, revoked or over.
    func account(forKeyDigest digest: String, at now: Instant) async throws(RecordsError) -> Account?
    /// The accounts of those of these keys and sessions that are valid, by digest.
    func holders(ofKeyDigests digests: Set<String>, at now: Instant) async throws(RecordsError) -> [String: Account]
}

/// What must not be lost. One meaning, whatever keeps it: every method that changes something returns when the change
/// will survive a loss of power.
public protocol RecordStore: CredentialStore {
    // MARK: Accounts and keys

    func create(_ account: Account) async throws(RecordsError)
    /// Makes many accounts, each with its key, in one commit.
    func create(_ accounts: [(Account, KeyRecord)]) async throws(RecordsError)
    func accounts() async throws(RecordsError) -> [Account]
    /// Whether an operator's key was ever made.
    func hasOperator() async throws(RecordsError) -> Bool
    func setOperator(_ account: AccountID, _ isOperator: Bool) async throws(RecordsError)
    func account(_ id: AccountID) async throws(RecordsError) -> Account?
    /// Changes an account's plan and allowance, and gives it credits.
    ///
    /// - Parameter addedMillicredits: nil leaves the credits as they are.
    /// - Returns: false when there is no such account.
    func update(
        _ account: AccountID,
        plan: String,
        dailyAllowance: Int?,
        addedMillicredits: Int?
    ) async throws(RecordsError) -> Bool
    /// Pictures that were delivered of those that an account asked for on a day (UTC, counted from 1970).
    func deliveredPictures(of account: AccountID, onDay day: Int) async throws(RecordsError) -> Int

    // MARK: Plans

    func planOverrides() async throws(RecordsError) -> [PlanOverride]
    /// Keeps a change of a plan. Without settings, the plan is as configured again.
    func setPlanOverride(_ override: PlanOverride, at now: Instant) async throws(RecordsError)

    // MARK: Keys

    /// Keeps a key or a session.
    ///
    /// - Returns: false when nothing was kept: the key or passkey that opens the session was revoked or forgotten meanwhile.
    @discardableResult
    func create(_ key: KeyRecord) async throws(RecordsError) -> Bool
    /// All keys; browsers' sessions are not among them.
    func keys() async throws(RecordsError) -> [KeyRecord]
    /// Ends a key or session.
    func revokeKey(digest: String, at now: Instant) async throws(RecordsError)
    /// Forgets sessions that are over, and guests whose last one that was and of whom nothing else is kept.
    ///
    /// - Returns: how many sessions.
    func forgetSessions(expiredBefore now: Instant) async throws(RecordsError) -> Int
    /// Ends all sessions of an account but one. - Returns: how many.
    func endSessions(of account: AccountID, except digest: String?, at now: Instant) async throws(RecordsError) -> Int
    /// Whether an account has a valid key, or a passkey since before `moment`.
    func isEstablished(_ account: AccountID, since moment: Instant) async throws(RecordsError) -> Bool
    /// - Returns: how many keys have this prefix and were not revoked before.
    func revokeKeys(prefix: String, at now: Instant) async throws(RecordsError) -> Int

    // MARK: Jobs

    /// Keeps a new job, or finds the one that the same request has made.
    ///
    /// The same means: the account and idempotency key are; or, without a key, the account and fingerprint are, and
    /// the job is waiting, running, or ended after `recently` without its answer having reached anybody.
    ///
    /// - Parameter recently: nil: the caller knows that no job without a key has made the same request.
    func accept(_ job: JobRecord, recently: Instant?) async throws(RecordsError) -> Acceptance
    /// Marks a job as running. - Returns: how often it was started, this time included; nil when it has ended.
    ///
    /// - Parameter reason: why that is a lower rung than was asked for; nil when it is not.
    func start(
        _ job: JobID,
        rung: String,
        loweredBecause reason: String?,
        at now: Instant
    )
        async throws(RecordsError) -> Int?
    /// Ends a job, once. - Returns: the record as it is now; nil when it had ended before.
    func settle(
        _ job: JobID,
        _ outcome: JobOutcome,
        _ settlement: Settlement,
        at now: Instant,
        expiresAt: Instant
    ) async throws(RecordsError) -> JobRecord?
    /// Notes that somebody received the answer.
    func markDelivered(_ job: JobID, at now: Instant) async throws(RecordsError)
    func job(_ id: JobID) async throws(RecordsError) -> JobRecord?
    /// The job that an account made with an idempotency key.
    func job(of account: AccountID, idempotencyKey: String) async throws(RecordsError) -> JobRecord?
    /// Completed or failed after `moment`, without an idempotency key, and reported to nobody.
    func undeliveredJobs(finishedAfter moment: Instant) async throws(RecordsError) -> [UndeliveredJob]
    /// The newest first; those before `after` when it is given. `account` nil: everybody's.
    func jobs(of account: AccountID?, limit: Int, after: JobID?) async throws(RecordsError) -> [JobRecord]
    /// Jobs with pictures, the newest first; those before `after` when it is given.
    func completedJobs(of account: AccountID, limit: Int, after: JobID?) async throws(RecordsError) -> [JobRecord]
    /// Jobs that ended after a moment, the first to end first.
    func jobs(
        of account: AccountID,
        finishedAfter moment: Instant,
        limit: Int
    ) async throws(RecordsError) -> [JobRecord]
    /// Forgets an ended job and its shares. - Returns: the files that it needed; nil when there is no such job.
    func forget(_ job: JobID, of account: AccountID) async throws(RecordsError) -> [String]?
    /// Accepted and not ended, in the order of acceptance.
    func unfinishedJobs() async throws(RecordsError) -> [JobRecord]
    /// How often each of these jobs was settled: 1 for a job that ended, whatever happened on the way.
    func settlements(of jobs: [JobID]) async throws(RecordsError) -> [JobID: Int]
    /// Forgets ended jobs whose time is over. - Returns: how many.
    func forgetJobs(expiredBefore now: Instant) async throws(RecordsError) -> Int
    /// Which of these files some job still needs.
    func needed(among digests: [String]) async throws(RecordsError) -> Set<String>

    // MARK: Leaving

    /// Forgets an account and everything that is its own. Jobs must have ended; what it cost is kept without its name.
    func forget(_ account: AccountID) async throws(RecordsError) -> ForgottenAccount

    // MARK: Passkeys

    /// - Parameter plan: the plan that a guest comes under with its first passkey.
    func create(_ passkey: PasskeyRecord, promotingTo plan: String) async throws(RecordsError)
    func passkey(_ id: String) async throws(RecordsError) -> PasskeyRecord?
    func passkeys(of account: AccountID) async throws(RecordsError) -> [PasskeyRecord]
    /// Notes that a passkey was used, and what it is after that.
    func update(passkey id: String, content: String, at now: Instant) async throws(RecordsError)
    /// Forgets a passkey and ends the sessions that it opened, unless nobody could come back to the account after that.
    ///
    /// - Parameter credential: the digest of the key or session that asks.
    func forget(
        passkey id: String,
        of account: AccountID,
        askedBy credential: String?,
        at now: Instant
    ) async throws(RecordsError) -> PasskeyRemoval

    // MARK: Shares

    func create(_ share: ShareRecord) async throws(RecordsError)
    /// A share whose time is not over.
    func share(_ id: String, at now: Instant) async throws(RecordsError) -> ShareRecord?
    /// The newest first.
    func shares(of account: AccountID, at now: Instant) async throws(RecordsError) -> [ShareRecord]
    /// - Returns: the share as it was; nil when the account has none of this name.
    func forget(share id: String, of account: AccountID) async throws(RecordsError) -> ShareRecord?
    func forgetShares(expiredBefore now: Instant) async throws(RecordsError) -> Int

    // MARK: Where pictures come from

    /// The note of a picture that was made here; nil: none was, with exactly this content.
    func made(_ digest: String) async throws(RecordsError) -> MadeRecord?
    /// Pictures whose watermark carries this id, the first made first: the same request makes the same picture, so there
    /// may be several files.
    func made(mark: UInt64) async throws(RecordsError) -> [MadeRecord]

    // MARK: Rights

    /// Makes changes and adds their entries to the ledger, all in one commit.
    ///
    /// - Returns: the entries with their places.
    func record(
        _ changes: [RightsChange],
        _ entries: [LedgerDraft],
        at now: Instant
    ) async throws(RecordsError) -> [LedgerRecord]
    /// What has changed after an entry of the ledger; nil when nothing was added to it since.
    func rightsUpdate(after sequence: Int64) async throws(RecordsError) -> RightsUpdate?
    /// Entries after `sequence`, in order.
    func ledger(after sequence: Int64, limit: Int) async throws(RecordsError) -> [LedgerRecord]
    /// Entries before `sequence`, the newest first; nil: from the end.
    func ledger(before sequence: Int64?, limit: Int) async throws(RecordsError) -> [LedgerRecord]
    func decision(_ id: String) async throws(RecordsError) -> DecisionRecord?
    /// Those that wait for an operator, the oldest first.
    func heldDecisions(limit: Int) async throws(RecordsError) -> [DecisionRecord]
    func appeal(of decision: String) async throws(RecordsError) -> AppealRecord?
    /// The oldest first.
    func openAppeals(limit: Int) async throws(RecordsError) -> [AppealRecord]
    /// What a decision was about; nil when that is not kept, or not any more.
    func text(ofDecision id: String, at now: Instant) async throws(RecordsError) -> DecisionText?
    func contact(ofOptOut id: String) async throws(RecordsError) -> String?
    /// Erases texts whose time is over, and says so in the ledger. - Returns: how many.
    func eraseTexts(expiredBefore now: Instant) async throws(RecordsError) -> Int
    /// Erases what appeals and opt-outs that were filed before `moment` say of how to reach somebody, and says so in the ledger.
    ///
    /// - Returns: how many.
    func eraseContacts(before moment: Instant, at now: Instant) async throws(RecordsError) -> Int
    /// Lets go of pictures that were held back and whose time is over; what no operator has looked at stays refused.
    ///
    /// - Returns: how many.
    func closeDecisions(expiredBefore now: Instant) async throws(RecordsError) -> Int
    /// Shares that show one of these files.
    func shares(showing digests: [String]) async throws(RecordsError) -> [ShareRecord]

    // MARK: Operators

    /// Notes what an operator did. - Returns: the entry with its number.
    func append(_ entry: AuditRecord) async throws(RecordsError) -> AuditRecord
    /// The newest first.
    func audit(limit: Int) async throws(RecordsError) -> [AuditRecord]
    /// Work that is put off, whether or not its time has come.
    func holds() async throws(RecordsError) -> [HoldRecord]
    /// Puts work off, or, with a moment that has passed, takes that back.
    func set(_ hold: HoldRecord, at now: Instant) async throws(RecordsError)

    /// Sums up and removes what would only grow. - Returns: what there was of it.
    func prune(_ retention: Retention, at now: Instant) async throws(RecordsError) -> PrunedRecords

    /// Makes a small change, to see whether the store takes any; for health checks.
    func check() async throws(RecordsError)
    /// Whether what the store writes will be found again: it was not moved or deleted. Costs next to nothing.
    var isInPlace: Bool { get }
}
