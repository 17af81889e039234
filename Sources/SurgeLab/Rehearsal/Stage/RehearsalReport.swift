internal import SurgeCore

/// What a person is told of a run: that it held, or how it broke.
package struct RehearsalReport: Sendable {
    package let seed: UInt64
    package let eventCount: Int
    package let killCount: Int
    /// The promise that was broken first, and how; nil: all held.
    package let problem: String?
    private let promise: Promise?
    private let history: [Moment]
    private let settings: StageSettings

    /// Lives through the run of a seed.
    package init(seed: UInt64, checksRepetition: Bool = false) {
        self.init(seed: seed, checksRepetition: checksRepetition) { _ in }
    }

    init(seed: UInt64, checksRepetition: Bool = false, adapt: (inout StageSettings) -> Void) {
        var run = Rehearsal(seed: seed, adapt: adapt)
        var first = run.run().first
        if first == nil, checksRepetition { first = Self.repetitionProblem(run) }
        self.seed = seed
        eventCount = run.stage.eventCount
        killCount = run.stage.kills
        promise = first?.promise
        problem = first?.description
        history = run.history
        settings = run.settings
    }

    /// The same events must have the same effects, whoever looks on.
    private static func repetitionProblem(_ run: Rehearsal) -> Violation? {
        let again = Rehearsal.replay(run.history, run.settings, hasReference: false)
        if let violation = again.violations.first { return violation }
        let isSame =
            again.digest == run.stage.digest
            && again.harness.scheduler.stateHash == run.stage.harness.scheduler.stateHash
        return isSame ? nil : Violation(promise: .deterministic, text: "the same history has ended differently")
    }

    /// The smallest history that was found to break the same promise, drawn.
    ///
    /// - Parameter isOver: whether the time for it is over.
    package func drawing(isShrunk: Bool, isOver: @escaping () -> Bool) -> String {
        guard let promise else { return "" }
        var history = history
        var isClose = false
        var counts = "\(history.count) events"
        if isShrunk {
            var shrinker = Shrinker(history, settings, breaks: promise, isOver: isOver)
            shrinker.run()
            counts = "\(shrinker.history.count) of \(history.count) events, after \(shrinker.attempts) attempts"
            history = shrinker.history
            isClose = history.count <= Shrinker.closeLength
        }
        let stage = Rehearsal.replay(history, settings, isWritten: true, looksClosely: isClose)
        let violation = stage.violations.first { $0.promise == promise } ?? stage.violations.first
        let ending = violation.map { "\($0)" } ?? problem ?? ""
        guard let script = stage.script else { return ending }
        return "\(counts):\n\n" + TraceRenderer.text(script, start: settings.start, ending: ending)
    }
}
