import TestKit
import Testing

@testable import SurgeCore

@Suite("The governor")
struct GovernorTests {
    private func ladder(_ rungs: [(cost: Double, quality: Double)]) throws -> Ladder {
        let rungs = rungs.enumerated().map { place, rung in
            Rung(name: "\(place)", workingSide: 256, costDeviceSeconds: rung.cost, quality: rung.quality)
        }
        return try #require(Ladder(rungs))
    }

    private func path(
        _ rungs: [(cost: Double, quality: Double)],
        floor: Double = 0,
        ceiling: Double = 1
    ) throws -> [Int] {
        Governor.path(try ladder(rungs), floorQuality: floor, ceilingQuality: ceiling).map(\.rung)
    }

    @Test("The path keeps the rungs that buy the most quality for their cost")
    func keepsTheHull() throws {
        #expect(try path([(1, 0.2), (2, 0.6), (3, 0.7), (4, 1)]) == [0, 1, 3])
        #expect(try path([(1, 0.2), (2, 0.1), (3, 0.7)]) == [0, 2])
        #expect(try path([(1, 0.5)]) == [0])
    }

    @Test("It lies between floor and ceiling; the floor comes first")
    func staysWithinThePlan() throws {
        let rungs = [(1.0, 0.2), (2.0, 0.5), (3.0, 0.75), (4.0, 0.9)]
        #expect(try path(rungs, floor: 0.5) == [1, 2, 3])
        #expect(try path(rungs, floor: 0.5, ceiling: 0.8) == [1, 2])
        #expect(try path(rungs, floor: 0.8, ceiling: 0.85) == [3])
        #expect(try path(rungs, floor: 0.95) == [3])
    }

    private func governor(_ paths: [[Governor.PathStep]], ranks: [Int]) -> Governor {
        Governor(paths: paths, ranks: ranks)
    }

    /// The best total of quality at whole and half levels, lanes of a higher rank first.
    private func best(_ inputs: [Governor.Input], _ paths: [[Governor.PathStep]], _ budget: Double) -> Double {
        func search(_ lane: Int, _ left: Double) -> Double {
            guard lane < inputs.count else { return left >= -1e-9 ? 0 : -.infinity }
            var most = -Double.infinity
            for step in 0...(paths[lane].count - 1) * 20 {
                let (lower, share) = (step / 20, Double(step % 20) / 20)
                let upper = min(lower + 1, paths[lane].count - 1)
                let cost = inputs[lane].costs[lower] * (1 - share) + inputs[lane].costs[upper] * share
                let quality = paths[lane][lower].quality * (1 - share) + paths[lane][upper].quality * share
                let rest = search(lane + 1, left - cost * inputs[lane].needPerSecond)
                most = max(most, quality * inputs[lane].needPerSecond + rest)
            }
            return most
        }
        return search(0, budget)
    }

    @Test("Its mix is as good as the best of all mixes", arguments: 0..<25)
    func isOptimal(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var paths: [[Governor.PathStep]] = []
        var inputs: [Governor.Input] = []
        for _ in 0..<2 {
            let rungs = (1...3).map { place in
                (Double(place) * Double.random(in: 0.8...1.2, using: &random), Double.random(in: 0...1, using: &random))
            }
            let ladder = try ladder(rungs)
            paths.append(Governor.path(ladder, floorQuality: 0, ceilingQuality: 1))
            let costs = paths[paths.count - 1].map { ladder.rungs[$0.rung].costDeviceSeconds }
            inputs.append(.init(needPerSecond: Double.random(in: 0.5...2, using: &random), costs: costs))
        }
        let floor = inputs.reduce(0) { $0 + $1.needPerSecond * $1.costs[0] }
        let capacity = floor * Double.random(in: 1.1...2.5, using: &random)
        var governor = governor(paths, ranks: [0, 0])
        governor.decide(inputs, capacity: capacity, delayRatio: nil, at: Instant(microseconds: 0))
        var (quality, cost) = (0.0, 0.0)
        for lane in paths.indices {
            let level = governor.levels[lane]
            let (lower, share) = (Int(level), level - Double(Int(level)))
            let upper = min(lower + 1, paths[lane].count - 1)
            quality +=
                inputs[lane].needPerSecond
                * (paths[lane][lower].quality * (1 - share) + paths[lane][upper].quality * share)
            cost +=
                inputs[lane].needPerSecond
                * (inputs[lane].costs[lower] * (1 - share) + inputs[lane].costs[upper] * share)
        }
        let budget = capacity * Governor.plannedShare
        #expect(cost <= budget * 1.000_001)
        #expect(quality >= best(inputs, paths, budget) - 1e-6)
    }

