internal import SurgeCore

/// A job as the reference holds it: facts, and nothing that could be counted from other facts.
final class ReferenceJob {
    enum Phase {
        case reserved
        case active
        case suspended
        case postponed

        var isWaiting: Bool { self == .reserved || self == .active }
    }

    struct Paused {
        let task: Int
        let stepsDone: Int
    }

    let handle: JobHandle
    let account: ReferenceAccount
    let flow: ReferenceFlow
    let demand: Demand
    let submittedAt: Int64
    let wanted: Int
    let size: Float
    var deadline: Int64
    var patientDeadline: Int64 = 0
    var phase = Phase.reserved
    var isDetached: Bool
    var listeners: Int
    var pending: Set<Int>
    var done: Set<Int> = []
    var runningCount = 0
    var paused: [Paused] = []
    var given: Int?
    var failures = 0
    var killers: Set<Int> = []
    var lastFailedWorker: Int?
    var told = Estimate(lowSeconds: 0, highSeconds: 0)
    var predictedSeconds: Float = 0
    var tasksBefore = 0
    var servedBefore = 0
    var reserved = 0
    var isPrepaid = false
    var day = 0
    var spentSeconds: Float = 0
    var isOver = false
    var isInFlow = false

    init(
        _ handle: JobHandle,
        _ demand: Demand,
        account: ReferenceAccount,
        flow: ReferenceFlow,
        wanted: Int,
        submittedAt: Int64,
        deadline: Int64
    ) {
        self.handle = handle
        self.demand = demand
        self.account = account
        self.flow = flow
        self.wanted = wanted
        self.submittedAt = submittedAt
        self.deadline = deadline
        size = Float(demand.size)
        isDetached = demand.isDetached
        listeners = demand.isDetached ? 0 : 1
        pending = Set(0..<demand.taskCount)
    }

    /// Whether its tasks count as waiting in its lane.
    var isWaiting: Bool { !isOver && phase.isWaiting && !pending.isEmpty }
}

/// An account as the reference holds it.
final class ReferenceAccount {
    let handle: AccountHandle
    var plan: Int
    var allowance: Int?
    var millicredits: Int64?
    var day: Int
    var used: Int
    var theoreticalArrival: Int64 = 0
    var flows: [Int: ReferenceFlow] = [:]

    init(_ handle: AccountHandle, _ profile: Scheduler.AccountProfile, day: Int) {
        self.handle = handle
        plan = profile.plan
        allowance = profile.dailyAllowance
        millicredits = profile.millicredits
        used = profile.usedToday
        self.day = day
    }
}

/// One account's jobs in one lane, in their order.
final class ReferenceFlow {
    let lane: ReferenceLane
    var jobs: [ReferenceJob] = []
    var service = 0.0
    var order: UInt32 = 0
    /// What the heap knows of it.
    var key = 0.0

    init(lane: ReferenceLane) { self.lane = lane }

    var waitingTasks: Int { jobs.reduce(0) { $0 + $1.pending.count } }
}

/// The queue of one plan for one model.
final class ReferenceLane {
    let index: Int
    let plan: Int
    let model: Int
    var heap = ReferenceHeap()
    var virtualTime = 0.0
    var service = 0.0
    var nextOrder: UInt32 = 0
    var scale = 1.0
    var servedTasks = 0
    var outOfTurn = 0
    var dither = 0.0
    /// Put off until then; nil: not held.
    var heldUntil: Int64?
    var releasedAt = Int64.min
    var units = ReferenceMeter()
    var seconds = ReferenceMeter()

    init(index: Int, plan: Int, model: Int) {
        self.index = index
        self.plan = plan
        self.model = model
    }

    var isHeld: Bool { heldUntil != nil }
    /// Whether it has tasks that may be handed out.
    var isOpen: Bool { !isHeld && !heap.flows.isEmpty }
}

/// A task in a worker's hands.
struct ReferenceTask {
    let serial: UInt64
    let job: ReferenceJob
    let task: Int
    let model: Int
    let rung: Int
    let rank: Int
    let startedAt: Int64
    let charge: Double
    let laneCharge: Double
    let batch: Int
    var leaseEnds: Int64
    var stepsDone: Int
    let stepsBefore: Int
    var spentSeconds = 0.0
    var isDropped = false
}

