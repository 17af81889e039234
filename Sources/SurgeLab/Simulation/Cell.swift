internal import Scenarios
internal import SurgeCore

/// One scheduler with its people and its devices, in virtual time: what happens next is taken from a queue, and nothing else
/// moves the clock. The scheduler is the very one that the server runs.
struct Cell: Sendable {
    let setup: CellSetup
    var scheduler: Scheduler
    var stream: RequestStream
    var queue = EventQueue()
    var metrics: CellMetrics
    /// Microseconds since the day's beginning.
    var now: Int64 = 0

    // MARK: People

    var requests: [OpenRequest] = []
    var freeRequest: Int32 = -1
    var openRequests = 0
    /// By the scheduler's place of a job: whose it is; −1: nobody's who waits.
    var requestOfJob: [Int32] = []
    /// By the scheduler's place of a job: of which group its owner is, also when nobody waits for it any more.
    var groupOfJob: [UInt8] = []
    var persons: [[Person]]
    /// By plan, where people are not told apart.
    var planAccounts: [AccountHandle?]
    var nextFingerprint: UInt64 = 1
    var waitingBound: Int

    /// What the server itself works on.
    var front = Front()

    // MARK: Devices

    var devices: [Device] = []
    /// By the scheduler's place of a worker: which device it is; −1: none.
    var deviceOfWorker: [Int32] = []
    var ambientCelsius: [Double]
    var scaling: [Scaling]

    /// For chance beside the people's requests, which have their own.
    var random: RandomStream
    var failureRandom: RandomStream

    // Memory that is used again.
    var effects: [Effect] = []
    var assignments: [Assignment] = []

    /// Somebody of a group.
    struct Person: Sendable {
        var account: AccountHandle?
        var asked: UInt16 = 0
        var served: UInt16 = 0
    }

    init(_ setup: CellSetup, traces: [Int: ArrivalTrace]) {
        self.setup = setup
        scheduler = Scheduler(
            configuration: setup.policy.configuration(setup.day, governorSeconds: setup.governorSeconds)
        )
        stream = RequestStream(setup.day, seed: setup.seed, share: setup.share, traces: traces)
        metrics = CellMetrics(
            groupCount: setup.groups.count,
            planCount: setup.day.plans.count,
            poolCount: setup.pools.count,
            rungCount: setup.rungCount,
            durationMicroseconds: setup.durationMicroseconds,
            refusalCount: Refusal.Reason.allCases.count + 1
        )
        persons = Array(repeating: [], count: setup.groups.count)
        planAccounts = Array(repeating: nil, count: setup.day.plans.count)
        ambientCelsius = setup.pools.map(\.ambientCelsius)
        scaling = Array(repeating: Scaling(), count: setup.pools.count)
        random = RandomStream(seed: setup.seed, stream: 0x1000)
        failureRandom = RandomStream(seed: setup.seed, stream: 0x1001)
        waitingBound = .max
        prepareDevices()
        waitingBound = bound()
        queue.add(.tick, at: setup.tickMicroseconds)
        queue.add(.heartbeat, at: setup.heartbeatMicroseconds)
        if setup.pools.contains(where: { $0.autoscale != nil }) {
            queue.add(.autoscale, at: Self.autoscaleMicroseconds)
        }
        for (index, event) in setup.day.events.enumerated() {
            queue.add(.dayEvent, at: Int64(event.at.seconds * 1_000_000), place: index)
        }
    }

    var instant: Instant { Instant(microseconds: setup.startsAtMicroseconds + now) }

    /// After the last request, at most so long for those who still wait.
    private static let drainMicroseconds: Int64 = 2 * 3_600_000_000

