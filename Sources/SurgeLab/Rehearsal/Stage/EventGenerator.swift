internal import Scenarios
internal import SurgeCore

/// Draws what happens next, from one seed and what is on the stage.
struct EventGenerator {
    private struct Work {
        let dueAt: Int64
        var stepsLeft: Int
    }

    private var random: RandomStream
    private let settings: StageSettings
    private let faults: StageSettings.Faults
    private var now: Int64
    private var nextLabel = 0
    private var nextTick: Int64
    private var work: [TaskName: Work] = [:]
    /// Tasks of the past, for messages that come late or twice.
    private var old: [TaskName] = []
    private var silentUntil: [Int: Int64] = [:]
    private var lastWord: [Int: Int64] = [:]
    private var lastStep: [Int: Int64] = [:]
    private var due: [Event] = []
    private let capacity: Double
    private var isBursting = false
    private var hasRewritten = false

    init(seed: UInt64, settings: StageSettings) {
        random = RandomStream(seed: seed, stream: 2)
        self.settings = settings
        faults = settings.faults
        now = settings.start
        nextTick = settings.start
        due = settings.world.workers.indices.map { .join(worker: $0) }
        capacity = settings.world.speeds.reduce(0) { $0 + 1 / $1 }
    }

    private mutating func chance(_ share: Double) -> Bool { share > 0 && random.unit() < share }

    /// The next moment of a history.
    mutating func next(_ stage: Stage) -> Moment {
        let what = choose(stage)
        return Moment(at: now, what: what)
    }

    private mutating func choose(_ stage: Stage) -> Event {
        if let first = due.first {
            due.removeFirst()
            return first
        }
        for worker in settings.world.workers.indices {
            for name in stage.workers[worker]?.held ?? [] where work[name] == nil { begin(name, worker, stage) }
        }
        pass()
        if chance(faults.kill) { return kill(stage) }
        if let fault = fault(stage) { return fault }
        if now >= nextTick || nextTick - now > 2_000_000 {
            nextTick = now + 100_000 + Int64(random.unit() * 300_000)
            if let sharp = sharpMoment(stage) { now = sharp }
            return .tick
        }
        for worker in settings.world.workers.indices {
            if let event = work(worker, stage) { return event }
        }
        return client(stage)
    }

    /// Time goes by; now and then the clock is set.
    private mutating func pass() {
        if chance(0.02) { isBursting.toggle() }
        let gap = settings.world.meanGapSeconds * (isBursting ? 0.1 : 0.6)
        now += Int64(gap * 2 * random.unit() * 1_000_000)
        if chance(faults.jumpAhead) {
            let spans = [2.0, 30, 5_000, 86_400, 400_000]
            now += Int64(spans[random.below(spans.count)] * random.unit() * 1_000_000)
        }
        if chance(faults.jumpBack) {
            let spans = [0.3, 5, 600, 90_000]
            now -= Int64(spans[random.below(spans.count)] * random.unit() * 1_000_000)
        }
    }

    /// The very microsecond at which something ends, if one is near.
    private mutating func sharpMoment(_ stage: Stage) -> Int64? {
        guard chance(0.1), nextLabel > 0 else { return nil }
        let job = max(0, nextLabel - 1 - random.below(12))
        var moments = stage.records.holds.map(\.until)
        if let handle = stage.handles[job], let deadline = stage.harness.scheduler.deadline(of: handle) {
            moments.append(deadline.microseconds)
        }
        for worker in stage.workers.keys.sorted() {
            for name in stage.workers[worker]?.held ?? [] {
                if let assignment = stage.assignments[name] { moments.append(assignment.leaseEnds.microseconds) }
            }
        }
        moments = moments.filter { now < $0 && $0 < now + 5_000_000 }
        return moments.isEmpty ? nil : moments[random.below(moments.count)]
    }

    private mutating func kill(_ stage: Stage) -> Event {
        // Sometimes in the middle of a commit.
        due = settings.world.workers.indices.map { .join(worker: $0) }
        silentUntil = [:]
        work = [:]
        old = []
        guard !stage.queue.isEmpty, chance(0.5) else { return .kill }
        due.insert(.kill, at: 0)
        return .commit(count: 1 + random.below(stage.queue.count), .untold)
    }

    // MARK: Workers

