internal import Inference
public import Records
public import SurgeCore

/// From a request to a job that is on record.
extension JobService {
    /// What would be said to an account now, before its request is read: nil when it has to be read to know.
    ///
    /// A request that could be a retry of a known one is never turned away unread: it could, when a client of the account
    /// has gone from its job, or an answer has reached nobody.
    public func precheck(_ account: Account, model: String, isDetached: Bool) -> Refusal? {
        guard !isStopping, let entry = accounts[account.id], let model = catalogue.index(of: model) else { return nil }
        accounts.refresh(account, in: &core)
        let now = clock.steady()
        guard !undelivered.hasAny(of: account.id),
            core.standing(of: entry.handle, at: now)?.absentJobs == 0,
            let refusal = core.refusal(for: entry.handle, model: model, isDetached: isDetached, at: now)
        else { return nil }
        core.noteRefusal(refusal, for: entry.handle, model: model)
        return refusal
    }

    /// What a request's pictures may expect.
    public struct Expectation: Hashable, Sendable {
        public let rung: Rung
        public let waitSeconds: Double
    }

    /// Whether a request would be taken, before its pictures are looked at. - Throws: ``JobError/refused(_:)``.
    ///
    /// - Returns: what its pictures should be got ready for, as things stand; nil when that is not known.
    public func checkAdmission(
        _ request: PaintRequest,
        account: Account,
        idempotencyKey: String?
    ) async throws(JobError) -> Expectation? {
        guard !isStopping else { throw .stopping }
        guard let demand = demand(request, try await handle(of: account), nil) else { return nil }
        let ladder = catalogue.entries[demand.model].ladder
        let governed = core.governedRung(of: demand.account, model: demand.model) ?? demand.wantedRung
        let expectation = Expectation(
            rung: ladder.rungs[min(governed, demand.wantedRung)],
            waitSeconds: core.expectedWaitSeconds(of: demand, at: clock.steady())
        )
        guard idempotencyKey == nil else { return expectation }
        let key = UndeliveredAnswers.Key(account: account.id, fingerprint: request.fingerprint)
        guard undelivered.job(key) == nil, !core.isInFlight(demand) else { return expectation }
        if let reason = unavailability { throw .unavailable(reason) }
        guard
            let refusal = core.refusal(
                for: demand.account,
                model: demand.model,
                isDetached: demand.isDetached,
                at: clock.steady()
            )
        else { return expectation }
        core.noteRefusal(refusal, for: demand.account, model: demand.model)
        throw .refused(refusal)
    }

    /// Takes a request: durable when this returns. The same request again gives its own job.
    ///
    /// - Parameter files: what the request came with; kept when the core has said yes, before the job is on record.
    public func submit(
        _ request: PaintRequest,
        account: Account,
        idempotencyKey: String?,
        files: (any RequestFiles)? = nil
    ) async throws(JobError) -> Submission {
        guard !isStopping else { throw .stopping }
        let fingerprint = request.fingerprint
        if idempotencyKey == nil,
            let known = undelivered.job(UndeliveredAnswers.Key(account: account.id, fingerprint: fingerprint)),
            let snapshot = try? await job(known, account: account.id)
        {
            return Submission(snapshot: snapshot, hold: nil)
        }
        // After every other wait: an account may be closed during each of them, and its handle is void from then on.
        guard let demand = demand(request, try await handle(of: account), idempotencyKey, fingerprint) else {
            throw .notFound
        }
        guard !isStopping else { throw .stopping }
        if let reason = unavailability, !core.isInFlight(demand) {
            // What is known already is found, and nothing new is taken.
            if let known = try await known(fingerprint, account, idempotencyKey) { return known }
            throw .unavailable(reason)
        }
        let verdict = core.submit(demand, at: clock.steady())
        defer { act() }
        switch verdict {
        case .run(let handle, let outlook):
            return try await accept(request, fingerprint, account, idempotencyKey, handle, .run, outlook, files)
        case .queued(let handle, let outlook):
            return try await accept(request, fingerprint, account, idempotencyKey, handle, .queued, outlook, files)
        case .deferred(let handle, let outlook):
            return try await accept(request, fingerprint, account, idempotencyKey, handle, .deferred, outlook, files)
        case .joined(let handle):
            return try await join(handle, account, isDetached: demand.isDetached)
        case .refused(let refusal):
            if let known = try await known(fingerprint, account, idempotencyKey) { return known }
            throw .refused(refusal)
        }
    }

