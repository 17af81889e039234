public import SurgeCore

/// What must not be lost. One meaning, whatever keeps it: every method that changes something returns when the change
/// will survive a loss of power.
public protocol RecordStore: Sendable {
    // MARK: Accounts and keys

    func create(_ account: Account) async throws(RecordsError)
    /// Makes many accounts, each with its key, in one commit.
    func create(_ accounts: [(Account, KeyRecord)]) async throws(RecordsError)
    func accounts() async throws(RecordsError) -> [Account]
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

    func create(_ key: KeyRecord) async throws(RecordsError)
    func keys() async throws(RecordsError) -> [KeyRecord]
    /// The account that a key belongs to; nil when the key is unknown or revoked.
    func account(forKeyDigest digest: String) async throws(RecordsError) -> Account?
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
    func start(_ job: JobID, rung: String, at now: Instant) async throws(RecordsError) -> Int?
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
    /// Accepted and not ended, in the order of acceptance.
    func unfinishedJobs() async throws(RecordsError) -> [JobRecord]
    /// How often each of these jobs was settled: 1 for a job that ended, whatever happened on the way.
    func settlements(of jobs: [JobID]) async throws(RecordsError) -> [JobID: Int]
    /// Forgets ended jobs whose time is over. - Returns: how many.
    func forgetJobs(expiredBefore now: Instant) async throws(RecordsError) -> Int
    /// Which of these files some job still needs.
    func needed(among digests: [String]) async throws(RecordsError) -> Set<String>
    /// Returns when every change that was asked for before is durable.
    func flush() async throws(RecordsError)
    /// Whether the store answers; for health checks.
    func check() async throws(RecordsError)
}
