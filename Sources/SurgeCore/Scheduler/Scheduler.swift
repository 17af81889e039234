/// Decides who is served, when, how well, and who must retry later. A plain value.
///
/// Events are method calls with the time at which they happen. The result of a call says what to do, or an ``Effect``
/// waits until it is taken. The scheduler keeps no clock, draws no random number, and does the same for the same events,
/// bit for bit: ``stateHash`` proves it. Its whole state is `Codable`.
///
/// Fairness within a lane is the virtual token counter (Sheng et al., "Fairness in serving large language models", OSDI
/// 2024) with the cost in device-seconds; between lanes it is start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM
/// 1996). Admission decides by the delay that is predicted for the demand itself, after Breakwater (OSDI 2020) and DAGOR
/// (SoCC 2018). A task that cannot end in time is not started, as in Clockwork (OSDI 2020).
public struct Scheduler: Sendable, Codable {
    /// A model, as far as scheduling goes.
    public struct Model: Hashable, Sendable, Codable {
        /// Unique among the models of a configuration.
        public var name: String
        /// Its rungs, with their costs and qualities.
        public var ladder: Ladder

        /// Creates a model.
        public init(name: String, ladder: Ladder) {
            self.name = name
            self.ladder = ladder
        }
    }

    /// Features that can be switched off, to see what each is good for.
    public struct Features: OptionSet, Hashable, Sendable, Codable {
        /// One bit for each feature.
        public let rawValue: Int

        /// Creates a set of features from its bits.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// Least service first; without it, first come, first served, whatever the plan.
        public static let fairness = Features(rawValue: 1)
        /// The quality governor; without it, all jobs get the rung that was requested.
        public static let governor = Features(rawValue: 2)
        /// Nothing is started that cannot end by its deadline.
        public static let deadlines = Features(rawValue: 4)
        /// Demands are refused by their predicted wait.
        public static let bounds = Features(rawValue: 8)
        /// Higher ranks take slots from lower ones.
        public static let preemption = Features(rawValue: 16)

        /// What a server runs with.
        public static let all: Features = [.fairness, .governor, .deadlines, .bounds, .preemption]
        /// None: first come, first served.
        public static let firstCome: Features = []
    }

    /// What a scheduler is made of. Plans can be replaced later, see ``Scheduler/replace(plan:with:)``.
    public struct Configuration: Hashable, Sendable, Codable {
        /// At least one. A ``PlanIndex`` is a place in it.
        public var plans: [Plan]
        /// 1...64 models. A ``ModelIndex`` is a place in it.
        public var models: [Model]
        /// Which parts of the scheduler are switched on.
        public var features = Features.all
        /// How long a job outlives the client that waited for it.
        public var graceSeconds = 15.0
        /// How often a task may fail before its job does.
        public var retryBudget = 3
        /// How many workers a job may take down before it is given to no other.
        public var quarantineAfter = 2
        /// A lease is this many times as long as its task should take, and at least `leaseSeconds`.
        public var leaseFactor = 10.0
        /// The shortest lease, in seconds.
        public var leaseSeconds = 60.0
        /// How often the governor decides, in seconds.
        public var governorSeconds = 0.5

        /// Creates a configuration whose other figures are the defaults.
        public init(plans: [Plan], models: [Model]) {
            self.plans = plans
            self.models = models
        }

        // `features` keeps the key that it had before it was renamed: stored states stay readable and hashes the same.
        private enum CodingKeys: String, CodingKey {
            case plans, models
            case features = "parts"
            case graceSeconds, retryBudget, quarantineAfter, leaseFactor, leaseSeconds, governorSeconds
        }
    }

    /// At most as many models as a worker's mask has bits.
    public static let mostModels = 64
    /// A detached job is told that it expires after this many times its plan's horizon.
    static let expiryHorizons = 2.0
    /// A speed that no worker has.
    static let slowest = 1e6
    /// Of a batch's waiting candidates, how many are looked at.
    static let scanLimit = 16

