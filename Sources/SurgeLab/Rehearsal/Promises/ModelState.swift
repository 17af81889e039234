internal import SurgeCore

/// A job as the checker knows it: from what was said to the scheduler and what it answered, and nothing else.
struct ModelJob {
    enum Phase {
        case reserved
        case active
        case suspended
        case postponed
    }

    let handle: JobHandle
    let account: Int
    let plan: Int
    let model: Int
    let wanted: Int
    let taskCount: Int
    let size: Double
    let shape: Int
    let fingerprint: UInt64
    let submittedAt: Int64
    let day: Int64
    let reserved: Int
    let isPrepaid: Bool
    let told: Estimate
    let isPredicted: Bool

    var phase = Phase.reserved
    var isDetached: Bool
    var listeners: Int
    var deadline: Int64
    var suspendedUntil: Int64 = 0
    /// It is left alone until then, whatever becomes of its client; nil: it is not.
    var postponedUntil: Int64?
    var pending: UInt32
    var running: UInt32 = 0
    /// Taken from a worker, and not yet said to be handed out again.
    var limbo: UInt32 = 0
    var done: UInt32 = 0
    var given: Int?
    var failures = 0
    var faults = 0
    /// Steps that paused tasks have behind them, by task.
    var kept: [Int: Int] = [:]

    var isWaiting: Bool { phase == .active && pending != 0 }
}

struct ModelAccount {
    let handle: AccountHandle
    var plan: Int
    var allowance: Int?
    var millicredits: Int64?
    var day: Int64
    var used = 0
    var active = 0
    var theoreticalArrival: Int64 = 0
}

struct ModelLease {
    let lease: LeaseID
    let job: JobHandle
    let account: Int
    let lane: Int
    let task: Int
    let rung: Int
    let model: Int
    let shape: Int
    let rank: Int
    let charge: Double
    let stepsBefore: Int
    var steps: Int
    var isDropped = false
}

struct ModelWorker {
    let handle: WorkerHandle
    let profile: WorkerProfile
    var leases: [ModelLease] = []
    var isDraining = false

    func canRun(_ model: Int) -> Bool { profile.models.contains(model) }
}
