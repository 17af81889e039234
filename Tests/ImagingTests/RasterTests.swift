import Imaging
import Testing

@Suite("Pixels")
struct RasterTests {
    private func flat(_ value: UInt8, channels: Int = 3) -> Raster {
        let size = PixelSize(width: 4, height: 2)
        return Raster(size: size, channels: channels, bytes: Array(repeating: value, count: size.area * channels))
    }

    @Test("Blending follows the coverage", arguments: [(UInt8(0), UInt8(10)), (255, 200), (128, 105)])
    func blends(coverage: UInt8, expected: UInt8) {
        let mixed = flat(200).blended(over: flat(10), coverage: flat(coverage, channels: 1))
        #expect(mixed == flat(expected))
    }

    @Test("Resizing gives exactly the size asked for, in one channel and in three", arguments: [1, 3])
    func resizes(channels: Int) throws {
        let target = PixelSize(width: 61, height: 47)
        let resized = try flat(77, channels: channels).resized(to: target)
        #expect(resized.size == target)
        #expect(Set(resized.bytes) == [77])
    }

    @Test("Fitting keeps the shape and never enlarges")
    func fits() {
        #expect(
            PixelSize(width: 4_000, height: 3_000).fitting(longerSide: 1_024) == PixelSize(width: 1_024, height: 768)
        )
        #expect(PixelSize(width: 300, height: 200).fitting(longerSide: 1_024) == PixelSize(width: 300, height: 200))
        #expect(PixelSize(width: 10_000, height: 1).fitting(longerSide: 100).height == 1)
    }
}
