public import SurgeCore

/// Jobs from their acceptance to their end, the pictures that they made, and the files that are still needed.
public protocol JobStore: Sendable {
    // MARK: A job's life

    /// Keeps a new job, or finds the one that the same request has made.
    ///
    /// The request is the same when account and idempotency key are the same; or, without a key, when account and
    /// fingerprint are the same and the job is waiting, running, or ended after `recently` without its answer having
    /// reached anybody.
    ///
    /// - Parameter recently: nil: the caller knows that no job without a key has made the same request.
    /// - Throws: ``RecordsError/database(reason:)`` when there is no such account.
    func accept(_ job: JobRecord, recently: Instant?) async throws(RecordsError) -> Acceptance
    /// Marks a job as running. - Returns: how often it was started, this time included; nil when it has ended.
    ///
    /// - Parameter reason: why the rung is lower than the job asked for; nil when it is not.
    func start(
        _ job: JobID,
        rung: String,
        loweredBecause reason: String?,
        at now: Instant
    ) async throws(RecordsError) -> Int?
    /// Ends a job, once. - Returns: the record as it is now; nil when it had ended before.
    func settle(
        _ job: JobID,
        _ outcome: JobOutcome,
        _ settlement: Settlement,
        at now: Instant,
        expiresAt: Instant
    ) async throws(RecordsError) -> JobRecord?
    /// Notes that somebody received the answer. Only the first time counts.
    func markDelivered(_ job: JobID, at now: Instant) async throws(RecordsError)
    /// How often each of these jobs was settled: 1 for a job that ended, whatever happened on the way.
    func settlements(of jobs: [JobID]) async throws(RecordsError) -> [JobID: Int]

    // MARK: Finding jobs

    /// The job; nil when there is none, or none any more.
    func job(_ id: JobID) async throws(RecordsError) -> JobRecord?
    /// The job that an account made with an idempotency key.
    func job(of account: AccountID, idempotencyKey: String) async throws(RecordsError) -> JobRecord?
    /// Jobs that were accepted and have not ended, in the order of acceptance.
    func unfinishedJobs() async throws(RecordsError) -> [JobRecord]
    /// Jobs that completed or failed after `moment`, without an idempotency key, and not delivered.
    func undeliveredJobs(finishedAfter moment: Instant) async throws(RecordsError) -> [UndeliveredJob]
    /// All jobs, the newest first; those before `after` when it is given. `account` nil: of all accounts.
    func jobs(of account: AccountID?, limit: Int, after: JobID?) async throws(RecordsError) -> [JobRecord]
    /// Completed jobs, the newest first; those before `after` when it is given.
    func completedJobs(of account: AccountID, limit: Int, after: JobID?) async throws(RecordsError) -> [JobRecord]
    /// Jobs that ended after a moment, the first to end first.
    func jobs(
        of account: AccountID,
        finishedAfter moment: Instant,
        limit: Int
    ) async throws(RecordsError) -> [JobRecord]

    // MARK: Forgetting jobs

    /// Forgets an ended job and its shares. - Returns: the files that it needed; nil when there is no such job.
    func forget(_ job: JobID, of account: AccountID) async throws(RecordsError) -> [String]?
    /// Forgets ended jobs whose time is over. - Returns: how many.
    func forgetJobs(expiredBefore now: Instant) async throws(RecordsError) -> Int

    // MARK: Files and pictures

    /// Those of these files that a job, a share, or a decision that holds or released a file still needs.
    func needed(among digests: [String]) async throws(RecordsError) -> Set<String>
    /// The note of a picture that was made here, with exactly this content; nil: there is none.
    func made(_ digest: String) async throws(RecordsError) -> MadeRecord?
    /// Pictures whose watermark carries this id, the first made first: the same request makes the same picture, so there
    /// may be several files.
    func made(mark: UInt64) async throws(RecordsError) -> [MadeRecord]
}
