internal import Testing

@testable import SurgeLoad

@Suite("Arithmetic")
struct ArithmeticTests {
    @Test(
        "Percentiles are values that were measured, by nearest rank",
        arguments: [
            (0.0, 15.0), (0.05, 15), (0.3, 20), (0.4, 20), (0.5, 35), (0.9, 50), (0.99, 50), (1, 50),
        ]
    )
    func percentiles(share: Double, expected: Double) {
        #expect(Percentiles([50, 20, 15, 40, 35]).value(share) == expected)
    }

    @Test("The 7th of a hundred values is the 7th percentile, in spite of binary fractions")
    func percentilesAreExact() {
        let values = Percentiles((1...100).map(Double.init))
        #expect((1...100).allSatisfy { values.value(Double($0) / 100) == Double($0) })
    }

    @Test("Of no values there is no percentile")
    func percentilesOfNothing() {
        #expect(Percentiles([]).value(0.5) == nil)
        #expect(Percentiles([]).maximum == nil)
    }

    @Test(
        "Jain's index is 1 when all have the same, and 1/n when one has everything",
        arguments: [
            ([1.0, 1, 1, 1], 1.0), ([1, 0, 0, 0], 0.25), ([1, 0.5], 0.9), ([0.2, 0.4, 0.6], 0.857_142_857_142_857),
        ]
    )
    func jain(shares: [Double], expected: Double) throws {
        let index = try #require(JainIndex.of(shares))
        #expect(abs(index - expected) < 1e-12)
    }

    @Test("Jain's index says nothing when nobody has anything")
    func jainOfNothing() {
        #expect(JainIndex.of([]) == nil)
        #expect(JainIndex.of([0, 0]) == nil)
    }

    @Test(
        "A client asks after its job less often the longer it will take",
        arguments: [(0.0, 0.25), (-3, 0.25), (2, 0.5), (6, 1.5), (100, 2)]
    )
    func polls(remaining: Double, expected: Double) {
        #expect(PollPlan.next(remaining: remaining) == expected)
        #expect(PollPlan.next(remaining: nil) == 1)
        #expect(PollPlan.first(low: 3) == 3)
    }
}
