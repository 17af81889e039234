import Testing

@testable import Scenarios

@Suite("Random streams")
struct RandomStreamTests {
    @Test("A seed repeats its numbers, and streams of one seed differ")
    func repeats() {
        var first = RandomStream(seed: 7, stream: 1)
        var again = RandomStream(seed: 7, stream: 1)
        var other = RandomStream(seed: 7, stream: 2)
        let numbers = (0..<100).map { _ in first.next() }
        #expect(numbers == (0..<100).map { _ in again.next() })
        #expect(numbers != (0..<100).map { _ in other.next() })
    }

    @Test("Numbers below a count reach all of it and nothing else", arguments: [1, 2, 7, 1_000])
    func below(count: Int) {
        var stream = RandomStream(seed: 3)
        let drawn = Set((0..<count * 20).map { _ in stream.below(count) })
        #expect(drawn.min() == 0)
        #expect(drawn.max() == count - 1)
    }
}
