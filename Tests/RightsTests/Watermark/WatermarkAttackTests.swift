import Testing
import Watermarking

@Suite("A watermark survives")
struct WatermarkAttackTests {
    private static let id: UInt64 = 0xFEED_0000_1234_5678

    private static func marked() throws -> Scene {
        try Scene(width: 256, height: 256, seed: 3).marked(WatermarkTests.watermark(), id: id)
    }

    private static func reading(of scene: Scene) throws -> WatermarkReading {
        let reading = try #require(try scene.read(WatermarkTests.watermark()))
        #expect(reading.id == id)
        return reading
    }

    @Test("half size")
    func halfSize() throws {
        #expect(try Self.reading(of: Self.marked().halved()).horizontalScale == 0.5)
    }

    @Test("crops at odd places", arguments: [(13, 7), (0, 25), (25, 1)])
    func crop(left: Int, top: Int) throws {
        let whole = try Self.reading(of: Self.marked())
        let reading = try Self.reading(of: Self.marked().cropped(left: left, top: top, width: 231, height: 231))
        // The centres lie apart by what the crop moved the picture by.
        func moved(_ from: Double, _ to: Double, by pixels: Int) -> Bool {
            let difference = (to - from - Double(pixels + 115 - 127)).remainder(dividingBy: 128)
            return abs(difference) <= 1
        }
        #expect(moved(whole.horizontalOffset, reading.horizontalOffset, by: left))
        #expect(moved(whole.verticalOffset, reading.verticalOffset, by: top))
    }

    @Test("the steps of JPEG quality 50")
    func quantised() throws {
        _ = try Self.reading(of: Self.marked().quantised())
    }

    @Test("less and more brightness and contrast")
    func brightness() throws {
        _ = try Self.reading(of: Self.marked().changed { $0 * 9 / 10 })
        _ = try Self.reading(of: Self.marked().changed { ($0 - 120) * 11 / 10 + 130 })
    }

    @Test("a mirror")
    func mirror() throws {
        #expect(try Self.reading(of: Self.marked().mirrored()).isMirrored)
    }
}
