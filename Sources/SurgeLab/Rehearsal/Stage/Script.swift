internal import SurgeCore

/// What is said and done on the stage, by whom and when: kept only for a run that is to be drawn.
struct Script {
    enum Column: Hashable {
        case clients
        case core
        case records
        case worker(Int)
    }

    struct Note {
        let at: Int64
        /// Which event it belongs to.
        let turn: Int
        let column: Column
        let text: String
    }

    private(set) var notes: [Note] = []
    var turn = 0
    var isOpen = true

    mutating func note(_ column: Column, _ text: String, at now: Int64) {
        if isOpen { notes.append(Note(at: now, turn: turn, column: column, text: text)) }
    }
}

extension Stage {
    mutating func note(_ column: Script.Column, _ text: (Stage) -> String) {
        guard script != nil else { return }
        let text = text(self)
        script?.note(column, text, at: harness.now)
    }

    mutating func note(_ column: Script.Column, _ text: String) { note(column) { _ in text } }

    func name(_ job: JobHandle) -> String { labels[job].map { "j\($0)" } ?? "a job" }

    func named(_ lease: LeaseID) -> String { leases.first { $0.value == lease }.map { "\($0.key)" } ?? "a lease" }

    /// What somebody does, before the scheduler answers.
    mutating func noteEvent(_ what: Event) {
        guard script != nil else { return }
        switch what {
        case .request(let job, let account, let ask): note(.clients, "a\(account) asks j\(job): \(Self.text(ask))")
        case .again(let job): note(.clients, "j\(job) is asked for again")
        case .leave(let job): note(.clients, "j\(job)'s client goes")
        case .cancel(let job): note(.clients, "j\(job) is cancelled")
        case .precheck(let account, let model, _): note(.clients, "a\(account) asks beforehand for m\(model)")
        case .commit(let count, let fate): noteCommit(count, fate)
        case .join(let worker): note(.worker(worker), "joins")
        case .fill(let worker): note(.worker(worker), "asks for work")
        case .report(let worker, let health): note(.worker(worker), Self.text(health))
        case .step(let worker): note(.worker(worker), "a step")
        case .finish(let name, let outcome): noteTask(name, "\(outcome)")
        case .postpone(let name, let until, let keepsState):
            let seconds = Self.rounded(Double(until - harness.now) / 1_000_000)
            noteTask(name, "put off for \(seconds) s\(keepsState ? ", state kept" : "")")
        case .lose(let worker, let isFault): note(.worker(worker), isFault ? "crashes" : "leaves")
        case .drain(let worker, let isDraining): note(.worker(worker), isDraining ? "drains" : "is back")
        case .tick: note(.core, "tick")
        case .replace(let plan, let new):
            note(.clients, "plan p\(plan): weight \(new.weight), floor \(Self.rounded(new.floorQuality))")
        case .change(let account, let plan, let allowance, let granted):
            let more = [allowance.map { "\($0) a day" }, granted.map { "+\($0) mc" }].compactMap(\.self)
            note(.clients, (["a\(account): plan p\(plan)"] + more).joined(separator: ", "))
        case .close(let account): note(.clients, "a\(account) is closed")
        case .hold(let name, let until): noteHold(name, until)
        case .rewrite: note(.core, "written down, read back")
        case .kill: note(.core, "KILLED; starts again")
        }
    }

    /// What is said of a task, by whoever has it.
    private mutating func noteTask(_ name: TaskName, _ what: String) {
        let worker = workers.keys.sorted().first { workers[$0]?.held.contains(name) == true }
        note(worker.map { .worker($0) } ?? .clients, "\(worker == nil ? "late: " : "")\(name) \(what)")
    }

    private mutating func noteHold(_ name: HoldName, _ until: Int64?) {
        let parts = [name.plan.map { "p\($0)" }, name.model.map { "m\($0)" }].compactMap(\.self)
        let what = parts.isEmpty ? "everything" : parts.joined(separator: " ")
        let rest = until.map { Self.rounded(Double($0 - harness.now) / 1_000_000) }
        note(.clients, rest.map { "\(what) is held for \($0) s" } ?? "\(what) is released")
    }

    private mutating func noteCommit(_ count: Int, _ fate: CommitFate) {
        let what = queue.prefix(count).map { change in
            switch change {
            case .accept(let job, _): "j\(job.label)"
            case .settle(let label, let end): "j\(label) \(end.reason)"
            }
        }
        note(.records, "\(fate): \(what.joined(separator: ", "))")
    }

    /// What has come of it.
    mutating func noteEffects() {
        guard script != nil else { return }
        for effect in harness.lastEffects {
            switch effect {
            case .wake: continue
            case .ended(let job, let end): note(.core) { "\($0.name(job)) ends: \(end.reason)" }
            case .drop(let lease): note(.core) { "drop \($0.named(lease))" }
            case .requeued(let job, let task): note(.core) { "\($0.name(job)).\(task) waits again" }
            case .lost(let worker):
                let index = workers.keys.sorted().first { workers[$0]?.handle == worker }
                note(.core, "w\(index ?? -1) is lost")
            }
        }
    }

    private static func text(_ ask: Ask) -> String {
        var text = "m\(ask.model) r\(ask.rung)"
        if ask.tasks > 1 { text += " ×\(ask.tasks)" }
        if ask.size != 1 { text += " size \(rounded(ask.size))" }
        if ask.isDetached { text += " async" }
        return text
    }

    private static func text(_ health: WorkerHealth) -> String {
        if health.isShortOfMemory { return "short of memory" }
        return health.throttling == 0 ? "is well" : "throttles: \(rounded(health.throttling))"
    }

    static func rounded(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        return "\((value * 1_000).rounded() / 1_000)"
    }
}