    /// Makes an accepted job durable, many to a commit. The same transaction looks whether the records know it already.
    private func accept(
        _ request: PaintRequest,
        _ fingerprint: String,
        _ account: Account,
        _ idempotencyKey: String?,
        _ handle: JobHandle,
        _ kind: JobSnapshot.Promise.Kind,
        _ outlook: Outlook,
        _ files: (any RequestFiles)?
    ) async throws(JobError) -> Submission {
        var outcome: Result<JobID, JobError> = .failure(.stopping)
        defer {
            for waiter in waiting.removeValue(forKey: handle) ?? [] { waiter.resume(returning: outcome) }
        }
        let record = makeRecord(request, fingerprint, account, idempotencyKey, handle)
        // Held before it is durable, so that the same request in the same commit finds it here.
        jobs[record.id] = LiveJob(
            record: record,
            request: request,
            handle: handle,
            promise: JobSnapshot.Promise(kind: kind, outlook: outlook),
            since: clock.steady(),
            now: record.createdAt
        )
        names[handle] = record.id
        undurable[record.id] = .waiting
        do {
            try await files?.keep()
            // Requests without a key are told apart here: the core knows those in flight, `undelivered` the others.
            switch try await store.accept(record, recently: nil) {
            case .new:
                files?.settle()
                for note in record.notes { rights?.metrics.decided(note.kind) }
                core.confirm(handle, at: clock.steady())
                history.note(asked: record.taskCount, of: accounts.plan(account.plan))
                notifyWatchers(ofNew: record.id, account.id)
                outcome = .success(record.id)
                guard await !endedMeanwhile(record.id) else {
                    return Submission(snapshot: try await job(record.id, account: account.id), hold: nil)
                }
                guard let snapshot = snapshot(record.id) else { throw JobError.notFound }
                return Submission(snapshot: snapshot, hold: request.isDetached ? nil : hold(handle))
            case .known(let known):
                outcome = .success(known.id)
                forget(record.id, handle)
                return try found(known, isDetached: request.isDetached)
            case .keyReused:
                outcome = .failure(.idempotencyKeyReused)
                forget(record.id, handle)
                throw JobError.idempotencyKeyReused
            }
        } catch let error as JobError {
            throw error
        } catch {
            let failure = JobError.records((error as? RecordsError) ?? .database(reason: "\(error)"))
            outcome = .failure(failure)
            forget(record.id, handle)
            throw failure
        }
    }

    /// A new job, as it is to be kept.
    private func makeRecord(
        _ request: PaintRequest,
        _ fingerprint: String,
        _ account: Account,
        _ idempotencyKey: String?,
        _ handle: JobHandle
    ) -> JobRecord {
        var record = JobRecord(
            id: JobID(rawValue: "job_" + RandomName.make()),
            account: account.id,
            createdAt: clock.now(),
            expiresAt: expiry(),
            fingerprint: fingerprint,
            idempotencyKey: idempotencyKey,
            request: request.json,
            inputs: request.inputs,
            rung: request.rung,
            taskCount: request.styles.count,
            deadline: core.deadline(of: handle).map { clock.told($0) }
        )
        if let rights, let note = request.rights { record.notes = rights.notes(of: note, job: record.id, account.id) }
        return record
    }

    /// A job is on record from here on. - Returns: whether it had ended before that; then its end is written down, too.
    private func endedMeanwhile(_ id: JobID) async -> Bool {
        guard case .ended(let ending)? = undurable.removeValue(forKey: id) else { return false }
        unwritten.add(ending, at: clock.steady())
        await settle(id)
        return true
    }

    private func forget(_ id: JobID, _ handle: JobHandle) {
        undurable[id] = nil
        jobs[id] = nil
        names[handle] = nil
        endListening(id)
        core.withdraw(handle, at: clock.steady())
    }

    /// The same request is in flight: its own job, once that is durable.
    private func join(_ handle: JobHandle, _ account: Account, isDetached: Bool) async throws(JobError) -> Submission {
        let hold = isDetached ? nil : hold(handle)
        guard var id = names[handle] else { throw .notFound }
        if core.isReserved(handle) {
            id = try await withCheckedContinuation { waiting[handle, default: []].append($0) }.get()
        }
        return Submission(snapshot: try await job(id, account: account.id), hold: hold)
    }

    /// What the records know of a request that was refused.
    private func known(
        _ fingerprint: String,
        _ account: Account,
        _ idempotencyKey: String?
    ) async throws(JobError) -> Submission? {
        guard let idempotencyKey else { return nil }
        do {
            guard let record = try await store.job(of: account.id, idempotencyKey: idempotencyKey) else { return nil }
            guard record.fingerprint == fingerprint else { throw JobError.idempotencyKeyReused }
            return try found(record, isDetached: true)
        } catch let error as RecordsError {
            throw .records(error)
        } catch let error as JobError {
            throw error
        } catch {
            return nil
        }
    }

    private func found(_ record: JobRecord, isDetached: Bool) throws(JobError) -> Submission {
        guard let live = jobs[record.id] else {
            guard let snapshot = JobSnapshot(ended: record) else { throw .notFound }
            return Submission(snapshot: snapshot, hold: nil)
        }
        guard !isDetached, core.attach(live.handle, at: clock.steady()) else {
            return Submission(snapshot: snapshot(of: live), hold: nil)
        }
        return Submission(snapshot: snapshot(of: live), hold: hold(live.handle))
    }

    /// Stands for a client that the core counts already.
    private func hold(_ handle: JobHandle) -> ClientHold {
        ClientHold { [weak self] in
            guard let self else { return }
            Task { await self.letGo(handle) }
        }
    }

    private func letGo(_ handle: JobHandle) {
        // The server's own end takes connections from clients that would have waited.
        guard !isStopping else { return }
        core.detach(handle, at: clock.steady())
        act()
    }
}
