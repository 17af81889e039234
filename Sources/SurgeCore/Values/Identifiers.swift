/// Names one request. Unique for all time; said to its owner.
public struct JobID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    /// The id as text.
    public let rawValue: String

    /// Creates an id from its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The id as text.
    public var description: String { rawValue }
}

/// Names one account.
public struct AccountID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    /// The id as text.
    public let rawValue: String

    /// Creates an id from its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The id as text.
    public var description: String { rawValue }
}

/// A job inside a ``Scheduler``. Never used again for another job.
public struct JobHandle: Hashable, Sendable, Codable {
    package let index: UInt32
    package let generation: UInt32

    /// A small number, different for all jobs in flight and used again later: for tables beside the scheduler.
    package var place: Int { Int(index) }
}

/// An account inside a ``Scheduler``.
public struct AccountHandle: Hashable, Sendable, Codable {
    package let index: UInt32
    package let generation: UInt32
}

/// A worker inside a ``Scheduler``.
public struct WorkerHandle: Hashable, Sendable, Codable {
    package let index: UInt32
    package let generation: UInt32

    /// A small number, different for all workers there are and used again later: for tables beside the scheduler.
    package var place: Int { Int(index) }
}

/// One handing out of one task to one worker. A task that is handed out again gets a new one, so that what arrives late
/// or twice is told from what is expected.
public struct LeaseID: Hashable, Sendable, Codable {
    /// The worker that has the task.
    public let worker: WorkerHandle
    package let serial: UInt64
}

/// Names a plan by its place in ``Scheduler/Configuration/plans``.
public typealias PlanIndex = Int

/// Names a model by its place in ``Scheduler/Configuration/models``.
public typealias ModelIndex = Int

/// Names a rung by its place in its ladder: 0 is the cheapest.
public typealias RungIndex = Int