    @Test("Measured costs that make a hull uneven do not make it step over a rung")
    func takesStepsInOrder() {
        let path = [0.1, 0.2, 0.9].enumerated().map { Governor.PathStep(rung: $0, quality: $1) }
        let other = [0.1, 0.55].enumerated().map { Governor.PathStep(rung: $0, quality: $1) }
        var governor = governor([path, other], ranks: [0, 0])
        // The second step of the first lane is worth more than its first, and the other lane's lies between.
        let inputs = [
            Governor.Input(needPerSecond: 1, costs: [1, 2, 3]), Governor.Input(needPerSecond: 1, costs: [1, 2]),
        ]
        governor.decide(inputs, capacity: 3.5 / Governor.plannedShare, delayRatio: nil, at: Instant(microseconds: 0))
        let cost = 2 + governor.levels[0] + governor.levels[1]
        #expect(abs(cost - 3.5) < 1e-9)
        #expect(abs(governor.levels[1] - 1) < 1e-9)
    }

    @Test("Higher ranks are served first")
    func servesRanksInOrder() {
        let path = [0.1, 0.9].enumerated().map { Governor.PathStep(rung: $0, quality: $1) }
        var governor = governor([path, path], ranks: [0, 1])
        let input = Governor.Input(needPerSecond: 1, costs: [1, 2])
        governor.decide(
            [input, input],
            capacity: 3 / Governor.plannedShare,
            delayRatio: nil,
            at: Instant(microseconds: 0)
        )
        #expect(abs(governor.levels[0]) < 1e-9)
        #expect(abs(governor.levels[1] - 1) < 1e-9)
    }

    @Test("Quality goes down at once, and up by a rung at a time when it has been affordable for a while")
    func hasHysteresis() {
        let path = (0..<4).map { Governor.PathStep(rung: $0, quality: Double($0) / 4) }
        var governor = governor([path], ranks: [0])
        func level(_ need: Double, at seconds: Double) -> Double {
            let input = Governor.Input(needPerSecond: need, costs: [1, 2, 3, 4])
            let now = Instant(microseconds: Int64(seconds * 1_000_000))
            governor.decide([input], capacity: 10, delayRatio: nil, at: now)
            return governor.levels[0]
        }
        #expect(level(1, at: 0) == 3)
        #expect(level(9, at: 1) < 0.1)
        #expect(level(1, at: 2) < 0.1)
        #expect(level(1, at: 5.9) < 0.1)
        #expect(abs(level(1, at: 6) - 1) < 0.1)
        #expect(abs(level(1, at: 9.9) - 1) < 0.1)
        #expect(abs(level(1, at: 10) - 2) < 0.1)
        // A moment in which it is not affordable begins the wait anew.
        #expect(level(3.2, at: 12) <= 2.1)
        #expect(level(1, at: 13) <= 2.1)
        #expect(level(1, at: 16.9) <= 2.1)
        #expect(level(1, at: 17.1) > 2.1)
    }

    @Test("When not even the floors fit it says so, until there is room to spare")
    func knowsShortage() {
        let path = [Governor.PathStep(rung: 0, quality: 0.5)]
        var governor = governor([path], ranks: [0])
        func isShort(_ need: Double) -> Bool {
            let input = Governor.Input(needPerSecond: need, costs: [1])
            governor.decide([input], capacity: 10, delayRatio: nil, at: Instant(microseconds: 0))
            return governor.isShort
        }
        #expect(!isShort(9))
        #expect(isShort(10))
        #expect(isShort(9))
        #expect(!isShort(8))
    }

    @Test("Delays beyond their targets lower what is planned with, and short ones raise it again")
    func learnsFromDelays() {
        let path = [Governor.PathStep(rung: 0, quality: 0.5)]
        var governor = governor([path], ranks: [0])
        let input = Governor.Input(needPerSecond: 1, costs: [1])
        for _ in 0..<200 { governor.decide([input], capacity: 10, delayRatio: 2, at: Instant(microseconds: 0)) }
        #expect(governor.trim == 0.6)
        for _ in 0..<200 { governor.decide([input], capacity: 10, delayRatio: 0.1, at: Instant(microseconds: 0)) }
        #expect(governor.trim == 1)
    }
}
