internal import Records
internal import SurgeCore

/// A job that has not ended, as the service holds it: a plain value, its rules apart from any I/O.
struct LiveJob: Sendable {
    let request: PaintRequest
    let rung: Rung
    /// Device-seconds of one picture.
    let taskCostDeviceSeconds: Double
    private(set) var record: JobRecord
    private(set) var version: Int64
    /// In the order of the tasks; nil: not painted yet.
    private(set) var pictures: [PictureRecord?]
    private(set) var costDeviceSeconds: [Double]
    private(set) var partials: [PartialPicture] = []
    /// Cancelled or failed: what still runs of it is dropped when it ends.
    private(set) var isAbandoned = false
    /// How many connections wait for the answer.
    var waiters = 0
    /// Since when nobody waits, for a job that is cancelled when nobody comes back.
    var orphanedAt: Instant?
    private var runningTasks = 0

    init(record: JobRecord, request: PaintRequest, rung: Rung, taskCostDeviceSeconds: Double, now: Instant) {
        self.record = record
        self.request = request
        self.rung = rung
        self.taskCostDeviceSeconds = taskCostDeviceSeconds
        self.version = max(now.microseconds, record.createdAt.microseconds)
        self.pictures = Array(repeating: nil, count: request.styles.count)
        self.costDeviceSeconds = Array(repeating: 0, count: request.styles.count)
    }

    var demand: Demand {
        Demand(
            job: record.id,
            account: record.account,
            rung: rung,
            taskCount: request.styles.count,
            taskCostDeviceSeconds: taskCostDeviceSeconds
        )
    }

    var isRunning: Bool { runningTasks > 0 }

    /// Whether it goes when nobody waits for it: its client wanted the answer at once and cannot find it again by name.
    var diesWithItsClient: Bool { !request.isDetached && record.idempotencyKey == nil }

    /// Every change has a version of its own, larger than the one before it, also when the clock steps back.
    mutating func touch(at now: Instant) {
        version = max(version + 1, now.microseconds)
    }

    /// A task of it was handed to a worker. - Returns: whether it is the job's first.
    mutating func begin(at now: Instant) -> Bool {
        runningTasks += 1
        guard record.status == .queued else { return false }
        record.status = .running
        record.startedAt = record.startedAt ?? now
        touch(at: now)
        return true
    }

    mutating func add(_ picture: PictureRecord, partialOf task: Int, at now: Instant) -> PartialPicture {
        touch(at: now)
        let index = partials.count { $0.task == task }
        let partial = PartialPicture(task: task, index: index, picture: picture, version: version)
        partials.append(partial)
        return partial
    }

    /// A task has ended with a picture. - Returns: the outcome, when it was the last one.
    mutating func end(_ task: Int, _ picture: PictureRecord, costDeviceSeconds cost: Double) -> JobOutcome? {
        runningTasks -= 1
        pictures[task] = picture
        costDeviceSeconds[task] = cost
        let done = pictures.compactMap(\.self)
        guard !isAbandoned, done.count == pictures.count else { return nil }
        return .completed(done, costDeviceSeconds: costDeviceSeconds)
    }

    /// A task has ended without a picture.
    mutating func endWithoutPicture() {
        runningTasks -= 1
    }

    mutating func abandon() {
        isAbandoned = true
    }
}
