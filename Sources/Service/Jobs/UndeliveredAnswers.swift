internal import Records
internal import SurgeCore

/// Jobs that have ended and whose answer has reached nobody: whoever sends the same request again gets it.
///
/// Kept in memory, and read from the records at a start, so that a storm of refused retries asks no disk.
struct UndeliveredAnswers: Sendable {
    struct Key: Hashable, Sendable {
        let account: AccountID
        let fingerprint: String
    }

    private var jobs: [Key: (job: JobID, finishedAt: Instant)] = [:]
    private var keys: [JobID: Key] = [:]
    private var counts: [AccountID: Int] = [:]

    mutating func insert(_ job: UndeliveredJob) {
        let key = Key(account: job.account, fingerprint: job.fingerprint)
        if let known = jobs[key] { remove(known.job) }
        jobs[key] = (job.id, job.finishedAt)
        keys[job.id] = key
        counts[job.account, default: 0] += 1
    }

    mutating func remove(_ job: JobID) {
        guard let key = keys.removeValue(forKey: job) else { return }
        jobs[key] = nil
        let left = (counts[key.account] ?? 1) - 1
        counts[key.account] = left > 0 ? left : nil
    }

    func job(_ key: Key) -> JobID? { jobs[key]?.job }

    func hasAny(of account: AccountID) -> Bool { counts[account] != nil }

    mutating func removeAll(of account: AccountID) {
        guard hasAny(of: account) else { return }
        for (key, entry) in jobs where key.account == account { remove(entry.job) }
    }

    /// Forgets what ended before `moment`.
    mutating func forget(before moment: Instant) {
        for entry in jobs.values where entry.finishedAt < moment { remove(entry.job) }
    }
}
