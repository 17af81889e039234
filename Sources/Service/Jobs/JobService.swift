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
        public var features = Scheduler.Features.all
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
    let rights: RightsService?
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
        let notify: @Sendable (JobEvent) -> Void
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
        rights: RightsService? = nil,
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
        core.features = configuration.features
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
