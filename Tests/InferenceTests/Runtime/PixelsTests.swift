import Testing

@testable import Inference

@Suite("Pixels for the networks")
struct PixelsTests {
    @Test("What lies beyond the edge mirrors the picture, the edge not repeated")
    func reflects() {
        #expect(Pixels.reflected(7, within: 4) == [0, 1, 2, 3, 2, 1, 0])
        #expect(Pixels.reflected(9, within: 3) == [0, 1, 2, 1, 0, 1, 2, 1, 0])
        #expect(Pixels.reflected(3, within: 1) == [0, 0, 0])
    }
}
