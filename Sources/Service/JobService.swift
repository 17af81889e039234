internal import Foundation
public import Inference
public import Logging
public import Records
public import ServiceLifecycle
public import SurgeCore

/// The live shell around the core: takes requests, makes them durable, hands tasks to workers, tells who waits.
///
/// One actor drives the core and holds the jobs that have not ended. Everything slow (the disk, the network's arithmetic)
/// happens outside of it. What the core wants done, it says in effects, which ``act()`` carries out after every event.
public actor JobService: Service {
    public struct Configuration: Sendable {
        public var plans = Plan.defaults
        /// Which parts of the core are on.
        public var parts = Scheduler.Parts.all
        /// Tasks worked on at the same time: two more than the runtime has streams, so that the next picture is got
        /// ready and the last one finished while one is painted.
        public var workers = 3
        /// Pictures that are painted step by step and share their steps.
        public var stepSlots = 4
        /// How long a finished job and its pictures are kept.
        public var keepSeconds = 24 * 3_600.0
        /// What becomes of records that would only grow.
        public var retention = Retention()
        /// How long a job outlives the client that waited for it.
        public var orphanGraceSeconds = 15.0
        /// How long after its end the same request still finds a job whose answer reached nobody.
        public var recentSeconds = 600.0
        /// How often a job is started before it counts as failed.
        public var attempts = 3
        /// Nothing new is accepted while less is free where uploads and pictures are kept.
        public var leastFreeBytes: Int64 = 256 << 20

        public init() {}
    }

    let store: any RecordStore
    let files: FileStore
    let painter: any Painter
    let stepPainter: (any StepPainter)?
    let catalogue: ModelCatalogue
    /// nil: nothing is screened, checked or written into the ledger.
    let rights: RightsOffice?
    let clock: any TimeSource
    let configuration: Configuration
    let logger: Logger
    var metrics: ServiceMetrics
    let recordsMetrics = RecordsMetrics()
    var history: OperationsHistory
    var heavy = HeavyAccounts()
    /// What the machine's sensor said last.
    var health = WorkerHealth()

    var core: Scheduler
    var accounts: AccountDirectory
    var jobs: [JobID: LiveJob] = [:]
    var names: [JobHandle: JobID] = [:]
    /// Requests that joined another before that was durable: told its job then, or why there is none.
    var waiting: [JobHandle: [CheckedContinuation<Result<JobID, JobError>, Never>]] = [:]
    var undelivered = UndeliveredAnswers()
    var listeners: [JobID: [UUID: Listener]] = [:]
    var watchers: [AccountID: [UUID: AccountWatcher]] = [:]
    var isStopping = false
    let worker: WorkerHandle
    /// Paints step by step; nil: no installed model does.
    let stepWorker: WorkerHandle?
    var batch = StepBatch()
    /// Says that there may be something to do for the step worker.
    let stepSignals: AsyncStream<Void>
    let signalSteps: AsyncStream<Void>.Continuation
    var overrides: [PlanOverride] = []
    /// Ended in the core, and not yet in the records.
    var unwritten = UnwrittenEndings()
    /// Accepted by the core and not yet on record. The records must not be told of an end before they know the job.
    var undurable: [JobID: Undurable] = [:]
    /// Who waits for an ending that is being written.
    var endingWaiters: [JobID: [CheckedContinuation<Void, Never>]] = [:]
    /// When pictures that could not be painted are tried again.
    var retries = TaskRetries()
    var keeping = KeepingState()
    /// Threads of their own: a disk that hangs must hold up neither the actor nor each other's looks.
    let keepingLooks = BlockingWork(width: 1)
    let sweeping = BlockingWork(width: 1)
    /// Files that nothing needs as far as is known, for the next sweep.
    var removalsPutOff: Set<String> = []
    var clocks: ClockWatch
    /// Why jobs are about to fail.
    var failures: [JobID: FailureRecord] = [:]
    /// What speaks against jobs' pictures is being written down.
    var decisions: [JobID: Task<Result<FailureRecord, RecordsError>, Never>] = [:]
    let assignments: AsyncStream<Assignment>
    let assign: AsyncStream<Assignment>.Continuation

    enum Undurable {
        case waiting
        case ended(Ending)
    }

    struct Listener {
        let tell: @Sendable (JobEvent) -> Void
        /// The job has ended; nil for who hears of other jobs, too.
        let end: (@Sendable () -> Void)?
        let wantsProgress: Bool
        var position: Int?
    }

    /// - Parameters:
    ///   - painter: paints with every model that `stepPainter` does not.
    ///   - stepPainter: paints with the models of the kind `flow`; nil: none does.
    ///   - configuration: its plans have no ``Plan/problem``.
    public init(
        store: any RecordStore,
        files: FileStore,
        painter: any Painter,
        stepPainter: (any StepPainter)? = nil,
        catalogue: ModelCatalogue,
        rights: RightsOffice? = nil,
        clock: any TimeSource = WallClock(),
        configuration: Configuration = Configuration(),
        logger: Logger
    ) {
        self.store = store
        self.files = files
        self.painter = painter
        self.stepPainter = stepPainter
        self.catalogue = catalogue
        self.rights = rights
        self.clock = clock
        self.configuration = configuration
        self.logger = logger
        var core = Scheduler.Configuration(
            plans: configuration.plans,
            models: catalogue.entries.map { Scheduler.Model(name: $0.manifest.id, ladder: $0.ladder) }
        )
        core.parts = configuration.parts
        core.graceSeconds = configuration.orphanGraceSeconds
        core.retryBudget = configuration.attempts
        var scheduler = Scheduler(configuration: core)
        // The machine has one worker for each way of painting; they live and die with the process. Their networks take
        // turns on its cores, a pass of the one and a pass of the other, so they share its time.
        let isStepwise = { (index: Int) in stepPainter != nil && catalogue.entries[index].isStepwise }
        let profile = WorkerProfile(
            name: "local",
            slots: configuration.workers,
            models: catalogue.entries.indices.filter { !isStepwise($0) },
            machine: 0,
            heartbeatSeconds: .infinity
        )
        worker = scheduler.join(profile, at: clock.steady())
        let stepwise = catalogue.entries.indices.filter(isStepwise)
        if stepwise.isEmpty {
            stepWorker = nil
        } else {
            let profile = WorkerProfile(
                name: "local-steps",
                slots: configuration.stepSlots,
                models: stepwise,
                machine: 0,
                heartbeatSeconds: .infinity
            )
            stepWorker = scheduler.join(profile, at: clock.steady())
        }
        self.core = scheduler
        accounts = AccountDirectory(plans: configuration.plans)
        metrics = ServiceMetrics(configuration: core)
        clocks = ClockWatch(now: clock.now(), steady: clock.steady())
        history = OperationsHistory(startedAt: clock.now(), planCount: configuration.plans.count)
        (assignments, assign) = AsyncStream.makeStream(of: Assignment.self)
        (stepSignals, signalSteps) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    private static let leastSize = 0.25

    /// Whether new work is taken.
    public var isAccepting: Bool { !isStopping && unavailability == nil }

    // MARK: Taking requests

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
    public func screen(
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
                tellWatchers(ofNew: record.id, account.id)
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

    // MARK: Accounts

    /// An account's standing, for headers; nil until its first request.
    public func standing(of account: Account) -> Scheduler.Standing? {
        guard let entry = accounts[account.id] else { return nil }
        return core.standing(of: entry.handle, at: clock.steady())
    }

    /// An account's standing, also before its first request; nil when the records do not answer.
    public func currentStanding(of account: Account) async -> Scheduler.Standing? {
        guard let handle = try? await handle(of: account) else { return nil }
        return core.standing(of: handle, at: clock.steady())
    }

    /// The account in the core; opened with what the records say of its day.
    func handle(of account: Account) async throws(JobError) -> AccountHandle {
        if let entry = accounts[account.id] {
            accounts.refresh(account, in: &core)
            return entry.handle
        }
        do {
            return try await openAccount(account)
        } catch {
            throw .records(error)
        }
    }

    /// - Throws: why the records do not say what the account has had today.
    func openAccount(_ account: Account) async throws(RecordsError) -> AccountHandle {
        let day = clocks.earliest(clock.steady()).day
        let delivered = try await store.deliveredPictures(of: account.id, onDay: day)
        // Another request may have opened it while the records were asked.
        if let entry = accounts[account.id] { return entry.handle }
        return accounts.open(account, usedToday: delivered, in: &core, at: clock.steady())
    }

    /// - Returns: nil when the model or the rung is not installed.
    func demand(
        _ request: PaintRequest,
        _ account: AccountHandle,
        _ idempotencyKey: String?,
        _ fingerprint: String? = nil
    ) -> Demand? {
        guard let model = catalogue.index(of: request.model),
            let rung = catalogue.entries[model].ladder.index(named: request.rung)
        else { return nil }
        return Demand(
            account: account,
            model: model,
            wantedRung: rung,
            taskCount: request.styles.count,
            size: size(of: request, model, rung),
            fingerprint: Fingerprint.short(fingerprint ?? request.fingerprint, idempotencyKey),
            isDetached: request.isDetached || idempotencyKey != nil
        )
    }

    /// What a picture costs beside its rung's own price.
    private func size(of request: PaintRequest, _ model: ModelIndex, _ rung: RungIndex) -> Double {
        let entry = catalogue.entries[model]
        guard !entry.isStepwise else {
            // A picture that begins with a photo is spared the first steps, but not what comes before and after them.
            return max(Self.leastSize, request.strength ?? 1)
        }
        // A partial picture is painted, too: at most what its rung costs.
        let partials = entry.ladder.below(entry.ladder.rungs[rung], count: request.partialImages)
        let partialCost = partials.reduce(0) { $0 + $1.costDeviceSeconds }
        return 1 + partialCost / entry.ladder.rungs[rung].costDeviceSeconds
    }
}

enum RandomName {
    /// 128 random bits as text.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let (high, low) = (UInt64.random(in: .min ... .max, using: &generator), generator.next())
        return [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
            .base64URL
    }
}

enum Fingerprint {
    /// 64 bits of what makes two requests the same.
    static func short(_ fingerprint: String, _ idempotencyKey: String?) -> UInt64 {
        // Both are digests or are digested here: their first 16 digits are as random as all.
        let text = idempotencyKey.map { Digest.hexadecimal(of: Array("\($0) \(fingerprint)".utf8)) } ?? fingerprint
        return UInt64(text.prefix(16), radix: 16) ?? 0
    }
}
