internal import Inference
internal import Logging
public import Records
internal import ServiceLifecycle
internal import SurgeCore

/// From the start to the stop: taking up what was left, painting, ending.
extension JobService {
    /// Works until the process is told to stop. ``recover()`` comes before.
    public func run() async throws {
        act()
        await withDiscardingTaskGroup { group in
            group.addTask { await cancelWhenGracefulShutdown { await self.tick() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.sweep() } }
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
    }

    /// Puts every job back into the core that an earlier run accepted and did not end.
    ///
    /// To be called before connections are taken: whoever comes back for a job must find it.
    public func recover() async throws(RecordsError) {
        let now = clock.now()
        await readPlanOverrides()
        try await recoverHolds()
        try await rights?.refresh()
        let recently = now.advanced(bySeconds: -configuration.recentSeconds)
        for job in try await store.undeliveredJobs(finishedAfter: recently) { undelivered.insert(job) }
        let unfinished = try await store.unfinishedJobs().filter { jobs[$0.id] == nil }
        for var record in unfinished {
            let request = PaintRequest(json: record.request)
            let kept = Recovery.KeptJob(
                demand: try await demand(of: record, request),
                createdAt: record.createdAt,
                deadline: record.deadline
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
                    let job = core.restore(demand, submittedAt: submittedAt, deadline: deadline, at: now)
                    jobs[record.id] = LiveJob(record: record, request: request, handle: job, promise: nil, now: now)
                    names[job] = record.id
                    handle = job
                case .detach: if let handle { core.detach(handle, at: now) }
                }
            }
        }
        if !unfinished.isEmpty { logger.info("took up unfinished jobs", metadata: ["count": "\(unfinished.count)"]) }
        act()
        await settleEndings()
    }

    /// What a kept job asks of the core; nil when its account or its model is not there any more.
    private func demand(of record: JobRecord, _ request: PaintRequest?) async throws(RecordsError) -> Demand? {
        guard let request, let account = try await store.account(record.account),
            let handle = try? await handle(of: account)
        else { return nil }
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
            tell(id, .stopping)
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
        for assignment in core.fill(worker, at: clock.now()) { assign.yield(assignment) }
    }

    private func perform(_ assignment: Assignment) async {
        let began = clock.now()
        guard let (id, request, rung) = await start(assignment) else { return }
        let outcome: TaskOutcome
        do {
            let picture = try await painter.paint(request, task: assignment.task, rung: rung) { picture in
                await self.addPartial(picture, to: id, task: assignment.task)
            }
            metrics.painted(seconds: clock.now().seconds(since: began), rung: rung.name)
            jobs[id]?.keep(picture, of: assignment.task)
            outcome = .done
        } catch {
            await noteFailure(error, of: id)
            outcome = .failedForGood
        }
        await finish(assignment, outcome)
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
            metrics.started(waitedSeconds: now.seconds(since: job.record.createdAt))
            tellChange(id)
            guard await noteStart(id, rung, assignment) else { return nil }
        }
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

    /// A picture cannot be painted. The same request would fail here again, and here is the only place there is.
    func noteFailure(_ error: PaintError, of id: JobID) async {
        guard let job = jobs[id], !job.isEnding else { return }
        guard case .blocked(let finding) = error, let rights else {
            logger.error("painting failed", metadata: ["job": "\(id)", "reason": "\(error)"])
            failures[id] = error.failure
            return
        }
        logger.notice("a picture is not passed on", metadata: ["job": "\(id)", "reason": "\(error)"])
        // The first of a job's pictures decides, and the others wait for that: the job ends with the last of them.
        let account = job.record.account
        let deciding =
            decisions[id]
            ?? Task { [logger] in
                do {
                    return try await rights.decide(finding, job: id, account: account)
                } catch {
                    logger.error("cannot write a decision down", metadata: ["job": "\(id)", "reason": "\(error)"])
                    return PaintError.rightsFailed("\(error)").failure
                }
            }
        decisions[id] = deciding
        failures[id] = await deciding.value
    }

    func finish(_ assignment: Assignment, _ outcome: TaskOutcome) async {
        batch.remove(assignment.lease)
        core.finish(assignment.lease, outcome, at: clock.now())
        act()
        fill(assignment.lease.worker)
        act()
        await settleEndings()
    }

    /// - Returns: false when the job must not be painted: it has ended, or has been started too often.
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
            logger.error("cannot note a start", metadata: ["job": "\(id)", "reason": "\(error)"])
            failures[id] = PaintError.records(error).failure
        }
        await finish(assignment, .failedForGood)
        return false
    }

    func addPartial(_ picture: PictureRecord, to id: JobID, task: Int) {
        guard jobs[id]?.isEnding == false, let partial = jobs[id]?.add(picture, partialOf: task, at: clock.now()) else {
            return
        }
        tell(id, .partial(partial))
    }

    // MARK: Ending

    /// The core has ended a job: the records are next, then whoever waits.
    private func ended(_ handle: JobHandle, _ end: JobEnd) {
        batch.forget(handle)
        guard let id = names[handle] else { return }
        let outcome: JobOutcome
        switch end.reason {
        case .withdrawn: return
        case .completed:
            guard let pictures = jobs[id]?.allPictures else { return }
            outcome = .completed(pictures)
        case .cancelled, .abandoned: outcome = .cancelled
        case .expired: outcome = .expired
        case .failed, .quarantined:
            let message = "the picture could not be painted; the fault is ours"
            outcome = .failed(failures[id] ?? FailureRecord(code: "internal_error", message: message))
        }
        jobs[id]?.beginEnding(at: clock.now())
        if let record = jobs[id]?.record { noteUndelivered(record, outcome) }
        endings.append(Ending(id: id, outcome: outcome, end: end))
    }

    /// Writes down what has ended since the last call: all at once, so that they share commits.
    func settleEndings() async {
        guard !endings.isEmpty else { return }
        let ended = endings
        endings = []
        guard ended.count > 1 else {
            for ending in ended { await settle(ending) }
            return
        }
        await withDiscardingTaskGroup { group in
            for ending in ended { group.addTask { await self.settle(ending) } }
        }
    }

    /// Ends a job: first in the records, then for whoever waits.
    private func settle(_ ending: Ending) async {
        let id = ending.id
        guard let job = jobs[id] else { return }
        let settlement = Settlement(
            deviceSeconds: ending.end.spentSeconds,
            millicredits: ending.end.millicredits,
            model: job.request.model
        )
        do {
            let record = try await store.settle(
                id,
                ending.outcome,
                settlement,
                at: Instant(microseconds: job.version),
                expiresAt: expiry()
            )
            if let record, let snapshot = JobSnapshot(ended: record, promise: job.promise) {
                tell(id, .changed(snapshot))
            }
        } catch {
            // It stays unfinished in the records; the next start takes it up again. Nothing is lost.
            undelivered.remove(id)
            logger.critical("cannot settle a job", metadata: ["job": "\(id)", "reason": "\(error)"])
            tell(id, .stopping)
        }
        endListening(id)
        heavy.note(ending.end.spentSeconds, of: job.record.account, at: clock.now())
        failures[id] = nil
        decisions[id] = nil
        names[job.handle] = nil
        jobs[id] = nil
        tellWatchers(of: job.record.account, .standing)
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
                finishedAt: clock.now()
            )
        )
    }

    func expiry() -> Instant { clock.now().advanced(bySeconds: configuration.keepSeconds) }
}
