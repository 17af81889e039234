/// A task in a worker's hands.
struct RunningTask: Sendable, Codable {
    let serial: UInt64
    let job: Int32
    let jobGeneration: UInt32
    let task: UInt8
    let model: UInt8
    let rung: UInt8
    let shape: UInt32
    let rank: Int32
    let startedAt: Int64
    /// In virtual device-seconds, for giving back: what its flow was charged, and what its lane was.
    let charge: Double
    let laneCharge: Double
    /// What it was expected to take, on the reference device.
    let expectedSeconds: Double
    let size: Float
    /// How many ran beside it when it began, itself included.
    let batch: UInt8
    var leaseEnds: Int64
    /// Its share of the worker's time.
    var spentSeconds = 0.0
    var stepsDone: UInt16
    /// Those of them that were done before it came here.
    let stepsBefore: UInt16
    /// Its job has ended; what comes of it is waste.
    var isDropped = false
}

/// A worker as the scheduler holds it.
struct WorkerState: SlabElement {
    var generation: UInt32 = 0
    var nextFree: Int32 = -1
    var profile = WorkerProfile(name: "", slots: 0, models: [])
    var models: UInt64 = 0
    var loaded: UInt64 = 0
    var running: [RunningTask] = []
    var nextSerial: UInt64 = 0
    var isDraining = false
    var health = WorkerHealth()
    var lastHeartbeat: Int64 = 0
    /// After errors it is given nothing until then.
    var heldUntil: Int64 = 0
    var errorStreak = 0
    /// Seconds that it takes for one second of expected work.
    var speed = 1.0
    /// Tasks that joined its batch out of their turn, since the batch began.
    var batchSkips = 0
    /// Up to when its time was shared out among its tasks.
    var accountedTo: Int64 = 0
    /// Asked for work and got none: it is to be woken when there is some.
    var isWaiting = false

    static var vacant: WorkerState { WorkerState() }

    /// Slots that may be used in its state of health.
    var usableSlots: Int {
        if health.throttling >= 1 { return 0 }
        let cool = Int((Double(profile.slots) * (1 - max(0, health.throttling))).rounded(.up))
        return health.isShortOfMemory ? min(cool, running.count) : cool
    }

    func canTake(_ now: Int64) -> Bool {
        !isDraining && now >= heldUntil && running.count < usableSlots
    }

    /// Shares the time since the last call out among the tasks that ran.
    ///
    /// - Parameter busy: how many workers had this time between them.
    mutating func account(to now: Int64, among busy: Int) {
        defer { accountedTo = max(accountedTo, now) }
        guard !running.isEmpty, now > accountedTo else { return }
        let share = Double(now - accountedTo) / 1_000_000 / Double(running.count * busy)
        for index in running.indices { running[index].spentSeconds += share }
    }
}
