internal import DequeModule

/// First come, first served: jobs wait in the order of their acceptance, their tasks are handed out one at a time.
///
/// A plain value: events go in as method calls, what to do comes back. It keeps no clock. It is the simplest thing
/// that fulfils the core's interface; fairness, deadlines and the quality governor replace it behind the same calls.
///
/// Memory for each waiting job: under 300 bytes beside its own identifiers.
public struct FirstComeQueue: Sendable {
    /// What bounds the queue and starts its estimates.
    public struct Configuration: Hashable, Sendable {
        /// A demand is refused when the work ahead of it would take longer than this.
        public var horizonSeconds: Double

        public init(horizonSeconds: Double) {
            self.horizonSeconds = horizonSeconds
        }
    }

    /// What became of a task that ended.
    public enum TaskEnd: Hashable, Sendable {
        case done(deviceSeconds: Double)
        case failed
    }

    private struct Entry: Sendable {
        let demand: Demand
        var nextTask: Int
    }

    private let configuration: Configuration
    /// Jobs with tasks that have not been handed out, in order of acceptance.
    private var waiting: Deque<Entry> = []
    /// Device-seconds of the tasks in `waiting`.
    private var waitingCostDeviceSeconds = 0.0
    private var running: [TaskID: Demand] = [:]
    private var speed = SpeedMeter()

    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    public var waitingJobCount: Int { waiting.count }
    public var runningTaskCount: Int { running.count }
    public var isEmpty: Bool { waiting.isEmpty && running.isEmpty }

    /// What would be said to `demand` now. Changes nothing.
    public func verdict(on demand: Demand) -> Verdict {
        let ahead = secondsOfWork(waitingCostDeviceSeconds + runningCostDeviceSeconds / 2)
        if ahead > configuration.horizonSeconds {
            let retry = min(120, max(1, ahead - configuration.horizonSeconds))
            return .refused(Refusal(reason: .overloaded, retryAfterSeconds: Int(retry.rounded(.up))))
        }
        if isEmpty { return .run }
        return .queued(
            position: waiting.count + 1,
            estimate: estimate(afterDeviceSeconds: waitingCostDeviceSeconds + demand.costDeviceSeconds)
        )
    }

    /// Takes a demand in. The shell asked for the ``verdict(on:)`` before, and made the job durable between.
    public mutating func accept(_ demand: Demand) {
        waiting.append(Entry(demand: demand, nextTask: 0))
        waitingCostDeviceSeconds += demand.costDeviceSeconds
    }

    /// The next task for a worker that is free, or nil when there is none.
    public mutating func nextTask() -> (task: TaskID, demand: Demand)? {
        guard var entry = waiting.popFirst() else { return nil }
        let task = TaskID(job: entry.demand.job, index: entry.nextTask)
        entry.nextTask += 1
        if entry.nextTask < entry.demand.taskCount { waiting.prepend(entry) }
        waitingCostDeviceSeconds = waiting.isEmpty ? 0 : waitingCostDeviceSeconds - entry.demand.taskCostDeviceSeconds
        running[task] = entry.demand
        return (task, entry.demand)
    }

    /// A task that was handed out has ended.
    public mutating func end(_ task: TaskID, _ end: TaskEnd) {
        guard let demand = running.removeValue(forKey: task) else { return }
        if case .done(let seconds) = end {
            speed.record(expectedDeviceSeconds: demand.taskCostDeviceSeconds, measuredSeconds: seconds)
        }
    }

    /// Takes back what has not been handed out of a job. Its running tasks end by ``end(_:_:)``.
    ///
    /// - Returns: whether any task of it was waiting.
    @discardableResult
    public mutating func withdraw(_ job: JobID) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.demand.job == job }) else { return false }
        let entry = waiting.remove(at: index)
        waitingCostDeviceSeconds -= remainingCost(entry)
        if waiting.isEmpty { waitingCostDeviceSeconds = 0 }
        return true
    }

    /// Position and time of a job that waits or runs; nil when the queue does not know it. Position 1 is next, 0 runs.
    public func outlook(of job: JobID) -> (position: Int, estimate: Estimate)? {
        var ahead = 0.0
        for (index, entry) in waiting.enumerated() {
            ahead += remainingCost(entry)
            guard entry.demand.job == job else { continue }
            return (entry.nextTask > 0 ? 0 : index + 1, estimate(afterDeviceSeconds: ahead))
        }
        guard let demand = running.values.first(where: { $0.job == job }) else { return nil }
        return (0, estimate(afterDeviceSeconds: 0, running: demand.taskCostDeviceSeconds))
    }

    private var runningCostDeviceSeconds: Double {
        Double(running.count) * (running.values.first?.taskCostDeviceSeconds ?? 0)
    }

    private func remainingCost(_ entry: Entry) -> Double {
        Double(entry.demand.taskCount - entry.nextTask) * entry.demand.taskCostDeviceSeconds
    }

    private func secondsOfWork(_ deviceSeconds: Double) -> Double {
        deviceSeconds * speed.secondsForDeviceSecond
    }

    /// From none of the running work left to all of it, widened by how much measured times have varied.
    private func estimate(afterDeviceSeconds ahead: Double, running: Double? = nil) -> Estimate {
        let runningWork = running ?? runningCostDeviceSeconds
        let spread = speed.relativeDeviation
        return Estimate(
            lowSeconds: secondsOfWork(ahead) * max(0, 1 - spread),
            highSeconds: secondsOfWork(ahead + runningWork) * (1 + spread)
        )
    }
}
