internal import SurgeLab
internal import Synchronization

/// What the runs have come to, shared by those that run side by side.
final class Board: Sendable {
    private struct State {
        var nextSeed: UInt64
        var runCount = 0
        var eventCount = 0
        var killCount = 0
        var broken: RehearsalReport?
    }

    private let state: Mutex<State>
    private let start = ContinuousClock.now
    private let end: ContinuousClock.Instant
    private let mostEvents: Int
    private let isTerminal: Bool

    init(first: UInt64, seconds: Double, mostEvents: Int, isTerminal: Bool) {
        state = Mutex(State(nextSeed: first))
        end = start + .seconds(seconds)
        self.mostEvents = mostEvents
        self.isTerminal = isTerminal
    }

    /// The seed of the next run; nil when there shall be none.
    func next() -> UInt64? {
        state.withLock { state in
            let isEnough = mostEvents > 0 && state.eventCount >= mostEvents
            guard state.broken == nil, !isEnough, ContinuousClock.now < end else { return nil }
            defer { state.nextSeed &+= 1 }
            return state.nextSeed
        }
    }

    func ended(_ report: RehearsalReport) {
        state.withLock { state in
            state.runCount += 1
            state.eventCount += report.eventCount
            state.killCount += report.killCount
            if report.problem != nil, state.broken == nil { state.broken = report }
        }
    }

    private var line: String {
        let seconds = (ContinuousClock.now - start).components.seconds
        return state.withLock { state in
            "\(seconds) s: \(state.runCount) runs, \(state.eventCount) events, \(state.killCount) restarts"
        }
    }

    func show() {
        if isTerminal { print("\r\(line) ", terminator: "") }
    }

    /// Says what came of it. - Parameter report: what is done with a run that broke a promise.
    func finish(_ report: (RehearsalReport) throws -> Void) throws {
        print("\(isTerminal ? "\r" : "")\(line)")
        if let broken = state.withLock({ $0.broken }) { return try report(broken) }
        print("all eleven promises held")
    }
}