    /// Plays the whole day.
    ///
    /// - Parameter progress: told the virtual time now and then, and how many requests came since the last time.
    mutating func run(progress: (_ microseconds: Int64, _ requests: Int) -> Void) {
        let end = setup.durationMicroseconds + Self.drainMicroseconds
        var nextReport: Int64 = 0
        var reported = 0
        var asked = 0
        while true {
            let (requestTime, eventTime) = (stream.nextMicroseconds, queue.nextTime)
            if requestTime <= eventTime {
                guard requestTime < .max else { break }
                now = requestTime
                if let request = stream.next() {
                    asked += 1
                    ask(request)
                }
            } else {
                if requestTime == .max, openRequests == 0, eventTime > setup.durationMicroseconds { break }
                if eventTime > end { break }
                now = eventTime
                handle(queue.removeFirst())
            }
            settle()
            if setup.hasFront { balance() }
            if now >= nextReport {
                progress(min(now, setup.durationMicroseconds), asked - reported)
                reported = asked
                nextReport = now + setup.durationMicroseconds / 100 + 1
            }
        }
        progress(setup.durationMicroseconds, asked - reported)
        finish()
    }

    @inline(__always)
    private mutating func handle(_ event: EventQueue.Event) {
        let place = Int(event.place)
        switch event.kind {
        case .due: due(place, event.version)
        case .boundary: boundary(place, event.version)
        case .patience: losePatience(place, event.version)
        case .timeout: timeOut(place, event.version)
        case .retry: sendAgain(place, event.version)
        case .again: askAgain(place, event.version)
        case .failure: fail(place, event.version)
        case .back: comeBack(place, event.version)
        case .dayEvent: begin(event: place)
        case .dayEventEnd: end(event: place)
        case .tick:
            scheduler.tick(at: instant)
            metrics.mostJobs = max(metrics.mostJobs, scheduler.liveJobCount)
            if let bin = metrics.bin(now) { metrics.waitingBins[bin] = scheduler.waitingJobCount }
            queue.add(.tick, at: now + setup.tickMicroseconds)
        case .heartbeat:
            beat()
            queue.add(.heartbeat, at: now + setup.heartbeatMicroseconds)
        case .autoscale:
            autoscale()
            queue.add(.autoscale, at: now + Self.autoscaleMicroseconds)
        case .arrival: arrive(place)
        case .front: frontDue(event.version)
        }
    }

    /// Does what the scheduler wants done, until it wants nothing.
    @inline(__always)
    private mutating func settle() {
        while true {
            var taken = effects
            effects = []
            scheduler.takeEffects(into: &taken)
            let isDone = taken.isEmpty
            for effect in taken {
                switch effect {
                case .wake(let worker): wake(worker)
                case .ended(let job, let end): ended(job, end)
                case .drop(let lease): askForBoundary(Int(deviceOfWorker[lease.worker.place]))
                case .requeued: break
                case .lost(let worker): lost(worker)
                }
            }
            effects = taken
            if isDone { return }
        }
    }

    /// Counts what is left when the day is over.
    private mutating func finish() {
        for request in requests.indices where requests[request].phase != .free {
            metrics.groups[Int(requests[request].group)].unserved[CellMetrics.Unserved.waiting.rawValue] += 1
        }
        for group in persons.indices {
            for person in persons[group] where person.asked > 0 {
                let share = Int(person.served) * 1_000 / Int(person.asked)
                metrics.groups[group].peopleAsking += 1
                if person.served > 0 { metrics.groups[group].peopleServed += 1 }
                metrics.groups[group].shareSum += share
                metrics.groups[group].shareSquareSum += share * share
            }
        }
        for device in devices.indices { account(device) }
        for plan in setup.day.plans.indices {
            let status = scheduler.status(ofPlan: plan)
            metrics.estimateOutcomes[plan] = status.estimateOutcomes
            metrics.estimateHits[plan] = status.estimateHits
        }
        metrics.spentMicroseconds = Int((scheduler.statistics.spentSeconds * 1_000_000).rounded())
        metrics.preemptions = scheduler.statistics.preemptions
        metrics.lostWorkers = scheduler.statistics.lostWorkers
    }

    /// How many jobs may wait where a fixed number bounds the queue.
    private func bound() -> Int {
        guard let seconds = setup.policy.boundSeconds else { return .max }
        var rate = 0.0
        for device in devices where device.isUp {
            let pool = setup.pools[device.pool]
            guard let group = setup.groups.first(where: { pool.models.contains($0.model) }) else { continue }
            let count = pool.kind.slots
            rate += Double(count) / pool.seconds(group.model, group.rung, count: count)
        }
        return max(1, Int(min(1e9, rate * seconds)))
    }
}
