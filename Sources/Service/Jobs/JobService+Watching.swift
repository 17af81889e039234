internal import Foundation
internal import Logging
internal import Records
public import SurgeCore

/// Looking at jobs, and hearing of them.
extension JobService {
    /// A job as it is now. Other accounts' jobs are not found.
    public func job(_ id: JobID, account: AccountID) async throws(JobError) -> JobSnapshot {
        if let snapshot = snapshot(id), snapshot.record.account == account { return snapshot }
        do {
            guard let record = try await store.job(id), record.account == account else { throw JobError.notFound }
            // It may have been taken up between: live jobs know more than their records.
            guard let snapshot = snapshot(id) ?? JobSnapshot(ended: record) else { throw JobError.notFound }
            return snapshot
        } catch let error as RecordsError {
            throw .records(error)
        } catch {
            throw .notFound
        }
    }

    /// An account's jobs, the newest first.
    public func jobs(of account: AccountID, limit: Int, after: JobID?) async throws(JobError) -> [JobSnapshot] {
        do {
            return try await store.jobs(of: account, limit: limit, after: after).compactMap { record in
                snapshot(record.id) ?? JobSnapshot(ended: record)
            }
        } catch {
            throw .records(error)
        }
    }

    /// Ends a job that its owner no longer wants. Cancelling a cancelled job is harmless.
    public func cancel(_ id: JobID, account: AccountID) async throws(JobError) -> JobSnapshot {
        let snapshot = try await job(id, account: account)
        if snapshot.record.status == .cancelled { return snapshot }
        guard let live = jobs[id] else { throw .alreadyFinished }
        if core.cancel(live.handle, at: clock.steady()) { act() }
        await settle(id)
        // It has ended one way or the other, and nobody is told which before that is written.
        if unwritten.contains(id) { throw .unavailable(.endingsUnwritten) }
        let now = try await job(id, account: account)
        guard now.record.status == .cancelled else { throw .alreadyFinished }
        return now
    }

    /// Notes that the answer reached somebody.
    public func delivered(_ id: JobID) async {
        undelivered.remove(id)
        do {
            try await store.markDelivered(id, at: clock.now())
        } catch {
            logger.error("cannot note a delivery", metadata: ["job": "\(id)", "reason": "\(error)"])
        }
    }

    /// A job as it is now, and everything that happens to it from here on; the stream ends with the job.
    ///
    /// - Parameter wantsProgress: whether changes of the position are told.
    public func watch(
        _ id: JobID,
        wantsProgress: Bool
    ) -> (partials: [PartialPicture], events: AsyncStream<JobEvent>) {
        let (stream, continuation) = AsyncStream.makeStream(of: JobEvent.self)
        guard let job = jobs[id], !isStopping else {
            if isStopping { continuation.yield(.stopping) }
            continuation.finish()
            return ([], stream)
        }
        let name = UUID()
        listeners[id, default: [:]][name] = Listener(
            notify: { continuation.yield($0) },
            end: { continuation.finish() },
            wantsProgress: wantsProgress,
            position: wantsProgress ? snapshot(id)?.position : nil
        )
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            Task { await self.unwatch(id, name) }
        }
        return (job.partials, stream)
    }

    private func unwatch(_ id: JobID, _ name: UUID) {
        listeners[id]?[name] = nil
        if listeners[id]?.isEmpty == true { listeners[id] = nil }
    }

    func notify(_ id: JobID, _ event: JobEvent) {
        guard let watching = listeners[id] else { return }
        for listener in watching.values { listener.notify(event) }
    }

    func notifyChange(_ id: JobID) {
        guard listeners[id] != nil, let snapshot = snapshot(id) else { return }
        notify(id, .changed(snapshot))
    }

    /// Tells whoever wants to know of every step.
    func notifyProgress(_ id: JobID) {
        guard let watching = listeners[id], watching.values.contains(where: \.wantsProgress),
            let snapshot = snapshot(id)
        else { return }
        for listener in watching.values where listener.wantsProgress { listener.notify(.changed(snapshot)) }
    }

    func endListening(_ id: JobID) {
        guard let watching = listeners.removeValue(forKey: id) else { return }
        for listener in watching.values { listener.end?() }
    }

    /// Tells whoever wants to know of a position that has changed.
    func notifyPositions() {
        for (id, watching) in listeners {
            guard watching.values.contains(where: \.wantsProgress), let snapshot = snapshot(id),
                snapshot.record.status == .queued, jobs[id]?.isEnding == false
            else { continue }
            for (name, listener) in watching where listener.wantsProgress && listener.position != snapshot.position {
                jobs[id]?.touch(at: clock.now())
                listeners[id]?[name]?.position = snapshot.position
                listener.notify(.changed(self.snapshot(id) ?? snapshot))
            }
        }
    }

    func snapshot(_ id: JobID) -> JobSnapshot? {
        jobs[id].map(snapshot)
    }

    func snapshot(of job: LiveJob) -> JobSnapshot {
        let outlook = core.outlook(of: job.handle, at: clock.steady())
        return JobSnapshot(
            record: job.record,
            request: job.request,
            position: outlook?.position,
            estimate: outlook?.estimate,
            promise: job.promise,
            progress: job.progressOfAll,
            version: job.version
        )
    }
}
