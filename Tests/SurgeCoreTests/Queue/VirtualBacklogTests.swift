import TestKit
import Testing

@testable import SurgeCore

@Suite("The virtual backlog")
struct VirtualBacklogTests {
    private typealias Stretch = VirtualBacklog.Stretch

    private func exact(_ stretches: [Stretch], before point: Double) -> Double {
        stretches.reduce(0) { $0 + min($1.end - $1.start, max(0, point - $1.start)) }
    }

    private func stretches(_ count: Int, _ random: inout SeededGenerator) -> [Stretch] {
        (0..<count).map { _ in
            let start = 1_000 + Double.random(in: 0..<2, using: &random)
            return Stretch(start: start, end: start + Double.random(in: 0..<1, using: &random) * 20)
        }
    }

    @Test("The work before a point is the exact sum, but for one bucket's width a flow", arguments: 0..<10)
    func agreesWithTheSum(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let all = stretches(500, &random)
        let backlog = VirtualBacklog(all)
        // Eight times the mean over 1,024 buckets.
        let width = 12.0 * 8 / 1_024
        for step in 0...60 {
            let point = 998 + Double(step) / 2
            let difference = abs(backlog.work(before: point) - exact(all, before: point))
            if difference > width * 500 { Issue.record("at \(point) it is off by \(difference)") }
        }
        #expect(backlog.work(before: 900) == 0)
        #expect(abs(backlog.work(before: 2_000) - exact(all, before: 2_000)) < 1e-6)
    }

    @Test("What was put in can be taken out again, and leaves nothing")
    func removes() {
        var random = SeededGenerator(seed: 5)
        let all = stretches(200, &random)
        var backlog = VirtualBacklog(all)
        for stretch in all.dropFirst(50) { backlog.remove(stretch) }
        let rest = Array(all.prefix(50))
        #expect(abs(backlog.work(before: 3_000) - exact(rest, before: 3_000)) < 1e-6)
        for stretch in rest { backlog.remove(stretch) }
        #expect(abs(backlog.work(before: 3_000)) < 1e-6)
    }

    @Test("Points beyond the buckets, infinite ones among them, count in the last")
    func takesAnything() {
        var backlog = VirtualBacklog()
        backlog.insert(Stretch(start: -5, end: 1e9))
        #expect(backlog.work(before: 10).isFinite)
        #expect(!backlog.isStale(at: 10))
        #expect(backlog.isStale(at: 1e6))
    }
}
