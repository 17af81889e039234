import Testing

@testable import Watermarking

@Suite("The code of a watermark")
struct WatermarkCodeTests {
    private static let ids: [UInt64] = [0, .max, 1, 1 << 63, 0x0123_4567_89AB_CDEF]

    private static func sent(_ id: UInt64) -> [Float] { WatermarkCode.encode(id).map { $0 ? 1 : -1 } }

    @Test("is read without errors", arguments: ids)
    func exact(id: UInt64) {
        #expect(WatermarkCode.decode(Self.sent(id)) == id)
    }

    @Test("corrects one bit in ten turned round", arguments: ids)
    func errors(id: UInt64) {
        var received = Self.sent(id)
        for place in stride(from: 3, to: received.count, by: 10) { received[place] = -received[place] }
        #expect(WatermarkCode.decode(received) == id)
    }

    @Test("corrects half of the bits missing", arguments: ids)
    func erasures(id: UInt64) {
        // Of each four bits the first two or the last two, in turn: the first and third generators have a common factor, and
        // alone would leave the way through the code undecided.
        var received = Self.sent(id)
        for place in received.indices where (place / 4 + place / 2) % 2 == 0 { received[place] = 0 }
        #expect(received.count { $0 == 0 } == received.count / 2)
        #expect(WatermarkCode.decode(received) == id)
    }

    @Test("refuses messages whose check does not agree", arguments: 0..<96)
    func check(place: Int) {
        var message = ConvolutionalCode.decode(Self.sent(0x0123_4567_89AB_CDEF))
        message[place].toggle()
        let received: [Float] = ConvolutionalCode.encode(message).map { $0 ? 1 : -1 }
        #expect(ConvolutionalCode.decode(received) == message)
        #expect(WatermarkCode.decode(received) == nil)
    }

    @Test("is not found in silence or in too few bits")
    func nothing() {
        #expect(WatermarkCode.decode([Float](repeating: 0, count: WatermarkCode.codeBitCount)) == nil)
        #expect(WatermarkCode.decode([]) == nil)
        #expect(WatermarkCode.decode([1, 1, 1]) == nil)
    }

    @Test("has no two messages closer than 24 bits where they differ in few")
    func distance() {
        let zero = ConvolutionalCode.encode([Bool](repeating: false, count: 96))
        var least = Int.max
        for pattern in 1..<1_024 {
            var message = [Bool](repeating: false, count: 96)
            for bit in 0..<10 { message[(90 + bit) % 96] = pattern >> bit & 1 == 1 }
            least = min(least, zip(zero, ConvolutionalCode.encode(message)).count { $0 != $1 })
        }
        #expect(least == 24)
    }
}
