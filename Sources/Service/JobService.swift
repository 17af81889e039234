internal import Foundation
public import Inference
public import Logging
public import Records
public import ServiceLifecycle
public import SurgeCore

/// The live shell around the core: takes requests, makes them durable, hands tasks to workers, tells who waits.
///
/// One actor holds the queue and the jobs that have not ended. Everything slow (the disk, the network's arithmetic)
/// happens outside of it.
public actor JobService: Service {
    public struct Configuration: Sendable {
        /// Tasks worked on at the same time: two more than the runtime has streams, so that the next picture is got
        /// ready and the last one finished while one is painted.
        public var workers = 3
        /// How long the queue may get.
        public var horizonSeconds = 3_600.0
        /// How long a finished job and its pictures are kept.
        public var keepSeconds = 24 * 3_600.0
        /// How long a job outlives the client that waited for it.
        public var orphanGraceSeconds = 15.0
        /// How long after its end the same request still finds a job whose answer reached nobody.
        public var recentSeconds = 600.0
        /// How often a job is started before it counts as failed.
        public var attempts = 3

        public init() {}
    }

    private let store: any RecordStore
    private let files: FileStore
    private let painter: any Painter
    private let catalogue: ModelCatalogue
    private let clock: any TimeSource
    private let configuration: Configuration
    private let logger: Logger
    private let metrics = ServiceMetrics()

    private var queue: FirstComeQueue
    private var jobs: [JobID: LiveJob] = [:]
    private var listeners: [JobID: [UUID: Listener]] = [:]
    private var idleWorkers: [CheckedContinuation<Void, Never>] = []
    private var isStopping = false
    /// When the last task ended: the next one's time counts from there, for the tasks overlap.
    private var lastEnd: Instant?

    private struct Listener {
        let continuation: AsyncStream<JobEvent>.Continuation
        let wantsProgress: Bool
        var position: Int?
    }

    public init(
        store: any RecordStore,
        files: FileStore,
        painter: any Painter,
        catalogue: ModelCatalogue,
        clock: any TimeSource = WallClock(),
        configuration: Configuration = Configuration(),
        logger: Logger
    ) {
        self.store = store
        self.files = files
        self.painter = painter
        self.catalogue = catalogue
        self.clock = clock
        self.configuration = configuration
        self.logger = logger
        self.queue = FirstComeQueue(
            configuration: FirstComeQueue.Configuration(horizonSeconds: configuration.horizonSeconds)
        )
    }

    /// Whether new work is taken.
    public var isAccepting: Bool { !isStopping }

    // MARK: Taking requests

    /// Takes a request: durable when this returns. The same request again gives its own job.
    public func submit(
        _ request: PaintRequest,
        account: AccountID,
        idempotencyKey: String?
    ) async throws(JobError) -> JobSnapshot {
        guard !isStopping else { throw .stopping }
        let now = clock.now()
        let id = JobID(rawValue: "job_" + Self.randomName())
        let record = JobRecord(
            id: id,
            account: account,
            createdAt: now,
            expiresAt: now.advanced(bySeconds: configuration.keepSeconds),
            fingerprint: request.fingerprint,
            idempotencyKey: idempotencyKey,
            request: request.json,
            inputs: request.inputs,
            rung: request.rung
        )
        guard let job = makeLiveJob(record, request) else { throw .notFound }
        let verdict = queue.verdict(on: job.demand)
        // Held before it is durable, so that the same request in the same commit finds it here.
        jobs[id] = job
        let acceptance: Acceptance
        do {
            var mayBeNew = true
            if case .refused = verdict { mayBeNew = false }
            acceptance = try await store.accept(
                record,
                recently: now.advanced(bySeconds: -configuration.recentSeconds),
                mayBeNew: mayBeNew
            )
        } catch {
            jobs[id] = nil
            throw .records(error)
        }
        switch acceptance {
        case .new:
            queue.accept(job.demand)
            if job.diesWithItsClient { jobs[id]?.orphanedAt = clock.now() }
            metrics.accepted(waiting: queue.waitingJobCount)
            wakeWorkers()
            return snapshot(id) ?? snapshot(of: job)
        case .known(let known):
            jobs[id] = nil
            guard let snapshot = snapshot(known.id) ?? JobSnapshot(ended: known) else { throw .notFound }
            return snapshot
        case .keyReused:
            jobs[id] = nil
            throw .idempotencyKeyReused
        case .noRoom:
            jobs[id] = nil
            metrics.refused()
            guard case .refused(let refusal) = verdict else { throw .overloaded(retryAfterSeconds: 1) }
            throw .overloaded(retryAfterSeconds: refusal.retryAfterSeconds)
        }
    }

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
    public func jobs(
        of account: AccountID,
        limit: Int,
        after: JobID?
    ) async throws(JobError) -> [JobSnapshot] {
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
        guard jobs[id] != nil else { throw .alreadyFinished }
        if await settle(id, .cancelled) { return try await job(id, account: account) }
        let now = try await job(id, account: account)
        guard now.record.status == .cancelled else { throw .alreadyFinished }
        return now
    }

    /// Notes that the answer reached somebody.
    public func delivered(_ id: JobID) async {
        do {
            try await store.markDelivered(id, at: clock.now())
        } catch {
            logger.error("cannot note a delivery", metadata: ["job": "\(id)", "reason": "\(error)"])
        }
    }

    // MARK: Watching

    /// A job as it is now, and everything that happens to it from here on; the stream ends with the job.
    ///
    /// - Parameters:
    ///   - isWaiter: whether the caller holds a client that waits for the answer: without one, the job may go.
    ///   - wantsProgress: whether changes of the position are told.
    public func watch(
        _ id: JobID,
        isWaiter: Bool,
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
            continuation: continuation,
            wantsProgress: wantsProgress,
            position: snapshot(id)?.position
        )
        if isWaiter {
            jobs[id]?.waiters += 1
            jobs[id]?.orphanedAt = nil
        }
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            Task { await self.unwatch(id, name, isWaiter: isWaiter) }
        }
        return (job.partials, stream)
    }

    private func unwatch(_ id: JobID, _ name: UUID, isWaiter: Bool) {
        listeners[id]?[name] = nil
        if listeners[id]?.isEmpty == true { listeners[id] = nil }
        guard isWaiter, jobs[id] != nil else { return }
        jobs[id]?.waiters -= 1
        if let job = jobs[id], job.waiters == 0, job.diesWithItsClient { jobs[id]?.orphanedAt = clock.now() }
    }

    private func tell(_ id: JobID, _ event: JobEvent) {
        for listener in listeners[id]?.values.map(\.self) ?? [] { listener.continuation.yield(event) }
    }

    private func tellChange(_ id: JobID) {
        guard let snapshot = snapshot(id) else { return }
        tell(id, .changed(snapshot))
    }

    // MARK: Life

    /// Works until the process is told to stop. ``recover()`` comes before.
    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<configuration.workers { group.addTask { await self.work() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.tick() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.sweep() } }
            await withGracefulShutdownHandler {
                await group.waitForAll()
            } onGracefulShutdown: {
                Task { await self.stop() }
            }
        }
    }

    /// Puts every job back into the queue that an earlier run accepted and did not end.
    ///
    /// To be called before connections are taken: whoever comes back for a job must find it.
    public func recover() async throws(RecordsError) {
        let unfinished = try await store.unfinishedJobs().filter { jobs[$0.id] == nil }
        for var record in unfinished {
            record.status = .queued
            guard let request = PaintRequest(json: record.request), let job = makeLiveJob(record, request) else {
                let failure = FailureRecord(code: "model_not_found", message: "its model is not installed any more")
                _ = try await store.settle(record.id, .failed(failure), at: clock.now(), expiresAt: expiry())
                continue
            }
            jobs[record.id] = job
            queue.accept(job.demand)
        }
        if !unfinished.isEmpty { logger.info("took up unfinished jobs", metadata: ["count": "\(unfinished.count)"]) }
        wakeWorkers()
    }

    /// Takes no more work, lets what runs finish, parks the rest in the records.
    func stop() {
        isStopping = true
        logger.info(
            "stopping",
            metadata: ["running": "\(queue.runningTaskCount)", "parked": "\(queue.waitingJobCount)"]
        )
        for listener in listeners.values.flatMap(\.values) {
            listener.continuation.yield(.stopping)
            listener.continuation.finish()
        }
        wakeWorkers()
    }

    private func wakeWorkers() {
        for worker in idleWorkers { worker.resume() }
        idleWorkers = []
    }

    private func work() async {
        while !isStopping {
            guard let (task, demand) = queue.nextTask() else {
                await withCheckedContinuation { idleWorkers.append($0) }
                continue
            }
            await perform(task, demand)
        }
    }

    private func perform(_ task: TaskID, _ demand: Demand) async {
        let id = task.job
        guard let job = jobs[id], !job.isAbandoned else { return queue.end(task, .failed) }
        let began = clock.now()
        if jobs[id]?.begin(at: began) == true {
            metrics.started(waitedSeconds: began.seconds(since: job.record.createdAt))
            tellChange(id)
            guard await noteStart(id) else {
                queue.end(task, .failed)
                jobs[id]?.endWithoutPicture()
                return
            }
        }
        do {
            let picture = try await painter.paint(job.request, task: task.index, rung: demand.rung) { picture in
                await self.addPartial(picture, to: task)
            }
            let now = clock.now()
            let seconds = now.seconds(since: max(began, lastEnd ?? began))
            lastEnd = now
            queue.end(task, .done(deviceSeconds: seconds))
            metrics.painted(seconds: now.seconds(since: began), rung: demand.rung.name)
            if let outcome = jobs[id]?.end(task.index, picture, costDeviceSeconds: demand.taskCostDeviceSeconds) {
                await settle(id, outcome)
            }
        } catch {
            queue.end(task, .failed)
            jobs[id]?.endWithoutPicture()
            logger.error("painting failed", metadata: ["job": "\(id)", "reason": "\(error)"])
            await settle(id, .failed(error.failure))
        }
    }

    /// - Returns: false when the job must not be painted: it has ended, or has been started too often.
    private func noteStart(_ id: JobID) async -> Bool {
        do {
            guard let attempts = try await store.start(id, at: clock.now()) else { return false }
            guard attempts <= configuration.attempts else {
                let message = "it was started \(configuration.attempts) times and never finished"
                await settle(id, .failed(FailureRecord(code: "internal_error", message: message)))
                return false
            }
            return true
        } catch {
            logger.error("cannot note a start", metadata: ["job": "\(id)", "reason": "\(error)"])
            await settle(id, .failed(PaintError.records(error).failure))
            return false
        }
    }

    private func addPartial(_ picture: PictureRecord, to task: TaskID) {
        guard jobs[task.job]?.isAbandoned == false,
            let partial = jobs[task.job]?.add(picture, partialOf: task.index, at: clock.now())
        else { return }
        tell(task.job, .partial(partial))
    }

    /// Ends a job: first in the records, then for whoever waits.
    ///
    /// - Returns: whether this call ended it.
    @discardableResult
    private func settle(_ id: JobID, _ outcome: JobOutcome) async -> Bool {
        guard let job = jobs[id], !job.isAbandoned else { return false }
        // From here nobody else ends it: the records are asked once.
        jobs[id]?.abandon()
        queue.withdraw(id)
        jobs[id]?.touch(at: clock.now())
        let end = Instant(microseconds: jobs[id]?.version ?? clock.now().microseconds)
        do {
            let record = try await store.settle(id, outcome, at: end, expiresAt: expiry())
            if let record, let snapshot = JobSnapshot(ended: record) {
                metrics.ended(record.status, waiting: queue.waitingJobCount)
                tell(id, .changed(snapshot))
            }
        } catch {
            // It stays unfinished in the records; the next start takes it up again. Nothing is lost.
            logger.critical("cannot settle a job", metadata: ["job": "\(id)", "reason": "\(error)"])
            tell(id, .stopping)
        }
        for listener in listeners[id]?.values.map(\.self) ?? [] { listener.continuation.finish() }
        listeners[id] = nil
        jobs[id] = nil
        return true
    }

    // MARK: Housekeeping

    /// Once a second: tells positions, cancels what nobody waits for.
    private func tick() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            tellPositions()
            await cancelOrphans()
            metrics.measured(waiting: queue.waitingJobCount, running: queue.runningTaskCount)
        }
    }

    private func tellPositions() {
        for (id, watching) in listeners {
            guard let snapshot = snapshot(id), snapshot.record.status == .queued else { continue }
            for (name, listener) in watching where listener.wantsProgress && listener.position != snapshot.position {
                jobs[id]?.touch(at: clock.now())
                listeners[id]?[name]?.position = snapshot.position
                listener.continuation.yield(.changed(self.snapshot(id) ?? snapshot))
            }
        }
    }

    func cancelOrphans() async {
        let now = clock.now()
        let orphans = jobs.filter { _, job in
            guard let since = job.orphanedAt, job.waiters == 0 else { return false }
            return now.seconds(since: since) >= configuration.orphanGraceSeconds
        }
        for id in orphans.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            logger.info("cancelled: its client went away", metadata: ["job": "\(id)"])
            await settle(id, .cancelled)
        }
    }

    /// Once a minute: forgets what is over, removes files that nobody needs.
    private func sweep() async {
        while !Task.isCancelled {
            do {
                let forgotten = try await store.forgetJobs(expiredBefore: clock.now())
                // Files younger than an hour may belong to a request that is still arriving.
                let old = files.digests(olderThan: clock.now().advanced(bySeconds: -3_600))
                let needed = try await store.needed(among: old)
                for digest in old where !needed.contains(digest) { files.remove(digest) }
                if forgotten > 0 { logger.info("forgot expired jobs", metadata: ["count": "\(forgotten)"]) }
            } catch {
                logger.error("housekeeping failed", metadata: ["reason": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(60))
        }
    }

    // MARK: Helpers

    private func makeLiveJob(_ record: JobRecord, _ request: PaintRequest) -> LiveJob? {
        guard let entry = try? catalogue.entry(request.model), let rung = entry.ladder.rung(named: request.rung) else {
            return nil
        }
        // A partial picture is painted, too: at most what its rung costs.
        let partialCost = entry.ladder.below(rung, count: request.partialImages).reduce(0) { $0 + $1.costDeviceSeconds }
        return LiveJob(
            record: record,
            request: request,
            rung: rung,
            taskCostDeviceSeconds: rung.costDeviceSeconds + partialCost,
            now: clock.now()
        )
    }

    private func snapshot(_ id: JobID) -> JobSnapshot? {
        jobs[id].map(snapshot)
    }

    private func snapshot(of job: LiveJob) -> JobSnapshot {
        let outlook = queue.outlook(of: job.record.id)
        return JobSnapshot(
            record: job.record,
            request: job.request,
            position: outlook?.position,
            estimate: outlook?.estimate,
            version: job.version
        )
    }

    private func expiry() -> Instant { clock.now().advanced(bySeconds: configuration.keepSeconds) }

    private static func randomName() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }.base64URL
    }
}
