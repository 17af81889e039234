import Foundation
import TestKit
import Testing

@testable import SurgeCore
@testable import SurgeLab

/// How much is tried, and from which seed: `HEATSINK_EVENTS` and `HEATSINK_SEED`.
enum Budget {
    static let events = number("HEATSINK_EVENTS") ?? 1_000_000
    static let seed = UInt64(number("HEATSINK_SEED") ?? 20_250_326)
    static let eventsPerWorld = 1_000
    /// As many parts as run side by side.
    static let parts = 8

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// A world's own seed: it can be run again alone.
    static func seed(part: Int, world: Int) -> UInt64 {
        var random = SeededGenerator(seed: seed &+ UInt64(part) << 40 &+ UInt64(world))
        return random.next()
    }
}

@Suite("The promises")
struct PromiseTests {
    @Test("Every promise holds in random worlds", arguments: 0..<Budget.parts)
    func holdInRandomWorlds(part: Int) {
        var done = 0
        var world = 0
        while done < Budget.events / Budget.parts {
            let seed = Budget.seed(part: part, world: world)
            var run = World(seed: seed)
            let violations = run.run(events: Budget.eventsPerWorld)
            done += run.harness.eventCount
            world += 1
            guard violations.isEmpty else {
                Issue.record("world \(seed) of HEATSINK_SEED=\(Budget.seed): \(violations.map(\.description))")
                return
            }
        }
    }

    @Test(
        "One world can be run again alone",
        .enabled(if: ProcessInfo.processInfo.environment["HEATSINK_WORLD"] != nil)
    )
    func oneWorld() throws {
        let text = try #require(ProcessInfo.processInfo.environment["HEATSINK_WORLD"])
        var world = World(seed: try #require(UInt64(text)))
        let violations = world.run(events: Budget.eventsPerWorld)
        #expect(violations.isEmpty, "\(violations.map(\.description))")
    }
}
