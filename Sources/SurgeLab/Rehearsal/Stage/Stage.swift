internal import SurgeCore

/// A shell around the scheduler in the form of a plain value: it does what the live service does (accept, make durable,
/// confirm; end, settle; be killed, recover), one event at a time, and everything is checked after each.
struct Stage {
    struct Worker {
        let handle: WorkerHandle
        /// The tasks in its hands, the oldest first.
        var held: [TaskName] = []
        var isDraining = false
    }

    let settings: StageSettings
    var harness: Harness
    var records: StageRecords
    /// Changes on their way to the disk.
    var queue: [StageRecords.Change] = []
    /// Changes that are on the disk, whose callers do not know.
    var untold: [StageRecords.Change] = []
    /// Jobs that the last commit has confirmed: some are told so twice.
    var toldLast: [JobHandle] = []

    // What the process knows: gone when it is killed.
    var accounts: [Int: AccountHandle] = [:]
    var handles: [Int: JobHandle] = [:]
    var labels: [JobHandle: Int] = [:]
    var workers: [Int: Worker] = [:]
    var leases: [TaskName: LeaseID] = [:]
    var assignments: [TaskName: Assignment] = [:]

    // What clients know.
    var asks: [Int: (account: Int, ask: Ask)] = [:]
    var attempts: [Int: [Int: Int]] = [:]
    /// Jobs that ended in this process, whatever the records say by now.
    var endedHere: Set<Int> = []
    var violations: [Violation] = []
    var kills = 0
    var eventCount = 0
    private(set) var latest: Int64
    /// The clock was set back over a midnight: a day's count may hold what belongs to another day.
    var hasTurnedBack = false
    /// A digest of everything that was done and answered.
    var digest: UInt64 = 0
    /// nil: nothing is written down.
    var script: Script?

    init(_ settings: StageSettings, hasReference: Bool = true) {
        self.settings = settings
        let configuration = settings.world.configuration
        records = StageRecords(plans: configuration.plans, accounts: settings.accounts)
        harness = Self.harness(configuration, settings, now: settings.start, hasReference: hasReference)
        latest = settings.start
    }

    private static func harness(
        _ configuration: Scheduler.Configuration,
        _ settings: StageSettings,
        now: Int64,
        hasReference: Bool
    ) -> Harness {
        var harness = Harness(configuration: configuration, now: now, fault: settings.fault, hasReference: hasReference)
        let shares = settings.world.workers.contains { $0.sharesBatch }
        harness.checker.fairness.batch = shares ? Double(settings.world.workers.map(\.slots).max() ?? 1) : 1
        harness.checker.hasTightDeadlines = true
        harness.checker.hasJumped = settings.hasJumps
        harness.checker.excused = settings.excused
        harness.closeInterval = settings.closeInterval
        return harness
    }

    var isSound: Bool { violations.isEmpty }

    func report(_ promise: Promise, _ text: String) -> Violation { Violation(promise: promise, text: text) }

    mutating func apply(_ moment: Moment) {
        let before = latest / ReferenceScheduler.dayMicroseconds
        if moment.at / ReferenceScheduler.dayMicroseconds < before { hasTurnedBack = true }
        latest = max(latest, moment.at)
        if moment.at < harness.now {
            // Four seconds by the clock are not four seconds any more.
            harness.checker.levels = []
            harness.checker.raisedAt = harness.checker.raisedAt.map { _ in nil }
        }
        harness.now = moment.at
        eventCount += 1
        script?.turn += 1
        noteEvent(moment.what)
        perform(moment.what)
        collect()
    }

    private mutating func perform(_ what: Event) {
        switch what {
        case .request(let job, let account, let ask): request(job, account, ask)
        case .again(let job): again(job)
        case .leave(let job): if let handle = handles[job] { harness.detach(handle) }
        case .cancel(let job): if let handle = handles[job] { harness.cancel(handle) }
        case .precheck(let account, let model, let isDetached): precheck(account, model, isDetached)
        case .commit(let count, let fate): commit(count, fate)
        case .join(let worker): join(worker)
        case .fill(let worker): fill(worker)
        case .report(let worker, let health):
            if let handle = workers[worker]?.handle { harness.report(health, of: handle) }
        case .step(let worker): step(worker)
        case .finish(let name, let outcome): finish(name, outcome)
        case .postpone(let name, let until, let keepsState): postpone(name, until: until, keepsState: keepsState)
        case .lose(let worker, let isFault):
            if let known = workers.removeValue(forKey: worker) { harness.remove(known.handle, isFault: isFault) }
        case .drain(let worker, let isDraining): drain(worker, isDraining)
        case .tick: harness.tick()
        case .replace(let plan, let new): replace(plan, new)
        case .change(let account, let plan, let allowance, let granted): change(account, plan, allowance, granted)
        case .close(let account): close(account)
        case .hold(let name, let until): hold(name, until)
        case .rewrite: rewrite()
        case .kill: kill()
        }
    }

    /// What has come of the event: ends go to the records, broken promises to the report.
    private mutating func collect() {
        noteEffects()
        harness.lastEffects = []
        for (handle, end) in harness.takeEnds() {
            guard let label = labels.removeValue(forKey: handle) else { continue }
            handles[label] = nil
            mix(UInt64(label), UInt64(end.millicredits), end.spentSeconds.bitPattern)
            guard end.reason != .withdrawn else { continue }
            if !endedHere.insert(label).inserted {
                violations.append(report(.nothingForgotten, "job j\(label) has ended twice in one process"))
            }
            if records.jobs[label]?.end != nil {
                violations.append(report(.nothingForgotten, "job j\(label) has ended again after its end was written"))
            }
            queue.append(.settle(label: label, end))
        }
        violations += harness.checker.violations
        harness.checker.violations = []
    }

