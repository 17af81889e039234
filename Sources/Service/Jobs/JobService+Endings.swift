internal import Logging
internal import Records
internal import SurgeCore

/// Ends of jobs: first in the core, then in the records, then for waiting clients.
extension JobService {
    /// The core has ended a job: the records are next, then waiting clients.
    func ended(_ handle: JobHandle, _ end: JobEnd) {
        batch.forget(handle)
        retries.forget(handle)
        guard let id = names[handle] else { return }
        let outcome: JobOutcome
        switch end.reason {
        case .withdrawn: return
        case .completed:
            guard let pictures = jobs[id]?.allPictures else { return }
            outcome = .completed(pictures)
        case .cancelled, .abandoned: outcome = .cancelled
        // A fault that lasted until then is the reason, and not the queue.
        case .expired: outcome = failures[id].map(JobOutcome.failed) ?? .expired
        case .failed, .quarantined:
            let message = "the picture could not be painted; the fault is ours"
            outcome = .failed(failures[id] ?? FailureRecord(code: "internal_error", message: message))
        }
        jobs[id]?.beginEnding(at: clock.now())
        let ending = Ending(id: id, outcome: outcome, end: end)
        // The records must know a job before they can be told of its end.
        guard undurable[id] == nil else {
            undurable[id] = .ended(ending)
            return
        }
        if let record = jobs[id]?.record { noteUndelivered(record, outcome) }
        unwritten.add(ending, at: clock.steady())
    }

    /// Writes down what has ended and is due to be written: all at once, so that they share commits. Whatever is found due
    /// after that is written, too.
    func settleEndings() async {
        while true {
            let due = unwritten.takeDue(at: clock.steady())
            if due.isEmpty { return }
            await write(due)
        }
    }

    /// Returns when the records have a job's ending, or do not take it now.
    func settle(_ id: JobID) async {
        await settleEndings()
        guard unwritten.isBeingWritten(id) else { return }
        // Somebody else is at it.
        await withCheckedContinuation { endingWaiters[id, default: []].append($0) }
    }

    /// At the stop: tries until everything is written or the time for stopping is over. What is left is unfinished in the
    /// records, and the next start takes it up.
    func writeLastEndings() async {
        while !unwritten.isEmpty {
            await write(unwritten.takeAll())
            if unwritten.isEmpty { break }
            guard !Task.isCancelled else {
                let count = unwritten.count
                return logger.warning(
                    "unsaved job results: the next start resumes them",
                    metadata: ["count": "\(count)"]
                )
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
    }

    private func write(_ endings: [Ending]) async {
        guard endings.count > 1 else {
            for ending in endings { await write(ending) }
            return
        }
        await withDiscardingTaskGroup { group in
            for ending in endings { group.addTask { await self.write(ending) } }
        }
    }

    /// Ends a job in the records, and then for waiting clients. Nobody is told what is not written.
    private func write(_ ending: Ending) async {
        let id = ending.id
        defer { for waiter in endingWaiters.removeValue(forKey: id) ?? [] { waiter.resume() } }
        guard let job = jobs[id] else {
            unwritten.wrote(id)
            return
        }
        let settlement = Settlement(
            deviceSeconds: ending.end.spentSeconds,
            millicredits: ending.end.millicredits,
            model: job.request.model,
            // The day that the core has charged, which is not the time of day's while that is in doubt.
            day: clocks.earliest(job.since).day
        )
        let record: JobRecord?
        do {
            record = try await store.settle(
                id,
                ending.outcome,
                settlement,
                at: Instant(microseconds: job.version),
                expiresAt: expiry()
            )
        } catch {
            if unwritten.failed(id, mayPass: error.mayPass, at: clock.steady()) {
                logger.critical(
                    "cannot save the end of a job; retrying until it is saved",
                    metadata: ["job": "\(id)", "reason": "\(error)"]
                )
            }
            return
        }
        if unwritten.wrote(id) {
            logger.notice("ends of jobs are saved again", metadata: ["left": "\(unwritten.count)"])
        }
        if let record, let snapshot = JobSnapshot(ended: record, promise: job.promise) {
            notify(id, .changed(snapshot))
        }
        heavy.note(ending.end.spentSeconds, of: job.record.account, at: clock.steady())
        failures[id] = nil
        decisions[id] = nil
        names[job.handle] = nil
        jobs[id] = nil
        endListening(id)
        notifyWatchers(of: job.record.account, .standing)
    }

    /// From here until its answer reaches somebody, the same request finds this job.
    private func noteUndelivered(_ record: JobRecord, _ outcome: JobOutcome) {
        guard record.idempotencyKey == nil else { return }
        switch outcome {
        case .completed, .failed: break
        case .cancelled, .expired: return
        }
        undelivered.insert(
            UndeliveredJob(
                id: record.id,
                account: record.account,
                fingerprint: record.fingerprint,
                finishedAt: clock.steady()
            )
        )
    }
}
