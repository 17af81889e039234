public import Records
public import SurgeCore

extension InMemoryStore {
    // MARK: A job's life

    public func accept(_ job: JobRecord, recently: Instant?) async throws(RecordsError) -> Acceptance {
        try change { state throws(RecordsError) in
            if let key = job.idempotencyKey {
                if let known = state.job(of: job.account, idempotencyKey: key) {
                    return known.fingerprint == job.fingerprint ? .known(known) : .keyReused
                }
            } else if let recently, let known = state.recentJob(like: job, endedAfter: recently) {
                return .known(known)
            }
            try state.requireAccount(job.account)
            guard state.job(job.id) == nil else { throw .database(reason: "job '\(job.id)' is there already") }
            var kept = job
            kept.notes = []
            state.jobs.append(kept)
            _ = try state.append(job.notes, at: job.createdAt)
            return .new
        }
    }

    public func start(
        _ job: JobID,
        rung: String,
        loweredBecause reason: String?,
        at now: Instant
    ) async throws(RecordsError) -> Int? {
        try change { state in
            guard let place = state.jobs.firstIndex(where: { $0.id == job && !$0.status.isFinal }) else { return nil }
            state.jobs[place].status = .running
            state.jobs[place].startedAt = state.jobs[place].startedAt ?? now
            state.jobs[place].attempts += 1
            state.jobs[place].givenRung = rung
            state.jobs[place].loweredBecause = reason
            return state.jobs[place].attempts
        }
    }

    public func settle(
        _ id: JobID,
        _ outcome: JobOutcome,
        _ settlement: Settlement,
        at now: Instant,
        expiresAt: Instant
    ) async throws(RecordsError) -> JobRecord? {
        try change { state in
            guard let place = state.jobs.firstIndex(where: { $0.id == id && !$0.status.isFinal }) else { return nil }
            var job = state.jobs[place]
            job.apply(outcome)
            job.finishedAt = now
            job.expiresAt = expiresAt
            state.jobs[place] = job
            for picture in job.pictures where state.made[picture.digest] == nil {
                state.made[picture.digest] = MadeRecord(
                    digest: picture.digest,
                    model: settlement.model,
                    isEdit: !job.inputs.isEmpty,
                    at: now,
                    mark: picture.mark
                )
            }
            state.settlements.append(
                JobSettlement(
                    job: id,
                    account: job.account,
                    status: job.status,
                    pictures: job.pictures.count,
                    day: settlement.day ?? job.createdAt.day
                )
            )
            state.accounts[job.account]?.spentMillicredits += max(0, settlement.millicredits)
            return job
        }
    }

    public func markDelivered(_ job: JobID, at now: Instant) async throws(RecordsError) {
        try change { state in
            guard let place = state.jobs.firstIndex(where: { $0.id == job && $0.deliveredAt == nil }) else { return }
            state.jobs[place].deliveredAt = now
        }
    }

    public func settlements(of jobs: [JobID]) async throws(RecordsError) -> [JobID: Int] {
        let state = current
        var counts: [JobID: Int] = [:]
        for job in jobs { counts[job] = state.settlements.count { $0.job == job } }
        return counts
    }

    // MARK: Finding jobs

    public func job(_ id: JobID) async throws(RecordsError) -> JobRecord? { current.job(id) }

    public func job(of account: AccountID, idempotencyKey: String) async throws(RecordsError) -> JobRecord? {
        current.job(of: account, idempotencyKey: idempotencyKey)
    }

    public func unfinishedJobs() async throws(RecordsError) -> [JobRecord] {
        current.jobs.filter { !$0.status.isFinal }
    }

    public func undeliveredJobs(finishedAfter moment: Instant) async throws(RecordsError) -> [UndeliveredJob] {
        current.jobs.compactMap { job in
            guard job.idempotencyKey == nil, job.isUndelivered, let finishedAt = job.finishedAt, finishedAt > moment
            else { return nil }
            return UndeliveredJob(
                id: job.id,
                account: job.account,
                fingerprint: job.fingerprint,
                finishedAt: finishedAt
            )
        }
    }

    public func jobs(of account: AccountID?, limit: Int, after: JobID?) async throws(RecordsError) -> [JobRecord] {
        Array(current.jobs(before: after).filter { account == nil || $0.account == account }.prefix(limit))
    }

    public func completedJobs(
        of account: AccountID,
        limit: Int,
        after: JobID?
    ) async throws(RecordsError) -> [JobRecord] {
        let jobs = current.jobs(before: after).filter { $0.account == account && $0.status == .completed }
        return Array(jobs.prefix(limit))
    }

    public func jobs(
        of account: AccountID,
        finishedAfter moment: Instant,
        limit: Int
    ) async throws(RecordsError) -> [JobRecord] {
        let ended = current.jobs.compactMap { job -> (job: JobRecord, at: Instant)? in
            guard job.account == account, let finishedAt = job.finishedAt, finishedAt > moment else { return nil }
            return (job, finishedAt)
        }
        return ended.sorted { $0.at < $1.at }.prefix(limit).map(\.job)
    }

    // MARK: Forgetting jobs

    public func forget(_ job: JobID, of account: AccountID) async throws(RecordsError) -> [String]? {
        try change { state in
            guard let known = state.job(job), known.account == account, known.finishedAt != nil else { return nil }
            state.jobs.removeAll { $0.id == job }
            state.shares = state.shares.filter { $0.value.job != job }
            return known.files
        }
    }

    public func forgetJobs(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try change { state in
            let before = state.jobs.count
            state.jobs.removeAll { $0.finishedAt != nil && $0.expiresAt < now }
            return before - state.jobs.count
        }
    }

    // MARK: Files and pictures

    public func needed(among digests: [String]) async throws(RecordsError) -> Set<String> {
        let state = current
        var needed = Set(state.jobs.flatMap(\.files))
        for share in state.shares.values { needed.insert(share.picture.digest) }
        for decision in state.decisions.values where decision.state == .held || decision.state == .released {
            if let digest = decision.digest { needed.insert(digest) }
        }
        return needed.intersection(digests)
    }

    public func made(_ digest: String) async throws(RecordsError) -> MadeRecord? { current.made[digest] }

    public func made(mark: UInt64) async throws(RecordsError) -> [MadeRecord] {
        current.made.values.filter { $0.mark == mark }.sorted { ($0.at, $0.digest) < ($1.at, $1.digest) }
    }
}

extension InMemoryStore.State {
    func job(_ id: JobID) -> JobRecord? { jobs.first { $0.id == id } }

    func job(of account: AccountID, idempotencyKey: String) -> JobRecord? {
        jobs.last { $0.account == account && $0.idempotencyKey == idempotencyKey }
    }

    /// The newest job of the same request that has not ended, or whose answer has reached nobody.
    func recentJob(like job: JobRecord, endedAfter recently: Instant) -> JobRecord? {
        jobs.last { known in
            guard known.account == job.account, known.fingerprint == job.fingerprint else { return false }
            guard let finishedAt = known.finishedAt else { return true }
            return known.isUndelivered && finishedAt > recently
        }
    }

    /// The newest first, after the given one; none when there is no such job.
    func jobs(before last: JobID?) -> [JobRecord] {
        guard let last else { return jobs.reversed() }
        guard let place = jobs.firstIndex(where: { $0.id == last }) else { return [] }
        return jobs[..<place].reversed()
    }
}

extension JobRecord {
    /// Completed or failed, and nobody has received that.
    fileprivate var isUndelivered: Bool { (status == .completed || status == .failed) && deliveredAt == nil }

    /// The files that a job needs.
    var files: [String] { pictures.map(\.digest) + inputs }
}
