internal import SurgeCore

/// Makes a failing history small: leaves things out, and makes what is left plainer, as long as the same promise is broken
/// (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE Transactions on Software
/// Engineering 28, 2002).
struct Shrinker {
    /// Up to this length everything is looked at after every event.
    static let closeLength = 300

    let settings: StageSettings
    let promise: Promise
    /// Whether the time for it is over.
    let isOver: () -> Bool
    private(set) var history: [Moment]
    private(set) var attempts = 0

    init(_ history: [Moment], _ settings: StageSettings, breaks promise: Promise, isOver: @escaping () -> Bool) {
        self.history = history
        self.settings = settings
        self.promise = promise
        self.isOver = isOver
    }

    private mutating func isBroken(_ candidate: [Moment]) -> Bool {
        attempts += 1
        return Rehearsal.replay(candidate, settings, looksClosely: candidate.count <= Self.closeLength).violations
            .contains { $0.promise == promise }
    }

    mutating func run() {
        var before = Int.max
        while history.count < before, !isOver() {
            before = history.count
            var chunk = max(1, history.count / 2)
            while !isOver() {
                leaveOut(chunk)
                if chunk == 1 { break }
                chunk = max(1, chunk / 2)
            }
            simplify()
        }
    }

    /// Pieces of this length, from the end: what comes last is needed least by others.
    private mutating func leaveOut(_ length: Int) {
        var end = history.count
        while end > 0, !isOver() {
            let start = max(0, end - length)
            var candidate = history
            candidate.removeSubrange(start..<end)
            if isBroken(candidate) { history = candidate }
            end = start
        }
    }

    private mutating func simplify() {
        for place in history.indices where !isOver() {
            for what in Self.plainer(history[place].what) {
                var candidate = history
                candidate[place].what = what
                guard isBroken(candidate) else { continue }
                history = candidate
                break
            }
            // As soon as what comes before it.
            let before = place == 0 ? settings.start : history[place - 1].at
            guard history[place].at != before else { continue }
            var candidate = history
            candidate[place].at = before
            if isBroken(candidate) { history = candidate }
        }
    }

    /// The same with less to it, the plainest first.
    static func plainer(_ what: Event) -> [Event] {
        switch what {
        case .request(let job, let account, let ask):
            var asks = [Ask(model: ask.model), Ask(model: ask.model, rung: ask.rung)]
            var single = ask
            single.tasks = 1
            var two = ask
            two.tasks = min(2, ask.tasks)
            var even = ask
            (even.size, even.shape) = (1, 0)
            asks += [single, even, two]
            return asks.filter { $0 != ask }.map { .request(job: job, account: account, $0) }
        case .commit(let count, let fate): return fate == .durable ? [] : [.commit(count: count, .durable)]
        case .finish(let name, let outcome): return outcome == .done ? [] : [.finish(name, .done)]
        case .lose(let worker, let isFault): return isFault ? [.lose(worker: worker, isFault: false)] : []
        default: return []
        }
    }
}
