public import Foundation
internal import Logging
public import Records
public import SurgeCore

/// Accounts as a whole: watching all of their jobs, deleting a job, leaving.
extension JobService {
    // MARK: Watching

    /// At most this many jobs of an account are followed from the start of a watch; of those to come, all.
    private static let mostFollowed = 200
    /// Whoever was away for longer than what this many ended jobs tell sees the rest in the gallery.
    private static let mostRepeated = 100

    /// Tells all that happens to an account's jobs from here on; first, how those stand that have not ended.
    ///
    /// - Parameters:
    ///   - after: the version up to which everything is known; what ended since is told, too. nil: nothing is known.
    ///   - notify: must not block; called in the order of things.
    /// - Returns: a name for ``unwatch(_:of:)``; nil when the server is stopping.
    public func watch(
        _ account: AccountID,
        after: Int64?,
        notify: @escaping @Sendable (AccountEvent) -> Void
    ) async throws(JobError) -> UUID? {
        guard !isStopping else { return nil }
        let name = UUID()
        watchers[account, default: [:]][name] = AccountWatcher(notify: notify)
        do {
            if let after {
                let moment = Instant(microseconds: after)
                for record in try await store.jobs(of: account, finishedAfter: moment, limit: Self.mostRepeated) {
                    if let snapshot = JobSnapshot(ended: record) { notify(.job(snapshot)) }
                }
            }
            for record in try await store.jobs(of: account, limit: Self.mostFollowed, after: nil).reversed() {
                follow(record.id, account, name)
            }
        } catch {
            unwatch(name, of: account)
            throw .records(error)
        }
        return name
    }

    public func unwatch(_ name: UUID, of account: AccountID) {
        guard let watcher = watchers[account]?.removeValue(forKey: name) else { return }
        if watchers[account]?.isEmpty == true { watchers[account] = nil }
        for id in watcher.jobs {
            listeners[id]?[name] = nil
            if listeners[id]?.isEmpty == true { listeners[id] = nil }
        }
    }

    /// A job that was accepted just now.
    func notifyWatchers(ofNew id: JobID, _ account: AccountID) {
        guard let watching = watchers[account] else { return }
        for name in watching.keys { follow(id, account, name) }
        notifyWatchers(of: account, .standing)
    }

    func notifyWatchers(of account: AccountID, _ event: AccountEvent) {
        guard let watching = watchers[account] else { return }
        for watcher in watching.values { watcher.notify(event) }
    }

    /// The server goes away.
    func endWatching() {
        for watching in watchers.values {
            for watcher in watching.values { watcher.notify(.stopping) }
        }
        watchers = [:]
    }

    /// Tells how a job stands, and from here on everything that happens to it.
    private func follow(_ id: JobID, _ account: AccountID, _ name: UUID) {
        guard let watcher = watchers[account]?[name], !watcher.jobs.contains(id), let snapshot = snapshot(id) else {
            return
        }
        let notify = watcher.notify
        watchers[account]?[name]?.jobs.insert(id)
        listeners[id, default: [:]][name] = Listener(
            notify: { event in
                switch event {
                case .changed(let snapshot): notify(.job(snapshot))
                case .partial(let partial): notify(.partial(id, partial))
                case .stopping: break
                }
            },
            end: { [weak self] in
                guard let self else { return }
                Task { await self.unfollow(id, account, name) }
            },
            wantsProgress: true,
            position: snapshot.position
        )
        notify(.job(snapshot))
        for partial in jobs[id]?.partials ?? [] { notify(.partial(id, partial)) }
    }

    private func unfollow(_ id: JobID, _ account: AccountID, _ name: UUID) {
        watchers[account]?[name]?.jobs.remove(id)
    }

    // MARK: Deleting

    /// Deletes an ended job: its record, its shares, and its files as far as nothing else needs them.
    public func delete(_ id: JobID, account: AccountID) async throws(JobError) {
        let record = try await job(id, account: account).record
        guard jobs[id] == nil else { throw .notFinished }
        do {
            guard let files = try await store.forget(id, of: account) else { throw JobError.notFound }
            undelivered.remove(id)
            try await removeFiles(files, inputs: Set(record.inputs))
        } catch let error as RecordsError {
            throw .records(error)
        } catch let error as JobError {
            throw error
        } catch {
            throw .notFound
        }
        notifyWatchers(of: account, .deleted(id))
    }

    /// Deletes an account with all that is its own. What runs for it is cancelled.
    public func delete(_ account: AccountID) async throws(JobError) -> ForgottenAccount {
        let own = jobs.filter { $0.value.record.account == account }
        for job in own.values { core.cancel(job.handle, at: clock.steady()) }
        act()
        await settleEndings()
        guard !unwritten.isHeldUp else { throw .unavailable(.endingsUnwritten) }
        do {
            let forgotten = try await store.forget(account)
            if let entry = accounts.remove(account) { core.close(entry.handle) }
            undelivered.removeAll(of: account)
            heavy.forget(account)
            try await removeFiles(forgotten.files, inputs: forgotten.inputs)
            notifyWatchers(of: account, .gone)
            logger.notice("an account was deleted", metadata: ["jobs": "\(forgotten.jobs)"])
            return forgotten
        } catch {
            throw .records(error)
        }
    }

    /// Removes a share, and its picture when nothing else needs it.
    public func delete(share: String, account: AccountID) async throws(JobError) -> ShareRecord {
        let found: ShareRecord?
        do {
            found = try await store.forget(share: share, of: account)
            if let found { try await removeFiles([found.picture.digest]) }
        } catch {
            throw .records(error)
        }
        guard let found else { throw .notFound }
        return found
    }

    /// A picture is its job's within this time after its file was written, in seconds.
    private static let arrivalSeconds = 60.0

    /// Removes those of these files that nothing needs; a file that a picture on its way may have been given just now is
    /// looked at again with the next sweep.
    ///
    /// - Parameter inputs: those that no picture can be: they were sent.
    func removeFiles(_ digests: [String], inputs: Set<String> = []) async throws(RecordsError) {
        guard !digests.isEmpty else { return }
        var due = digests
        if core.runningTaskCount > 0 {
            let files = files
            let moment = clock.now().advanced(bySeconds: -Self.arrivalSeconds)
            let young = await sweeping.run {
                Set(digests.filter { !inputs.contains($0) && files.isYounger($0, than: moment) })
            }
            removalsPutOff.formUnion(young)
            due.removeAll { young.contains($0) }
        }
        try await files.remove(due) { digests throws(RecordsError) in try await self.neededFiles(among: digests) }
    }

    /// Those of these files that a job needs, whether it has ended or not.
    func neededFiles(among digests: [String]) async throws(RecordsError) -> Set<String> {
        // Before the records are asked: a job that ends meanwhile is in them by then.
        var needed = Set(jobs.values.flatMap(\.fileDigests))
        needed.formUnion(batch.pictures.map(\.digest))
        needed.formIntersection(digests)
        return try await store.needed(among: digests).union(needed)
    }
}
