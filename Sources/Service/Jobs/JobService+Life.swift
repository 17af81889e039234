internal import Inference
internal import Logging
public import Records
internal import ServiceLifecycle
internal import SurgeCore
internal import Synchronization

/// From the start to the stop: taking up what was left, painting, ending.
extension JobService {
    /// Works until the process is told to stop. ``recover()`` comes before.
    public func run() async throws {
        act()
        await withDiscardingTaskGroup { group in
            group.addTask { await cancelWhenGracefulShutdown { await self.tick() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.watchPlans() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.watchKeeping() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.sweep() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.watchWriting() } }
            group.addTask { await self.takeSteps() }
            if let rights = self.rights {
                group.addTask { await cancelWhenGracefulShutdown { await rights.keepFresh() } }
            }
            await withGracefulShutdownHandler {
                for await assignment in self.assignments { group.addTask { await self.perform(assignment) } }
            } onGracefulShutdown: {
                Task { await self.stop() }
            }
        }
        await writeLastEndings()
    }

    /// Puts every job back into the core that an earlier run accepted and did not end.
    ///
    /// To be called before connections are taken: whoever comes back for a job must find it.
    ///
    /// - Throws: why the records cannot be read or written now. No job has failed for it: the next start resumes them all.
    public func recover() async throws(RecordsError) {
        let (now, steady) = (clock.now(), clock.steady())
        await readPlanOverrides()
        try await recoverHolds()
        try await rights?.refresh()
        let recently = now.advanced(bySeconds: -configuration.recentSeconds)
        for job in try await store.undeliveredJobs(finishedAfter: recently) {
            // The records have the time of day; what is kept here goes by the seconds that pass.
            undelivered.insert(
                UndeliveredJob(
                    id: job.id,
                    account: job.account,
                    fingerprint: job.fingerprint,
                    finishedAt: min(clock.steady(job.finishedAt), steady)
                )
            )
        }
        let unfinished = try await store.unfinishedJobs().filter { jobs[$0.id] == nil }
        for var record in unfinished {
            let request = PaintRequest(json: record.request)
            let kept = Recovery.KeptJob(
                demand: try await demand(of: record, request),
                createdAt: Recovery.submission(record.createdAt, at: now),
                deadline: Recovery.deadline(record.deadline, createdAt: record.createdAt, at: now)
            )
            var handle: JobHandle?
            for step in Recovery.steps(for: kept) {
                switch step {
                case .fail:
                    let failure = FailureRecord(code: "model_not_found", message: "its model is not installed any more")
                    _ = try await store.settle(record.id, .failed(failure), Settlement(), at: now, expiresAt: expiry())
                case .restore(let demand, let submittedAt, let deadline):
                    guard let request else { continue }
                    record.status = .queued
                    let job = core.restore(
                        demand,
                        submittedAt: clock.steady(submittedAt),
                        deadline: deadline.map { clock.steady($0) },
                        at: steady
                    )
                    jobs[record.id] = LiveJob(
                        record: record,
                        request: request,
                        handle: job,
                        promise: nil,
                        since: clock.steady(submittedAt),
                        now: now
                    )
                    names[job] = record.id
                    handle = job
                case .detach: if let handle { core.detach(handle, at: steady) }
                }
            }
        }
        if !unfinished.isEmpty { logger.info("took up unfinished jobs", metadata: ["count": "\(unfinished.count)"]) }
        act()
        await settleEndings()
    }

    /// What a kept job asks of the core; nil when its account or its model is not there any more.
    ///
    /// - Throws: why the records cannot be read now, which says nothing of the job.
    private func demand(of record: JobRecord, _ request: PaintRequest?) async throws(RecordsError) -> Demand? {
        guard let request, let account = try await store.account(record.account) else { return nil }
        let handle: AccountHandle
        if let entry = accounts[account.id] {
            handle = entry.handle
        } else {
            handle = try await openAccount(account)
        }
        return demand(request, handle, record.idempotencyKey)
    }

    /// Takes no more work, lets what runs finish, parks the rest in the records.
    func stop() {
        guard !isStopping else { return }
        isStopping = true
        logger.info(
            "stopping",
            metadata: ["running": "\(core.runningTaskCount)", "parked": "\(core.waitingJobCount)"]
        )
        for worker in [worker, stepWorker].compactMap(\.self) { core.drain(worker) }
        for id in Array(listeners.keys) {
            notify(id, .stopping)
            endListening(id)
        }
        endWatching()
        assign.finish()
        signalSteps.yield()
    }