    /// The configuration, with the plans as they are now.
    public internal(set) var configuration: Configuration
    var jobs = Slab<Job>()
    var accounts = Slab<AccountState>()
    var flows = Slab<Flow>()
    var workers = Slab<WorkerState>()
    /// By flow: where it stands in its lane's heap.
    var positions: [Int32] = []
    var lanes: [Lane]
    var wheel = DeadlineWheel()
    var fingerprints = FingerprintTable()
    var costs: CostModel
    var calibration: EstimateCalibration
    /// Decides which rungs each plan gets.
    public internal(set) var governor: Governor
    /// Device-seconds of each model's rungs by its manifest.
    let manifestCosts: [[Double]]
    var paused: [PausedTask] = []
    var postponed: [PostponedJob] = []
    /// What the time of day is ahead of the clock that events come with, in microseconds: days begin by it.
    var timeOfDayOffset: Int64 = 0
    var effects: [Effect] = []
    /// Counts since the scheduler was made.
    public internal(set) var statistics: Statistics
    /// By plan: the smoothed delay before a first task is handed out, in seconds.
    var delays: [Double]
    var delayCounts: [Int]
    var lastTick: Int64?
    var holds: HoldTable
    /// Workers that asked for work and got none, the last to ask at the end.
    var idle: [Int32] = []
    /// Slots of all workers.
    var slotCount = 0
    /// Seconds of expected work in workers' hands.
    var runningSeconds = 0.0
    var runningCount = 0
    /// By model: what the fleet does in a second.
    var capacities: [Double]
    /// By model: seconds that the fastest worker takes for one of expected work.
    var leastSpeeds: [Double]
    /// By model: how many workers can run it, and the most tasks that one of them takes.
    var ableCounts: [Int]
    var batchSizes: [Int]

    /// - Parameter configuration: at least one plan, each without a ``Plan/problem``, and 1...64 models.
    public init(configuration: Configuration) {
        precondition(
            !configuration.plans.isEmpty && configuration.plans.allSatisfy { $0.problem == nil },
            "sound plans"
        )
        precondition((1...Self.mostModels).contains(configuration.models.count), "1 to 64 models")
        precondition(configuration.models.allSatisfy { $0.ladder.rungs.count < Int(Job.noRung) }, "at most 254 rungs")
        self.configuration = configuration
        lanes = configuration.plans.indices.flatMap { plan in
            configuration.models.indices.map { Lane(plan: plan, model: $0) }
        }
        manifestCosts = configuration.models.map { $0.ladder.rungs.map(\.costDeviceSeconds) }
        costs = CostModel(rungCosts: manifestCosts)
        calibration = EstimateCalibration(planCount: configuration.plans.count)
        governor = Governor(
            paths: Self.paths(configuration),
            ranks: lanes.map { configuration.plans[$0.plan].rank }
        )
        statistics = Statistics(planCount: configuration.plans.count)
        holds = HoldTable(planCount: configuration.plans.count, modelCount: configuration.models.count)
        delays = Array(repeating: 0, count: configuration.plans.count)
        delayCounts = Array(repeating: 0, count: configuration.plans.count)
        capacities = Array(repeating: 0, count: configuration.models.count)
        leastSpeeds = Array(repeating: Self.slowest, count: configuration.models.count)
        ableCounts = Array(repeating: 0, count: configuration.models.count)
        batchSizes = Array(repeating: 1, count: configuration.models.count)
    }

    static func paths(_ configuration: Configuration) -> [[Governor.PathStep]] {
        configuration.plans.flatMap { plan in
            configuration.models.map { model in
                Governor.path(model.ladder, floorQuality: plan.floorQuality, ceilingQuality: plan.ceilingQuality)
            }
        }
    }

    // MARK: What is known of it

    /// Jobs with tasks that wait to be handed out. Those that are suspended or postponed are not among them.
    public var waitingJobCount: Int { lanes.reduce(0) { $0 + $1.waitingJobs } }
    /// Jobs that have not ended.
    public var liveJobCount: Int { jobs.count }
    /// Tasks in the hands of workers.
    public var runningTaskCount: Int { runningCount }

