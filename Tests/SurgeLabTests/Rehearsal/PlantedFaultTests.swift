import Testing

@testable import SurgeCore
@testable import SurgeLab

/// Checkers that find nothing prove nothing: faults are planted, found, and made small.
@Suite("Faults that are planted are found")
struct PlantedFaultTests {
    private struct Found {
        let violation: Violation
        let shrunk: [Moment]
        let whole: [Moment]
    }

    /// The first run that breaks the promise, and its history made small.
    private func find(_ fault: Fault, _ promise: Promise) -> Found? {
        for seed in UInt64(0)..<60 {
            var run = Rehearsal(seed: seed) { settings in
                settings.fault = fault
                settings.isWide = false
                settings.lengthEvents = 250
                settings.faults = .init()
                settings.excused = []
                settings.world.configuration.features = .all
            }
            guard let violation = run.run().first(where: { $0.promise == promise }) else { continue }
            var attempts = 0
            var shrinker = Shrinker(run.history, run.settings, breaks: promise) {
                attempts += 1
                return attempts > 3_000
            }
            shrinker.run()
            return Found(violation: violation, shrunk: shrinker.history, whole: run.history)
        }
        return nil
    }

    private func check(_ fault: Fault, _ promise: Promise, most: Int) {
        let found = find(fault, promise)
        #expect(found != nil, "\(fault)")
        guard let found else { return }
        #expect(found.shrunk.count <= most, "\(found.violation) in \(found.shrunk.count) of \(found.whole.count)")
    }

    @Test("A task that is handed out twice")
    func doubleTask() { check(.handsOutTwice, .nothingForgotten, most: 5) }

    @Test("A picture below the plan's floor")
    func lowQuality() { check(.lowersQuality, .qualityOpenly, most: 5) }

    @Test("A refusal that says another reason")
    func wrongReason() { check(.misnamesRefusals, .refusalTyped, most: 20) }

    @Test("A job whose end is never told")
    func forgottenEnd() { check(.forgetsEnds, .nothingForgotten, most: 20) }
}
