import Testing

@testable import WorkRegistry

@Suite("Arrays in large pages")
struct LargePagesTests {
    /// 64 bytes: few of them are megabytes.
    private typealias Wide = SIMD8<Int>

    @Test("They hold what any array holds, however large they grow", arguments: [0, 1, 1_000, 70_000])
    func grows(capacity: Int) {
        var numbers = [Wide](roomInLargePages: capacity)
        #expect(numbers.isEmpty)
        #expect(numbers.capacity >= capacity)
        for number in 0..<150_000 {
            numbers.makeRoomInLargePages(for: 1)
            numbers.append(Wide(repeating: number))
        }
        #expect(numbers.count == 150_000)
        #expect(numbers.enumerated().allSatisfy { $1[7] == $0 })
    }

    @Test("A copy keeps what it had when the other grows")
    func copies() {
        var numbers = [Wide](repeating: .one, inLargePages: 100_000)
        let copy = numbers
        numbers.makeRoomInLargePages(for: 100_000)
        numbers[0] = .zero
        #expect(copy == [Wide](repeating: .one, count: 100_000))
        #expect(numbers.count == 100_000)
        #expect(numbers.capacity >= 200_000)
    }
}
