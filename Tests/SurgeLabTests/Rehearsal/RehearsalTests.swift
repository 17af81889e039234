import Testing

@testable import SurgeCore
@testable import SurgeLab

@Suite("Rehearsals")
struct RehearsalTests {
    @Test("A healthy core keeps all promises under random faults", arguments: 0..<4)
    func holds(part: UInt64) {
        for seed in part * 1_000..<part * 1_000 + 10 {
            let report = RehearsalReport(seed: seed, checksRepetition: seed % 5 == 0) { $0.lengthEvents = 350 }
            #expect(report.problem == nil, "seed \(seed)")
        }
    }

    @Test("Parts of the core hold on their own")
    func componentChecks() { #expect(ComponentChecks.problems().isEmpty, "\(ComponentChecks.problems())") }

    @Test("The same seed has the same history, and the same end")
    func repeats() {
        var (first, second) = (Rehearsal(seed: 42), Rehearsal(seed: 42))
        _ = first.run()
        _ = second.run()
        // By their texts: a sensor that gives no number is not equal to itself.
        #expect(first.history.map { "\($0)" } == second.history.map { "\($0)" })
        #expect(first.stage.digest == second.stage.digest)
        let replayed = Rehearsal.replay(first.history, first.settings, hasReference: false)
        let hashes = (replayed.harness.scheduler.stateHash, first.stage.harness.scheduler.stateHash)
        #expect(hashes.0 == hashes.1)
    }

    @Test("Runs have what they are meant to have: restarts, failed commits, lies, clocks that jump")
    func hasFaults() {
        var kinds: Set<String> = []
        var kills = 0
        for seed in UInt64(0)..<40 {
            var run = Rehearsal(seed: seed) { $0.lengthEvents = 200 }
            _ = run.run()
            kills += run.stage.kills
            for moment in run.history { kinds.insert(String("\(moment.what)".prefix { $0 != "(" })) }
        }
        #expect(kills > 3)
        let meant = [
            "request", "again", "leave", "cancel", "commit", "finish", "postpone", "lose", "step", "hold", "kill",
        ]
        #expect(kinds.isSuperset(of: meant))
    }
}
