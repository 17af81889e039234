internal import SurgeCore

/// What a client asks for.
struct Ask: Hashable, Sendable {
    var model = 0
    var rung = 0
    var tasks = 1
    var size = 1.0
    var shape = 0
    var isDetached = false
    /// Whether the same request again is known by its fingerprint.
    var isNamed = false
    /// Another account's job that asks for the very same.
    var twin: Int?
}

/// One handing out of one task, by names that stay the same when other things are left out of a history.
struct TaskName: Hashable, Sendable, CustomStringConvertible {
    let job: Int
    let task: Int
    /// The first, the second, … time that it is handed out.
    let attempt: Int

    var description: String { "j\(job).\(task)" + (attempt > 1 ? "#\(attempt)" : "") }
}

/// How a commit of the records goes.
enum CommitFate: Hashable, Sendable {
    case durable
    case failed
    /// On the disk, and nobody has heard of it yet.
    case untold
}

/// One thing that happens: to clients, records, workers, or the process itself. A history is a list of them with their
/// times; it is all that is needed to live through a run again.
enum Event: Hashable, Sendable {
    case request(job: Int, account: Int, Ask)
    case again(job: Int)
    case leave(job: Int)
    case cancel(job: Int)
    case precheck(account: Int, model: Int, isDetached: Bool)
    case commit(count: Int, CommitFate)
    case join(worker: Int)
    case fill(worker: Int)
    case report(worker: Int, WorkerHealth)
    case step(worker: Int)
    case finish(TaskName, TaskOutcome)
    case postpone(TaskName, until: Int64, keepsState: Bool)
    case lose(worker: Int, isFault: Bool)
    case drain(worker: Int, Bool)
    case tick
    case replace(plan: Int, Plan)
    case change(account: Int, plan: Int, allowance: Int?, granted: Int?)
    case close(account: Int)
    /// nil: it is released.
    case hold(HoldName, until: Int64?)
    case rewrite
    case kill
}

/// An event and its time.
struct Moment: Hashable, Sendable {
    var at: Int64
    var what: Event
}
