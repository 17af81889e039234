internal import SurgeCore

/// The scheduler's rules a second time, written to be read and not to be fast: what is counted is counted anew from the
/// facts, what is looked for is looked for everywhere. It is told everything that a ``Scheduler`` is told, and must come
/// to the same answers. Names (handles) are the scheduler's own.
///
/// Whoever changes a rule of the core changes it here, too: two people who write the same sentence wrongly in two ways
/// find each other out.
final class ReferenceScheduler {
    static let dayMicroseconds: Int64 = 86_400_000_000
    /// Up to this many flows of a lane the work before a point is known exactly; beyond, roughly.
    static let exactLimit = 32

    var configuration: Scheduler.Configuration
    let stated: [[Double]]
    var jobs = ReferenceJobs()
    var accounts: [AccountHandle: ReferenceAccount] = [:]
    var workers: [ReferenceWorker?] = []
    let lanes: [ReferenceLane]
    var costs: ReferenceCosts
    var calibration: ReferenceCalibration
    var governor: ReferenceGovernor
    var effects: [Told] = []
    var statistics: Statistics
    var delays: [Double]
    var delayCounts: [Int]
    var lastTick: Int64?
    /// What operators have put off, by what they named.
    var holds: [HoldName: Int64] = [:]
    /// Jobs that are left alone until a moment, in the order in which they came to be.
    var postponed: [(job: ReferenceJob, until: Int64)] = []
    /// Workers that wait for work, the last to have asked at the end.
    var idle: [ReferenceWorker] = []
    var slotCount = 0
    var ableCounts: [Int]
    var batchSizes: [Int]
    var runningSeconds = 0.0
    var capacities: [Double]
    var leastSpeeds: [Double]
    /// The most jobs, workers and accounts there ever were at the same time: places are used again.
    var mostJobs = 0
    var mostWorkers = 0
    var mostAccounts = 0
    var usedJobHandles: Set<JobHandle> = []
    /// What was found to differ since the last look.
    var differences: [Violation] = []

    init(_ configuration: Scheduler.Configuration) {
        self.configuration = configuration
        stated = configuration.models.map { $0.ladder.rungs.map(\.costDeviceSeconds) }
        var lanes: [ReferenceLane] = []
        for plan in configuration.plans.indices {
            for model in configuration.models.indices {
                lanes.append(ReferenceLane(index: lanes.count, plan: plan, model: model))
            }
        }
        self.lanes = lanes
        costs = ReferenceCosts(stated: stated)
        calibration = ReferenceCalibration(planCount: configuration.plans.count)
        governor = ReferenceGovernor(configuration)
        statistics = Statistics(planCount: configuration.plans.count)
        delays = configuration.plans.map { _ in 0 }
        delayCounts = configuration.plans.map { _ in 0 }
        capacities = configuration.models.map { _ in 0 }
        ableCounts = configuration.models.map { _ in 0 }
        batchSizes = configuration.models.map { _ in 1 }
        leastSpeeds = configuration.models.map { _ in 1e6 }
    }

    func differ(_ promise: Promise, _ text: String) {
        if differences.count < 4 { differences.append(Violation(promise: promise, text: text)) }
    }

    // MARK: Facts

    var features: Scheduler.Features { configuration.features }
    var isFair: Bool { features.contains(.fairness) }

    func lane(_ plan: Int, _ model: Int) -> ReferenceLane { lanes[plan * configuration.models.count + model] }
    func plan(of lane: ReferenceLane) -> Plan { configuration.plans[lane.plan] }
    func plan(of account: ReferenceAccount) -> Plan { configuration.plans[account.plan] }

    func job(_ handle: JobHandle) -> ReferenceJob? { jobs[handle] }

    func worker(_ handle: WorkerHandle) -> ReferenceWorker? {
        let index = Int(handle.index)
        guard index < workers.count, let worker = workers[index], worker.handle == handle else { return nil }
        return worker
    }

    /// All workers, in the order of their places.
    var present: [ReferenceWorker] { workers.compactMap(\.self) }

    func activeJobs(_ account: ReferenceAccount) -> Int { jobs.values.count { $0.account === account } }
    func absentJobs(_ account: ReferenceAccount) -> Int {
        jobs.values.count { $0.account === account && $0.phase == .suspended }
    }

    /// Stated cost of one of a job's tasks at the rung that was asked for.
    func taskSeconds(_ job: ReferenceJob) -> Double {
        stated[job.flow.lane.model][job.wanted] * Double(job.size)
    }

    /// What waits in each lane: tasks, and their stated seconds.
    func waiting() -> [(tasks: Int, seconds: Double)] {
        var sums = lanes.map { _ in (tasks: 0, seconds: 0.0) }
        for job in jobs.values where job.isWaiting {
            sums[job.flow.lane.index].tasks += job.pending.count
            sums[job.flow.lane.index].seconds += taskSeconds(job) * Double(job.pending.count)
        }
        return sums
    }

    var waitingTaskCount: Int { waiting().reduce(0) { $0 + $1.tasks } }
    var runningCount: Int { present.reduce(0) { $0 + $1.running.count } }
    var waitingJobCount: Int { jobs.values.count { $0.isWaiting } }

    func takeEffects() -> [Told] {
        defer { effects = [] }
        return effects
    }
}

/// The jobs that have not ended, in the order of their names: sums come out the same in every run.
struct ReferenceJobs {
    private var places: [ReferenceJob?] = []

    var values: [ReferenceJob] { places.compactMap(\.self) }
    var keys: [JobHandle] { values.map(\.handle) }
    var count: Int { places.count { $0 != nil } }

    subscript(_ handle: JobHandle) -> ReferenceJob? {
        get {
            let index = Int(handle.index)
            guard index < places.count, let job = places[index], job.handle == handle else { return nil }
            return job
        }
        set {
            let index = Int(handle.index)
            while places.count <= index { places.append(nil) }
            places[index] = newValue
        }
    }
}

/// An effect, comparable field by field.
struct Told: Equatable {
    enum Kind: Equatable {
        case wake
        case ended(JobEnd.Reason)
        case drop
        case requeued
        case lost
    }

    var kind: Kind
    var worker: WorkerHandle?
    var job: JobHandle?
    var serial: UInt64?
    var task: Int?
    var rung: Int?
    var spentSeconds = 0.0
    var millicredits = 0
    var pictures = 0
    var waitedSeconds = 0.0

    init(_ kind: Kind, worker: WorkerHandle? = nil, job: JobHandle? = nil, serial: UInt64? = nil, task: Int? = nil) {
        self.kind = kind
        self.worker = worker
        self.job = job
        self.serial = serial
        self.task = task
    }

    init(_ effect: Effect) {
        switch effect {
        case .wake(let worker): self.init(.wake, worker: worker)
        case .ended(let job, let end):
            self.init(.ended(end.reason), job: job)
            rung = end.rung
            spentSeconds = end.spentSeconds
            millicredits = end.millicredits
            pictures = end.pictures
            waitedSeconds = end.waitedSeconds
        case .drop(let lease): self.init(.drop, worker: lease.worker, serial: lease.serial)
        case .requeued(let job, let task): self.init(.requeued, job: job, task: task)
        case .lost(let worker): self.init(.lost, worker: worker)
        }
    }

    /// Which promise it is that such an effect keeps.
    var promise: Promise {
        switch kind {
        case .wake: .workConserving
        case .ended, .requeued, .lost: .nothingForgotten
        case .drop: .noDeadWork
        }
    }
}
