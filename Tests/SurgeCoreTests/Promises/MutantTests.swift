import TestKit
import Testing

@testable import SurgeCore
@testable import SurgeLab

/// A checker that finds nothing proves nothing: bugs are put back, and it has to find each of them.
@Suite("Bugs that are put back are found")
struct MutantTests {
    /// What worlds with a fault break, until the promise that is meant is among it.
    private func findings(
        _ meant: Promise,
        fault: Fault? = nil,
        worlds: Int = 60,
        adapt: (inout WorldSettings) -> Void = { _ in }
    ) -> Bool {
        for place in 0..<worlds {
            var world = World(seed: Budget.seed(part: 99, world: place), fault: fault, adapt: adapt)
            if world.run(events: Budget.eventsPerWorld).contains(where: { $0.promise == meant }) { return true }
        }
        return false
    }

    private func findings(_ meant: Promise, without part: Scheduler.Features) -> Bool {
        findings(meant) { $0.configuration.features.remove(part) }
    }

    @Test("A job whose end is never told")
    func forgottenJob() { #expect(findings(.nothingForgotten, fault: .forgetsEnds)) }

    @Test("A job that ends twice")
    func doubleEnd() { #expect(findings(.nothingForgotten, fault: .endsTwice)) }

    @Test("A task that is handed out twice")
    func doubleTask() { #expect(findings(.nothingForgotten, fault: .handsOutTwice)) }

    @Test("A worker that is not woken")
    func lostWake() { #expect(findings(.workConserving, fault: .losesWakes)) }

    @Test("A queue that serves whoever came first")
    func unfairQueue() { #expect(findings(.fair, without: .fairness)) }

    @Test("A lower class that keeps its slot")
    func noPreemption() { #expect(findings(.prompt, without: .preemption)) }

    @Test("A picture below the plan's floor")
    func lowQuality() { #expect(findings(.qualityOpenly, fault: .lowersQuality)) }

    @Test("A refusal that says another reason")
    func wrongReason() { #expect(findings(.refusalTyped, fault: .misnamesRefusals)) }

    @Test("A queue without a bound")
    func noBound() {
        #expect(
            findings(.bounded) { settings in
                settings.configuration.features.remove(.bounds)
                for plan in settings.configuration.plans.indices {
                    settings.configuration.plans[plan].patienceSeconds = 0.5
                    settings.configuration.plans[plan].horizonSeconds = 1
                }
            }
        )
    }

    @Test("An allowance that leaks")
    func leakedAllowance() { #expect(findings(.paidOnce, fault: .leaksAllowance)) }

    @Test("A client that has gone, and nobody noticed")
    func missedDetaching() { #expect(findings(.noDeadWork, fault: .missesDetaching)) }

    @Test("Work that is begun and cannot end in time")
    func hopelessWork() { #expect(findings(.noDeadWork, without: .deadlines)) }

    @Test("An estimate that is told shorter than it is")
    func flatteredEstimate() { #expect(findings(.honestClocks, fault: .flattersEstimates)) }

    @Test("Work that is begun although it was put off")
    func ignoredHold() {
        #expect(findings(.workConserving, fault: .ignoresHolds) { $0.hasHolds = true })
        #expect(findings(.honestClocks, fault: .ignoresHolds) { $0.hasHolds = true })
    }

    @Test("A job that is begun although it is to be left alone")
    func ignoredPostponing() {
        #expect(findings(.workConserving, fault: .ignoresPostponing) { $0.hasPostponing = true })
    }

    @Test("A run that differs from the same run before")
    func differentRun() {
        var first = World(seed: Budget.seed(part: 99, world: 1))
        var second = World(seed: Budget.seed(part: 99, world: 1))
        first.hashInterval = 50
        second.hashInterval = 50
        _ = first.run(events: 600)
        second.harness.now += 1
        _ = second.run(events: 600)
        #expect(first.hashes != second.hashes)
    }
}
