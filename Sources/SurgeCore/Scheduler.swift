/// The surge core: who is served, when, how well, and who is told to come back. A plain value.
///
/// Events go in as method calls with the time they happen at; what is to be done comes back, or waits as an ``Effect``
/// until it is taken. It keeps no clock, draws no random number, and does the same for the same events, bit for bit:
/// ``stateHash`` proves it. Its whole state is `Codable`.
///
/// Fairness within a lane is the virtual token counter (Sheng et al., "Fairness in serving large language models", OSDI
/// 2024) with the cost in device-seconds; between lanes it is start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM
/// 1996); admission by the wait that is predicted for this very demand follows Breakwater (OSDI 2020) and DAGOR (SoCC
/// 2018) in deciding at the door and from delay; starting nothing that cannot end in time follows Clockwork (OSDI 2020).
public struct Scheduler: Sendable, Codable {
    /// A model, as far as scheduling goes.
    public struct Model: Hashable, Sendable, Codable {
        public var name: String
        public var ladder: Ladder

        public init(name: String, ladder: Ladder) {
            self.name = name
            self.ladder = ladder
        }
    }

    /// Parts that can be switched off, to see what each is good for.
    public struct Parts: OptionSet, Hashable, Sendable, Codable {
        public let rawValue: Int

        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// Least service first; without it, first come, first served, whatever the plan.
        public static let fairness = Parts(rawValue: 1)
        /// The quality governor; without it, everybody gets what was asked for.
        public static let governor = Parts(rawValue: 2)
        /// Nothing is started that cannot end by its deadline.
        public static let deadlines = Parts(rawValue: 4)
        /// Demands are refused by their predicted wait.
        public static let bounds = Parts(rawValue: 8)
        /// Higher ranks take slots from lower ones.
        public static let preemption = Parts(rawValue: 16)

        public static let all: Parts = [.fairness, .governor, .deadlines, .bounds, .preemption]
        public static let firstCome: Parts = []
    }

    public struct Configuration: Hashable, Sendable, Codable {
        public var plans: [Plan]
        public var models: [Model]
        public var parts = Parts.all
        /// How long a job outlives the client that waited for it.
        public var graceSeconds = 15.0
        /// How often a task may fail before its job does.
        public var retryBudget = 3
        /// How many workers a job may take down before it is given to no other.
        public var quarantineAfter = 2
        /// A lease is this many times as long as its task should take, and at least `leaseSeconds`.
        public var leaseFactor = 10.0
        public var leaseSeconds = 60.0
        public var governorSeconds = 0.5

        public init(plans: [Plan], models: [Model]) {
            self.plans = plans
            self.models = models
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
    public internal(set) var governor: Governor
    /// Device-seconds of each model's rungs by its manifest.
    let manifestCosts: [[Double]]
    var paused: [PausedTask] = []
    var postponed: [PostponedJob] = []
    /// What the time of day is ahead of the clock that events come with, in microseconds: days begin by it.
    var timeOfDayOffset: Int64 = 0
    var effects: [Effect] = []
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

    public var waitingJobCount: Int { lanes.reduce(0) { $0 + $1.waitingJobs } }
    public var liveJobCount: Int { jobs.count }
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
    public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
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
    public struct OfPlan: Hashable, Sendable, Codable {
        public var accepted = 0
        public var deferred = 0
        public var joined = 0
        public var refused: [Int] = Array(repeating: 0, count: Refusal.Reason.allCases.count)
        public var ended: [Int] = Array(repeating: 0, count: JobEnd.Reason.allCases.count)
        public var pictures = 0
        /// Of the pictures, those below the rung that was asked for.
        public var lowered = 0

        public func refused(for reason: Refusal.Reason) -> Int {
            Refusal.Reason.allCases.firstIndex(of: reason).map { refused[$0] } ?? 0
        }

        public func ended(for reason: JobEnd.Reason) -> Int {
            JobEnd.Reason.allCases.firstIndex(of: reason).map { ended[$0] } ?? 0
        }
    }

    public var plans: [OfPlan]
    /// Device-seconds spent, and those of them spent on pictures that nobody received.
    public var spentSeconds = 0.0
    public var wastedSeconds = 0.0
    public var preemptions = 0
    public var requeues = 0
    public var lostWorkers = 0
    public var staleMessages = 0

    package init(planCount: Int) {
        plans = Array(repeating: OfPlan(), count: planCount)
    }
}
