import Foundation
import TestKit
import Testing

@testable import SurgeCore
@testable import SurgeLab

@Suite("The same events have the same effects")
struct DeterminismTests {
    @Test("Two runs of a world agree in every state hash", arguments: 0..<12)
    func repeats(place: Int) {
        var runs: [[UInt64]] = []
        for _ in 0..<2 {
            var world = World(seed: Budget.seed(part: 7, world: place))
            world.hashInterval = 100
            _ = world.run(events: 800)
            runs.append(world.hashes + [world.harness.scheduler.stateHash])
        }
        #expect(runs[0] == runs[1])
        #expect(runs[0].count > 3)
    }

    @Test("A state that was written down and read back has the same future", arguments: 0..<12)
    func resumes(place: Int) throws {
        let seed = Budget.seed(part: 8, world: place)
        var world = World(seed: seed)
        _ = world.advance(events: 400)
        let written = try JSONEncoder().encode(world.harness.scheduler)
        let read = try JSONDecoder().decode(Scheduler.self, from: written)
        let hash = read.stateHash
        #expect(hash == world.harness.scheduler.stateHash)
        var other = World(seed: seed)
        _ = other.advance(events: 400)
        other.harness.scheduler = read
        let (left, right) = (world.run(events: 800), other.run(events: 800))
        #expect(left.isEmpty && right.isEmpty, "\(left.first?.text ?? "") \(right.first?.text ?? "")")
        let hashes = (world.harness.scheduler.stateHash, other.harness.scheduler.stateHash)
        #expect(hashes.0 == hashes.1)
    }
}