    /// What happened since the last call, for the shell to act on.
    public mutating func takeEffects() -> [Effect] {
        guard !effects.isEmpty else { return [] }
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    /// What happened since the last call, put into `taken` instead of what it held: no memory is taken for it.
    package mutating func takeEffects(into taken: inout [Effect]) {
        taken.removeAll(keepingCapacity: true)
        swap(&effects, &taken)
    }

    /// The same for equal states, on every machine and in every run.
    public var stateHash: UInt64 { StateHash.of(self) }

    func laneIndex(_ plan: PlanIndex, _ model: ModelIndex) -> Int { plan * configuration.models.count + model }
    func plan(of account: Int) -> Plan { configuration.plans[Int(accounts[account].plan)] }
}

/// A task that left its batch for a while, with its state kept by its worker.
struct PausedTask: Sendable, Codable {
    let job: Int32
    let task: UInt8
    let stepsDone: UInt16
}

/// What a shell has to do, beside what a call returned.
public enum Effect: Hashable, Sendable, Codable {
    /// There may be work for this worker: fill it.
    case wake(WorkerHandle)
    /// A job has ended; its handle means nothing from here on.
    case ended(JobHandle, JobEnd)
    /// The task's job has ended: its worker should let go of it at the next step.
    case drop(LeaseID)
    /// A task will be handed out again.
    case requeued(JobHandle, task: Int)
    /// A worker counts as lost.
    case lost(WorkerHandle)
}

/// How a job ended, exactly once.
public struct JobEnd: Hashable, Sendable, Codable {
    /// Why a job ended.
    public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
        /// All of its pictures are done.
        case completed
        /// By its owner.
        case cancelled
        /// Its client went away and did not come back.
        case abandoned
        /// The deadline that it was told of has passed, or would have.
        case expired
        /// Its tasks failed more often than the budget allows, or failed for good.
        case failed
        /// It took down several workers.
        case quarantined
        /// The shell could not make it durable.
        case withdrawn
    }

    /// Why it ended.
    public let reason: Reason
    /// nil: none of its tasks was ever begun.
    public let rung: RungIndex?
    /// Device-seconds that were spent on it.
    public let spentSeconds: Double
    /// Thousandths of a credit that it costs; 0 unless it was completed.
    public let millicredits: Int
    /// Pictures that count against the day's allowance.
    public let pictures: Int
    /// From its submission.
    public let waitedSeconds: Double
}

/// Counts since the beginning.
public struct Statistics: Hashable, Sendable, Codable {
    /// The counts of one plan.
    public struct OfPlan: Hashable, Sendable, Codable {
        /// Accepted jobs.
        public var accepted = 0
        /// Accepted jobs that were deferred.
        public var deferred = 0
        /// Demands that found their job in flight.
        public var joined = 0
        /// Refused demands, in the order of ``Refusal/Reason``.
        public var refused: [Int] = Array(repeating: 0, count: Refusal.Reason.allCases.count)
        /// Ended jobs, in the order of ``JobEnd/Reason``.
        public var ended: [Int] = Array(repeating: 0, count: JobEnd.Reason.allCases.count)
        /// Pictures of completed jobs.
        public var pictures = 0
        /// Of the pictures, those below the rung that was asked for.
        public var lowered = 0

        /// Refused demands with this reason.
        public func refused(for reason: Refusal.Reason) -> Int {
            Refusal.Reason.allCases.firstIndex(of: reason).map { refused[$0] } ?? 0
        }

        /// Jobs that ended for this reason.
        public func ended(for reason: JobEnd.Reason) -> Int {
            JobEnd.Reason.allCases.firstIndex(of: reason).map { ended[$0] } ?? 0
        }
    }

    /// In the order of ``Scheduler/Configuration/plans``.
    public var plans: [OfPlan]
    /// Device-seconds spent.
    public var spentSeconds = 0.0
    /// Device-seconds of these that were spent on pictures that nobody received.
    public var wastedSeconds = 0.0
    /// Tasks that were paused for higher ranks.
    public var preemptions = 0
    /// Tasks that were handed out again.
    public var requeues = 0
    /// Workers that crashed or fell silent.
    public var lostWorkers = 0
    /// Messages of workers that were late or repeated.
    public var staleMessages = 0

    package init(planCount: Int) {
        plans = Array(repeating: OfPlan(), count: planCount)
    }
}
