import Testing

@testable import SurgeCore

@Suite("The state hash")
struct StateHashTests {
    private struct Sample: Encodable {
        var name = "surge"
        var number = -7
        var share = 0.25
        var list: [UInt8] = [1, 2, 3]
        var missing: Int?
        var flag = true
    }

    @Test("It is the same in every process and on every machine")
    func isStable() {
        #expect(StateHash.of(Sample()) == 14_488_527_705_948_085_909)
    }

    @Test("Every field counts, and so does its order")
    func countsEverything() {
        let base = StateHash.of(Sample())
        #expect(StateHash.of(Sample(name: "surgf")) != base)
        #expect(StateHash.of(Sample(number: -8)) != base)
        #expect(StateHash.of(Sample(share: 0.250_000_000_1)) != base)
        #expect(StateHash.of(Sample(list: [1, 3, 2])) != base)
        #expect(StateHash.of(Sample(missing: 0)) != base)
        #expect(StateHash.of(Sample(flag: false)) != base)
        #expect(StateHash.of([[1], [2, 3]]) != StateHash.of([[1, 2], [3]]))
    }
}
