import Testing
import Watermarking

@Suite("A watermark")
struct WatermarkTests {
    static func watermark(_ seed: UInt8 = 1) throws -> Watermark {
        Watermark(key: try WatermarkKey(bytes: (0..<32).map { UInt8($0) ^ seed }))
    }

    @Test(
        "is read as it was written",
        arguments: [
            (256, 256, UInt64.zero), (200, 331, .max), (331, 200, 0x0123_4567_89AB_CDEF), (256, 160, 1),
        ]
    )
    func roundTrip(width: Int, height: Int, id: UInt64) throws {
        let watermark = try Self.watermark()
        let reading = try #require(try Scene(width: width, height: height).marked(watermark, id: id).read(watermark))
        #expect(reading.id == id)
        #expect(reading.horizontalScale == 1)
        #expect(reading.verticalScale == 1)
        #expect(!reading.isMirrored)
        #expect(reading.agreement > 0.6)
    }

    @Test("gives the same bytes for the same picture, key and id, and others for another id")
    func deterministic() throws {
        let scene = Scene(width: 160, height: 144)
        let first = try scene.marked(Self.watermark(), id: 7)
        #expect(try scene.marked(Self.watermark(), id: 7).rgb == first.rgb)
        #expect(try scene.marked(Self.watermark(), id: 8).rgb != first.rgb)
        #expect(try scene.marked(Self.watermark(2), id: 7).rgb != first.rgb)
    }

    @Test("is read by no other key")
    func otherKey() throws {
        let marked = try Scene(width: 160, height: 160).marked(Self.watermark(), id: 7)
        #expect(try marked.read(Self.watermark()) != nil)
        #expect(try marked.read(Self.watermark(2)) == nil)
    }

    @Test("is not read where there is none", arguments: [Scene(width: 144, height: 160, seed: 5), .noise(side: 144)])
    func unmarked(scene: Scene) throws {
        #expect(try scene.read(Self.watermark()) == nil)
    }

    @Test(
        "never changes a picture by more than 40 dB",
        arguments: [
            Scene.plain([0, 0, 0], side: 130), .plain([255, 255, 255], side: 130), .plain([200, 30, 90], side: 130),
            .noise(side: 130), Scene(width: 130, height: 150),
        ]
    )
    func strength(scene: Scene) throws {
        var rgb = scene.rgb
        let strength = try Self.watermark().mark(&rgb, width: scene.width, height: scene.height, id: 3)
        let squares = zip(rgb, scene.rgb).reduce(0) { sum, pair in
            let difference = Int(pair.0) - Int(pair.1)
            return sum + difference * difference
        }
        #expect(squares > 0)
        let ratio = Double(255 * 255 * rgb.count) / Double(squares)
        #expect(ratio >= 10_000)
        #expect(strength.decibels >= 40)
    }

    @Test("is refused with the reason", arguments: [(127, 300), (300, 127), (0, 0), (1, 1)])
    func tooSmall(width: Int, height: Int) throws {
        var rgb = [UInt8](repeating: 1, count: width * height * 3)
        let refusal = WatermarkError.tooSmall(width: width, height: height, leastSide: 128)
        #expect(throws: refusal) { try Self.watermark().mark(&rgb, width: width, height: height, id: 1) }
        #expect(refusal.description.contains("128 × 128"))
    }

    @Test(
        "is refused when bytes and size do not fit",
        arguments: [(128, 127), (-128, -128), (70_000, 1), (.max, .max)]
    )
    func wrongSize(width: Int, height: Int) throws {
        var rgb = [UInt8](repeating: 1, count: 128 * 128 * 3)
        #expect(throws: WatermarkError.self) { try Self.watermark().mark(&rgb, width: width, height: height, id: 1) }
        #expect(throws: WatermarkError.self) { try Self.watermark().read(rgb: rgb, width: width, height: height) }
    }

    @Test("has a key of 32 bytes", arguments: [0, 31, 33])
    func keyLength(count: Int) {
        #expect(throws: WatermarkError.wrongKeyLength(given: count)) {
            try WatermarkKey(bytes: [UInt8](repeating: 0, count: count))
        }
    }

    @Test("is looked for in vain in pictures of few pixels", arguments: [(0, 0), (3, 2), (47, 600), (48, 48)])
    func tiny(width: Int, height: Int) throws {
        let rgb = [UInt8](repeating: 90, count: width * height * 3)
        #expect(try Self.watermark().read(rgb: rgb, width: width, height: height) == nil)
    }
}
