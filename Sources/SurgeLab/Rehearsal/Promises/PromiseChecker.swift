internal import SurgeCore

/// An independent model of what must be true: it is told every event, every answer and every effect.
final class PromiseChecker {
    /// What is done to the scheduler now: some ends are right only then.
    enum Event: Equatable {
        case other
        case cancel(JobHandle)
        case withdraw(JobHandle)
        case failForGood(JobHandle)
        case fill
    }

    var configuration: Scheduler.Configuration
    var jobs: [ModelJob?] = []
    var jobCount = 0
    var accounts: [ModelAccount] = []
    var workers: [ModelWorker?] = []
    var leaseCount = 0
    var event = Event.other
    var violations: [Violation] = []
    /// Accounts and jobs that the event in progress has changed.
    var touched: [Int] = []
    var limbo: [JobHandle] = []
    /// Workers that are to be filled before anything can be said of idleness.
    var owed: Set<Int> = []
    /// What operators have put off, and until when.
    var holds: [HoldName: Int64] = [:]

    var fairness: FairnessLedger
    var levels: [Double] = []
    var raisedAt: [Int64?] = []
    var outcomes: [Int]
    var insides: [Int]
    /// The clock has jumped, and what was learned from it is far off.
    var hasJumped = false
    /// Jobs may be pressed for time, and then stand aside for a faster worker.
    var hasTightDeadlines = false

    init(configuration: Scheduler.Configuration) {
        self.configuration = configuration
        let laneCount = configuration.plans.count * configuration.models.count
        fairness = FairnessLedger(laneCount: laneCount)
        raisedAt = Array(repeating: nil, count: laneCount)
        outcomes = Array(repeating: 0, count: configuration.plans.count)
        insides = Array(repeating: 0, count: configuration.plans.count)
    }

    /// Promises that are not made here: the scheduler runs without the part that keeps them.
    var excused: Set<Promise> = []

    func report(_ promise: Promise, _ text: @autoclosure () -> String) {
        guard !excused.contains(promise) else { return }
        if violations.count < 8 { violations.append(Violation(promise: promise, text: text())) }
    }

    func lane(_ plan: Int, _ model: Int) -> Int { plan * configuration.models.count + model }

    // MARK: Jobs

    func index(of job: JobHandle) -> Int? {
        let index = Int(job.index)
        guard index < jobs.count, let known = jobs[index], known.handle == job else { return nil }
        return index
    }

    /// Thousandths of a credit that an account's jobs have taken from its balance, to be paid or given back.
    func reserved(by account: AccountHandle) -> Int64 {
        jobs.reduce(0) { sum, job in
            guard let job, job.isPrepaid, accounts[job.account].handle == account else { return sum }
            return sum + Int64(job.reserved)
        }
    }

    func insert(_ job: ModelJob) {
        let index = Int(job.handle.index)
        while jobs.count <= index { jobs.append(nil) }
        if jobs[index] != nil { report(.nothingForgotten, "job \(index) was given to another one before it ended") }
        jobs[index] = job
        jobCount += 1
    }

    /// Changes a job, and keeps the count of what waits.
    func change(_ index: Int, _ body: (inout ModelJob) -> Void) {
        guard let before = jobs[index] else { return }
        var after = before
        body(&after)
        jobs[index] = after
        let waitingBefore = before.phase == .active ? before.pending.nonzeroBitCount : 0
        let waitingAfter = after.phase == .active ? after.pending.nonzeroBitCount : 0
        if waitingBefore != waitingAfter {
            fairness.wait(lane(after.plan, after.model), after.account, by: waitingAfter - waitingBefore)
        }
    }

    func forget(_ index: Int) {
        guard let job = jobs[index] else { return }
        if job.isWaiting { fairness.wait(lane(job.plan, job.model), job.account, by: -job.pending.nonzeroBitCount) }
        jobs[index] = nil
        jobCount -= 1
    }

    // MARK: After every event

    func settle(_ scheduler: borrowing Scheduler, at now: Instant) {
        for job in limbo {
            guard let index = index(of: job), let known = jobs[index], known.limbo != 0 else { continue }
            report(.nothingForgotten, "a task of job \(index) was taken from its worker and goes nowhere")
        }
        limbo.removeAll(keepingCapacity: true)
        if scheduler.liveJobCount != jobCount {
            report(.nothingForgotten, "\(jobCount) jobs have not ended, and \(scheduler.liveJobCount) are known")
        }
        if scheduler.runningTaskCount != leaseCount {
            report(.nothingForgotten, "\(leaseCount) tasks run, and \(scheduler.runningTaskCount) are counted")
        }
        for account in touched { checkStanding(account, scheduler, now) }
        touched.removeAll(keepingCapacity: true)
        event = .other
    }
}