    /// Carries out what the core wants done, until it wants nothing more.
    func act() {
        while true {
            let effects = core.takeEffects()
            if effects.isEmpty { return }
            for effect in effects {
                switch effect {
                case .wake(let worker): fill(worker)
                case .ended(let handle, let end): ended(handle, end)
                // Feed-forward networks have no step to stop at; what becomes of the task is thrown away when it ends.
                case .drop(let lease) where lease.worker == stepWorker: signalSteps.yield()
                case .drop: break
                case .requeued(let handle, _):
                    logger.notice("a picture is tried again", metadata: ["job": "\(names[handle]?.rawValue ?? "")"])
                case .lost(let worker): logger.error("a worker is lost", metadata: ["worker": "\(worker)"])
                }
            }
        }
    }

    private func fill(_ worker: WorkerHandle) {
        guard !isStopping else { return }
        // Its batch is filled between two steps.
        guard worker != stepWorker else {
            signalSteps.yield()
            return
        }
        for assignment in core.fill(worker, at: clock.steady()) { assign.yield(assignment) }
    }

    private func perform(_ assignment: Assignment) async {
        let began = clock.steady()
        guard let (id, request, rung) = await start(assignment) else { return }
        let places = Mutex(0)
        do {
            let picture = try await painter.paint(request, task: assignment.task, rung: rung) { picture in
                let place = places.withLock { place in
                    defer { place += 1 }
                    return place
                }
                await self.addPartial(picture, to: id, task: assignment.task, place: place)
            }
            metrics.painted(seconds: clock.steady().seconds(since: began), rung: rung.name)
            notePainted(picture, id, assignment)
        } catch {
            return await fail(assignment, error)
        }
        await finish(assignment, .done)
    }

    /// A worker begins with a task, or goes on with it.
    ///
    /// - Returns: nil when the task has been ended instead.
    func start(_ assignment: Assignment) async -> (id: JobID, request: PaintRequest, rung: Rung)? {
        guard let id = names[assignment.job], let job = jobs[id], !job.isEnding else {
            await finish(assignment, .failedForGood)
            return nil
        }
        let rung = catalogue.entries[assignment.model].ladder.rungs[assignment.rung]
        let now = clock.now()
        let reason = whyLowered(job, to: assignment)
        if jobs[id]?.begin(rung: rung.name, loweredBecause: reason, at: now) == true {
            metrics.started(waitedSeconds: clock.steady().seconds(since: job.since))
            notifyChange(id)
        }
        if jobs[id]?.takeStart() == true { guard await noteStart(id, rung, assignment) else { return nil } }
        return (id, job.request, rung)
    }

    /// Why a job gets a lower rung than it asked for, in the governor's words; nil when it does not.
    private func whyLowered(_ job: LiveJob, to assignment: Assignment) -> String? {
        guard let wanted = catalogue.entries[assignment.model].ladder.index(named: job.record.rung),
            assignment.rung < wanted
        else { return nil }
        let plan = accounts[job.record.account].map { accounts.plan($0.plan) }
        let reason = plan.flatMap { core.governorReason(ofPlan: $0, model: assignment.model) }
        return (reason ?? .asMuchAsFits).sentence
    }

    func finish(_ assignment: Assignment, _ outcome: TaskOutcome) async {
        batch.remove(assignment.lease)
        core.finish(assignment.lease, outcome, at: clock.steady())
        await refill(assignment.lease.worker)
    }

    /// A task has left a worker: what follows from that is done, and its slot gets another one.
    func refill(_ worker: WorkerHandle) async {
        act()
        fill(worker)
        act()
        await settleEndings()
    }

    /// Writes down that a job was begun, before anything is painted.
    ///
    /// - Returns: false when the job must not be painted now: it has ended, or has been started too often, or the records
    ///   do not answer.
    private func noteStart(_ id: JobID, _ rung: Rung, _ assignment: Assignment) async -> Bool {
        do {
            let attempts = try await store.start(
                id,
                rung: rung.name,
                loweredBecause: jobs[id]?.record.loweredBecause,
                at: clock.now()
            )
            if let attempts, attempts <= configuration.attempts { return true }
            let message = "it was started \(configuration.attempts) times and never finished"
            if attempts != nil { failures[id] = FailureRecord(code: "internal_error", message: message) }
        } catch {
            // It is begun again when the records answer.
            jobs[id]?.giveBackStart()
            await fail(assignment, .records(error))
            return false
        }
        await finish(assignment, .failedForGood)
        return false
    }

    /// - Parameter place: which of its task's partial pictures it is, where that is known: one that is painted once more is
    ///   told once.
    func addPartial(_ picture: PictureRecord, to id: JobID, task: Int, place: Int? = nil) {
        guard jobs[id]?.isEnding == false,
            let partial = jobs[id]?.add(picture, partialOf: task, place: place, at: clock.now())
        else { return }
        notify(id, .partial(partial))
    }

    /// Until when what is kept from now on is kept. A clock that was set back for a while makes that no shorter.
    func expiry() -> Instant { clocks.latest(clock.steady()).advanced(bySeconds: configuration.keepSeconds) }
}
