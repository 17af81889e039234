/// A job as the scheduler holds it. One for each that waits or runs, so every byte counts: 136 of them.
struct Job: SlabElement {
    enum Phase: UInt8, Sendable, Codable {
        /// Counted, not yet durable: it may not be started.
        case reserved
        /// Wants to be started; it stands in its flow while it has tasks to hand out.
        case active
        /// Its client has gone and may come back: it is not started, and ends after a grace.
        case suspended
        /// One of its tasks could not be done for a reason that may pass: it is not started for a while.
        case postponed

        /// Whether its tasks count as waiting.
        var isWaiting: Bool { self == .reserved || self == .active }
    }

    var generation: UInt32 = 0
    var nextFree: Int32 = -1

    // Its places in lists.
    var flow: Int32 = -1
    var flowNext: Int32 = -1
    var flowPrevious: Int32 = -1
    var wheelNext: Int32 = -1
    var wheelPrevious: Int32 = -1

    var account: Int32 = -1
    var submittedAt: Int64 = 0
    /// When it expires, in microseconds; and when it would, if its client came back.
    var deadline: Int64 = 0
    var patientDeadline: Int64 = 0
    /// 0: none.
    var fingerprint: UInt64 = 0

    var phase = Phase.reserved
    var isDetached = false
    var taskCount: UInt8 = 1
    /// Tasks to hand out: one bit each.
    var pending: UInt32 = 0
    /// Tasks that are done: one bit each.
    var done: UInt32 = 0
    var runningCount: UInt8 = 0
    var hasPausedTasks = false
    /// A task that goes before the others: it was paused. `noTask`: none.
    var nextTask: UInt8 = Job.noTask

    /// Rung indices. `given` is chosen when the first task is handed out.
    var wanted: UInt8 = 0
    var given: UInt8 = Job.noRung
    var failures: UInt8 = 0
    var isInFlow = false
    /// Whether what it reserved was taken from a balance, to be given back there.
    var isPrepaid = false
    /// Connections that wait for the answer.
    var listeners: UInt16 = 0
    var shape: UInt32 = 0
    /// Cost beside the rung's own: larger pictures, partial pictures.
    var size: Float = 1

    /// Workers that were lost while they had it: one bit each, by place.
    var killers: UInt32 = 0
    var lastFailedWorker: Int32 = -1

    /// What its owner was told when it was accepted: seconds from submission.
    var toldLowSeconds: Float = 0
    var toldHighSeconds: Float = 0
    /// The estimate behind it, before calibration.
    var predictedSeconds: Float = 0
    /// Tasks that were before it when it came in, and how many its lane had handed out by then.
    var tasksBefore: Int32 = 0
    var servedBefore: Int32 = 0

    var reservedMillicredits: Int32 = 0
    /// Day of the allowance that its pictures were taken from.
    var day: Int32 = 0
    /// Device-seconds that its running and done tasks have taken.
    var spentSeconds: Float = 0

    static let noRung: UInt8 = 255
    static let noTask: UInt8 = 255
    /// The most pictures of one job.
    static let mostTasks = 32

    static var vacant: Job { Job() }

    var pendingCount: Int { pending.nonzeroBitCount }
    var doneCount: Int { done.nonzeroBitCount }
}

/// An account as the scheduler holds it.
struct AccountState: SlabElement {
    var generation: UInt32 = 0
    var nextFree: Int32 = -1
    var plan: Int32 = 0
    /// Jobs that wait or run.
    var activeJobs: Int32 = 0
    /// Of these, those whose clients have gone and may come back.
    var absentJobs: Int32 = 0
    /// See ``RateLimit``.
    var theoreticalArrival: Int64 = 0
    /// The day that `usedToday` counts for, in days since the epoch.
    var day: Int32 = 0
    /// Pictures reserved and delivered.
    var usedToday: Int32 = 0
    /// nil: the plan's.
    var allowanceOverride: Int32?
    /// nil: not prepaid.
    var millicredits: Int64?
    /// Its flows: one for each model it has used.
    var firstFlow: Int32 = -1

    static var vacant: AccountState { AccountState() }
}

/// An account's jobs for one model, in the order of their submission.
struct Flow: SlabElement {
    var generation: UInt32 = 0
    var nextFree: Int32 = -1
    var account: Int32 = -1
    var lane: Int32 = -1
    var nextOfAccount: Int32 = -1
    var head: Int32 = -1
    var tail: Int32 = -1
    var order: UInt32 = 0
    /// Service received, in virtual device-seconds.
    var service: Double = 0
    /// Work that waits, in device-seconds at the rungs that were asked for; and how many tasks.
    var backlog: Double = 0
    var waitingTasks: Int32 = 0
    /// What the lane's ``VirtualBacklog`` holds of it.
    var stretch = VirtualBacklog.Stretch()

    static var vacant: Flow { Flow() }
}

/// The queue of one plan for one model.
struct Lane: Sendable, Codable {
    let plan: PlanIndex
    let model: ModelIndex
    var heap = FairHeap()
    var virtualBacklog = VirtualBacklog()
    /// Where newcomers begin: the least service of those who wait, or that of the last to have waited.
    var virtualTime = 0.0
    /// Service of the whole lane over its weight, beside the other lanes of its rank.
    var service = 0.0
    var nextOrder: UInt32 = 0
    /// Work and tasks that wait, reserved ones among them, at the rungs that were asked for.
    var waitingSeconds = 0.0
    var waitingTasks = 0
    /// Jobs with tasks to hand out.
    var waitingJobs = 0
    /// Work and tasks of jobs that are postponed, at the rungs that were asked for. They do not wait, and will again soon.
    var postponedSeconds = 0.0
    var postponedTasks = 0
    /// Of `waitingSeconds`, what is in flows.
    var queuedSeconds = 0.0
    /// Cost as given and measured ÷ cost as asked for and stated, by the governor's decision.
    var scale = 1.0
    /// What `virtualBacklog` was laid out for: how many flows, and how much work of each in the mean.
    var layoutCount = 0
    var layoutMean = 0.0
    /// Tasks that were handed out.
    var servedTasks = 0
    /// Tasks that went into batches before its first, which did not fit there, since its first had its turn.
    var outOfTurn: Int32 = 0
    /// Which of two rungs comes next, see ``Governor``.
    var dither = 0.0
    /// An operator has put its work off until then; nil: not held.
    var heldUntil: Int64?
    /// When it was last held no more.
    var releasedAt = Int64.min
    /// Pictures of size 1 that are asked for, and their stated cost at the rungs that were asked for.
    var demandedUnits = DemandMeter()
    var demandedSeconds = DemandMeter()

    var isHeld: Bool { heldUntil != nil }
    /// Whether it has tasks that may be handed out.
    var isOpen: Bool { !heap.isEmpty && heldUntil == nil }
}