    private mutating func begin(_ name: TaskName, _ worker: Int, _ stage: Stage) {
        guard let assignment = stage.assignments[name] else { return }
        let rung = settings.world.configuration.models[assignment.model].ladder.rungs[assignment.rung]
        let size = stage.asks[name.job]?.ask.size ?? 1
        var seconds = rung.costDeviceSeconds * size * settings.world.speeds[worker] * (0.7 + 0.6 * random.unit())
        seconds *= Double(stage.workers[worker]?.held.count ?? 1)
        // A worker may say that it took no time, or come to it much later.
        if chance(faults.lie) { seconds = [0, 0, 1_000 * seconds, 40 * seconds][random.below(4)] }
        let steps = max(1, (rung.steps ?? 1) - assignment.stepsDone)
        work[name] = Work(dueAt: now + Int64(seconds * 1_000_000), stepsLeft: steps)
    }

    private mutating func work(_ worker: Int, _ stage: Stage) -> Event? {
        guard let known = stage.workers[worker] else { return chance(0.2) ? .join(worker: worker) : nil }
        if let until = silentUntil[worker] {
            if now < until { return nil }
            silentUntil[worker] = nil
        }
        guard stage.isKnown(worker) else { return .join(worker: worker) }
        if faults.silence > 0, now - (lastWord[worker] ?? 0) > 500_000 {
            lastWord[worker] = now
            return .report(worker: worker, health(worker, stage))
        }
        if stage.woken.contains(worker), !chance(faults.lateWake) { return .fill(worker: worker) }
        if settings.world.workers[worker].sharesBatch, let event = step(worker, known) { return event }
        let due = known.held.first { name in
            guard let work = work[name] else { return false }
            return work.dueAt <= now || work.stepsLeft <= 0
        }
        guard let due else { return nil }
        return end(due, worker)
    }

    private mutating func step(_ worker: Int, _ known: Stage.Worker) -> Event? {
        guard !known.held.isEmpty, now > lastStep[worker] ?? 0, chance(0.35) else { return nil }
        // What has all its steps behind it is told first.
        guard known.held.allSatisfy({ work[$0]?.stepsLeft ?? 1 > 0 }) else { return nil }
        for name in known.held { work[name]?.stepsLeft -= 1 }
        lastStep[worker] = now
        return .step(worker: worker)
    }

    private mutating func end(_ name: TaskName, _ worker: Int) -> Event {
        old.append(name)
        if old.count > 24 { old.removeFirst() }
        if chance(faults.postpone) {
            due.append(.fill(worker: worker))
            return postpone(name)
        }
        var outcome = TaskOutcome.done
        if chance(faults.failure) { outcome = random.below(6) == 0 ? .failedForGood : .failed }
        if chance(faults.lie) { due.append(.finish(name, random.below(2) == 0 ? .done : .failed)) }
        due.append(.fill(worker: worker))
        return .finish(name, outcome)
    }

    private mutating func postpone(_ name: TaskName) -> Event {
        let spans = [0.2, 2, 10, 60]
        let seconds = spans[random.below(spans.count)] * random.unit()
        return .postpone(name, until: now + Int64(seconds * 1_000_000), keepsState: random.below(2) == 0)
    }

    private mutating func health(_ worker: Int, _ stage: Stage) -> WorkerHealth {
        guard faults.health > 0, chance(0.1 + faults.health) else {
            return stage.workers[worker].flatMap {
                stage.harness.scheduler.condition(of: $0.handle, at: stage.harness.instant)?.health
            } ?? WorkerHealth()
        }
        let throttlings = [0, 0, 0, 0.2, 0.5, 0.9, 1, 3, -2, Double.nan]
        return WorkerHealth(
            temperatureCelsius: random.below(4) == 0 ? 1e9 : nil,
            throttling: throttlings[random.below(throttlings.count)],
            freeMemoryBytes: nil,
            isShortOfMemory: random.below(4) == 0
        )
    }

    // MARK: Faults and operators

