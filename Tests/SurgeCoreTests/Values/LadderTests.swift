import SurgeCore
import Testing

@Suite("The ladder")
struct LadderTests {
    private func rung(_ side: Int, cost: Double = 1, quality: Double = 0.5) -> Rung {
        Rung(name: "\(side)", workingSide: side, costDeviceSeconds: cost, quality: quality)
    }

    @Test("Rungs are sorted, whatever order they came in")
    func sorts() throws {
        let ladder = try #require(Ladder([rung(1_024), rung(384), rung(512)]))
        #expect(ladder.rungs.map(\.workingSide) == [384, 512, 1_024])
        #expect(ladder.top.workingSide == 1_024)
    }

    @Test("A ladder without rungs, with two of one name, or with impossible figures is none")
    func refusesNonsense() {
        #expect(Ladder([]) == nil)
        #expect(Ladder([rung(384), rung(384)]) == nil)
        #expect(Ladder([rung(384, cost: 0)]) == nil)
        #expect(Ladder([rung(384, quality: 1.1)]) == nil)
        #expect(Ladder([rung(0)]) == nil)
    }

    @Test(
        "The rungs below one are spread from the cheapest up",
        arguments: [(1, [384]), (2, [384, 640]), (9, [384, 512, 640, 768])]
    )
    func spreads(count: Int, sides: [Int]) throws {
        let ladder = try #require(Ladder([384, 512, 640, 768, 1_024].map { rung($0) }))
        #expect(ladder.below(ladder.top, count: count).map(\.workingSide) == sides)
    }
}