/// A worker as the reference holds it.
final class ReferenceWorker {
    let handle: WorkerHandle
    let profile: WorkerProfile
    let models: Set<Int>
    var loaded: Set<Int> = []
    var running: [ReferenceTask] = []
    var nextSerial: UInt64 = 0
    var isDraining = false
    var health = WorkerHealth()
    var lastHeartbeat: Int64
    var heldUntil: Int64 = 0
    var errorStreak = 0
    var speed = 1.0
    var batchSkips = 0
    var accountedTo: Int64

    init(_ handle: WorkerHandle, _ profile: WorkerProfile, modelCount: Int, at now: Int64) {
        self.handle = handle
        self.profile = profile
        models = Set(profile.models.filter { (0..<modelCount).contains($0) })
        lastHeartbeat = now
        accountedTo = now
    }

    var index: Int { Int(handle.index) }

    /// A worker that stands still has no slot; a hot one has fewer; one without memory keeps what it has.
    var usableSlots: Int {
        guard health.throttling < 1 else { return 0 }
        let cool = Int((Double(profile.slots) * (1 - max(0, health.throttling))).rounded(.up))
        return health.isShortOfMemory ? min(cool, running.count) : cool
    }

    func canTake(_ now: Int64) -> Bool { !isDraining && heldUntil <= now && running.count < usableSlots }

    /// Every second that passes belongs to the tasks that run, in equal parts, and to each second only once.
    func account(to now: Int64) {
        if now > accountedTo, !running.isEmpty {
            let share = Double(now - accountedTo) / 1_000_000 / Double(running.count)
            for index in running.indices { running[index].spentSeconds += share }
        }
        accountedTo = max(accountedTo, now)
    }
}

/// How much is asked for in a second: the steadier of two smoothed means, unless the quicker one is further above it than
/// two and a half deviations of what chance would do to it.
struct ReferenceMeter {
    private var amounts: [Double] = []
    var fast = 0.0
    var slow = 0.0
    private var squares = 0.0

    var rate: Double {
        let deviation = (squares / (2 * 2)).squareRoot()
        return fast > slow + 2.5 * deviation ? fast : slow
    }

    mutating func add(_ amount: Double) { amounts.append(amount) }

    mutating func tick(_ seconds: Double) {
        guard seconds > 0 else { return }
        let current = amounts.reduce(0, +) / seconds
        let currentSquares = amounts.reduce(0) { $0 + $1 * $1 } / seconds
        amounts = []
        fast += seconds / (2 + seconds) * (current - fast)
        slow += seconds / (12 + seconds) * (current - slow)
        squares += seconds / (12 + seconds) * (currentSquares - squares)
        if fast < 1e-9 { fast = 0 }
        if slow < 1e-9 { slow = 0 }
        if squares < 1e-12 { squares = 0 }
    }
}

/// Flows with work waiting, as a heap of four children a node. The order of its first places is part of what is promised:
/// where the first cannot be served, others are looked at in it.
struct ReferenceHeap {
    private(set) var flows: [ReferenceFlow] = []

    private static func isBefore(_ left: ReferenceFlow, _ right: ReferenceFlow) -> Bool {
        (left.key, left.order) < (right.key, right.order)
    }

    func contains(_ flow: ReferenceFlow) -> Bool { flows.contains { $0 === flow } }

    mutating func insert(_ flow: ReferenceFlow) {
        flows.append(flow)
        settle(flows.count - 1)
    }

    mutating func remove(_ flow: ReferenceFlow) {
        guard let place = flows.firstIndex(where: { $0 === flow }) else { return }
        let last = flows.removeLast()
        guard place < flows.count else { return }
        flows[place] = last
        settle(place)
    }

    mutating func update(_ flow: ReferenceFlow) {
        if let place = flows.firstIndex(where: { $0 === flow }) { settle(place) }
    }

    private mutating func settle(_ start: Int) {
        var place = start
        while place > 0, Self.isBefore(flows[place], flows[(place - 1) / 4]) {
            flows.swapAt(place, (place - 1) / 4)
            place = (place - 1) / 4
        }
        while true {
            let children = (4 * place + 1..<4 * place + 5).filter { $0 < flows.count }
            guard let least = children.min(by: { Self.isBefore(flows[$0], flows[$1]) }),
                Self.isBefore(flows[least], flows[place])
            else { return }
            flows.swapAt(place, least)
            place = least
        }
    }
}