    mutating func mix(_ words: UInt64...) {
        for word in words {
            digest = (digest ^ word) &* 0x9E37_79B9_7F4A_7C15
            digest ^= digest >> 29
        }
    }

    // MARK: The process

    /// Everything that was not on the disk is gone; the next process takes up what is.
    private mutating func kill() {
        kills += 1
        let progress = settings.keepsProgress ? progress() : [:]
        toldLast = []
        queue = []
        untold = []
        accounts = [:]
        handles = [:]
        labels = [:]
        workers = [:]
        leases = [:]
        assignments = [:]
        endedHere = []
        var configuration = settings.world.configuration
        configuration.plans = records.plans
        harness = Self.harness(configuration, settings, now: harness.now, hasReference: harness.reference != nil)
        harness.keepsEffects = script != nil
        for (name, until) in records.holds where until > harness.now { harness.hold(name, until: until) }
        for job in records.unfinished { recover(job, progress[job.label]) }
        harness.checkClosely()
        checkBooks()
    }

    private struct Progress {
        let done: [Int]
        let rung: Int?
    }

    /// What is done of each job.
    private func progress() -> [Int: Progress] {
        var progress: [Int: Progress] = [:]
        for (label, handle) in handles {
            guard let index = harness.checker.index(of: handle), let job = harness.checker.jobs[index] else { continue }
            let done = (0..<job.taskCount).filter { job.done & (1 << UInt32($0)) != 0 }
            // A number that is no task's says nothing.
            progress[label] = Progress(done: done.isEmpty ? [] : done + [job.taskCount, -1], rung: job.given)
        }
        // Of some everything is done, and only their end was not written.
        for case .settle(let label, let end) in queue where end.reason == .completed {
            progress[label] = Progress(done: Array(0..<end.pictures), rung: end.rung)
        }
        return progress
    }

    private mutating func recover(_ job: StageRecords.Job, _ progress: Progress?) {
        let account = open(job.account)
        let kept = Recovery.KeptJob(
            demand: demand(job.label, account, job.ask),
            createdAt: Instant(microseconds: job.createdAt),
            deadline: job.deadline.map { Instant(microseconds: $0) }
        )
        var handle: JobHandle?
        for step in Recovery.steps(for: kept) {
            switch step {
            case .fail: violations.append(report(.nothingForgotten, "job j\(job.label) cannot be taken up again"))
            case .restore(let demand, let submittedAt, let deadline):
                let restored = harness.restore(
                    demand,
                    submittedAt: submittedAt,
                    deadline: deadline,
                    doneTasks: progress?.done ?? [],
                    given: progress?.rung
                )
                (handles[job.label], labels[restored], handle) = (restored, job.label, restored)
            case .detach: if let handle { harness.detach(handle) }
            }
        }
        collect()
        let known = handle.flatMap { harness.checker.index(of: $0) }.flatMap { harness.checker.jobs[$0] }
        if let known, !known.isDetached, known.listeners > 0 {
            violations.append(report(.noDeadWork, "job j\(job.label) has a listener that an earlier process had"))
        }
    }

    /// Allowances and credits from the records alone, beside what the scheduler counts.
    func bookProblem() -> String? {
        let today = harness.instant.day
        for (account, handle) in accounts.sorted(by: { $0.key < $1.key }) {
            guard let standing = harness.scheduler.standing(of: handle, at: harness.instant) else {
                return "account a\(account) is not known"
            }
            let live = records.unfinished.filter { $0.account == account && handles[$0.label] != nil }
            let used = live.filter { Instant(microseconds: $0.createdAt).day == today }.reduce(0) { $0 + $1.ask.tasks }
            // What has ended, and is on its way to the disk.
            var pending = (pictures: 0, millicredits: 0)
            for case .settle(let label, let end) in queue {
                guard let job = records.jobs[label], job.account == account else { continue }
                pending.millicredits += end.millicredits
                if Instant(microseconds: job.createdAt).day == today { pending.pictures += end.pictures }
            }
            let delivered = records.delivered(account, onDay: today) + pending.pictures
            if !hasTurnedBack, standing.usedToday != used + delivered {
                return "account a\(account): \(delivered) delivered, \(used) to come, \(standing.usedToday) counted"
            }
            let spent = records.jobs.values.filter { $0.account == account }.reduce(0) {
                $0 + ($1.end?.millicredits ?? 0)
            }
            let reserved = harness.checker.reserved(by: handle)
            if let granted = records.accounts[account].granted,
                standing.millicredits != Int64(granted) - Int64(spent + pending.millicredits) - reserved
            {
                return "account a\(account): \(granted) granted, \(spent) spent, \(reserved) reserved, \(standing)"
            }
            if standing.activeJobs != live.count { return "account a\(account) has lost a job" }
        }
        return nil
    }

    private mutating func checkBooks() {
        if let problem = bookProblem() { violations.append(report(.paidOnce, "after the restart, \(problem)")) }
        for job in records.unfinished where handles[job.label] == nil && !endedHere.contains(job.label) {
            violations.append(report(.nothingForgotten, "job j\(job.label) was accepted, and the restart forgot it"))
        }
    }

    /// The whole state written down and read back: nothing may change by it.
    private mutating func rewrite() {
        let hash = harness.scheduler.stateHash
        guard let read = RoundTripCoder.copy(of: harness.scheduler) else {
            return violations.append(report(.deterministic, "a state that was written down cannot be read"))
        }
        harness.scheduler = read
        mix(hash)
        if harness.scheduler.stateHash != hash {
            violations.append(report(.deterministic, "a state that was written down is read as another one"))
        }
    }
}