    private mutating func fault(_ stage: Stage) -> Event? {
        let worker = random.below(settings.world.workers.count)
        if chance(faults.crash) { return .lose(worker: worker, isFault: random.below(4) != 0) }
        if chance(faults.silence) {
            silentUntil[worker] = now + Int64(random.unit() * 20_000_000)
            return nil
        }
        if chance(faults.lie), !old.isEmpty {
            return .finish(old[random.below(old.count)], random.below(2) == 0 ? .done : .failed)
        }
        if chance(faults.postpone * 0.02), !old.isEmpty { return postpone(old[random.below(old.count)]) }
        if chance(faults.drain) { return .drain(worker: worker, !(stage.workers[worker]?.isDraining ?? true)) }
        if chance(faults.health) { return .report(worker: worker, health(worker, stage)) }
        let account = random.below(settings.accounts.count)
        let model = random.below(settings.world.configuration.models.count)
        if chance(faults.precheck) {
            return .precheck(account: account, model: model, isDetached: random.below(2) == 0)
        }
        if chance(faults.close) { return .close(account: account) }
        if chance(faults.change) { return change(account) }
        if chance(faults.replace) { return replace(stage) }
        if chance(faults.hold) { return hold() }
        if !hasRewritten, nextLabel > 20 {
            hasRewritten = true
            if random.below(8) == 0 { return .rewrite }
        }
        return nil
    }

    private mutating func change(_ account: Int) -> Event {
        .change(
            account: account,
            plan: random.below(settings.world.configuration.plans.count),
            allowance: random.below(2) == 0 ? nil : random.below(60),
            granted: random.below(2) == 0 ? nil : random.below(500)
        )
    }

    private mutating func hold() -> Event {
        let name = HoldName.drawn(settings.world.configuration) { random.below($0) }
        let spans = [0.3, 2, 10, 60]
        let seconds = spans[random.below(spans.count)] * random.unit()
        return .hold(name, until: chance(0.4) ? nil : now + Int64(seconds * 1_000_000))
    }

    private mutating func replace(_ stage: Stage) -> Event {
        let index = random.below(settings.world.configuration.plans.count)
        let old = stage.records.plans[index]
        var plan = WorldSettings.plan(
            index,
            isRanked: false,
            isLimited: old.dailyAllowance != nil || random.below(4) == 0,
            isTight: settings.world.isTight,
            &random
        )
        plan.rank = old.rank
        // A rate is settled by what was agreed: what is withdrawn gives back what it took.
        plan.picturesPerSecond = old.picturesPerSecond
        switch random.below(12) {
        case 0: plan.rank += 1
        case 1: plan.weight = 0
        default: break
        }
        return .replace(plan: index, plan)
    }

    // MARK: Clients

    private mutating func client(_ stage: Stage) -> Event {
        if !stage.queue.isEmpty || !stage.untold.isEmpty, !chance(faults.slowRecords) {
            let fate: CommitFate =
                chance(faults.commitFails) ? .failed : chance(faults.slowRecords) ? .untold : .durable
            return .commit(count: 1 + random.below(max(1, stage.queue.count)), fate)
        }
        let job = nextLabel == 0 ? 0 : max(0, nextLabel - 1 - random.below(24))
        if chance(faults.leave) { return .leave(job: job) }
        if chance(faults.again) { return .again(job: job) }
        if chance(faults.cancel) { return .cancel(job: job) }
        if stage.harness.scheduler.liveJobCount > (settings.isWide ? 400 : 120) { return .tick }
        guard chance(min(1, settings.load * 0.4)) else { return .tick }
        return request(stage)
    }

    private mutating func request(_ stage: Stage) -> Event {
        let label = nextLabel
        nextLabel += 1
        let isHeavy = !settings.isWide && chance(0.5)
        let account = random.below(
            isHeavy ? min(settings.world.heavyCount, settings.accounts.count) : settings.accounts.count
        )
        let model = random.below(settings.world.configuration.models.count)
        let rungs = settings.world.configuration.models[model].ladder.rungs.count
        var ask = Ask(model: model, rung: random.below(5) < 3 ? rungs - 1 : random.below(rungs))
        if settings.world.hasManyTasks, chance(0.3) { ask.tasks = random.below(8) == 0 ? 32 : 2 + random.below(6) }
        if settings.world.hasSizes, chance(0.3) { ask.size = 0.25 + 3.75 * random.unit() }
        if settings.world.hasShapes { ask.shape = random.below(3) << 16 }
        ask.isDetached = settings.world.hasDetached && chance(0.4)
        ask.isNamed = faults.again > 0 && chance(0.8)
        let other = max(0, label - 1 - random.below(6))
        if ask.isNamed, chance(0.1), let (owner, known) = stage.asks[other], owner != account, known.isNamed {
            // Of an account only one job may ask for the same.
            let isTaken = stage.asks.values.contains { $0.account == account && $0.ask.twin == other }
            if known.twin == nil, !isTaken { ask.twin = other }
        }
        return .request(job: label, account: account, ask)
    }
}
