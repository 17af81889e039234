import TestKit
import Testing

@testable import Imaging

@Suite("HEIC and AVIF: which picture is decoded, and what it costs")
struct HEIFPictureTests {
    private static let stated = PixelSize(width: 64, height: 64)
    private let decoder: ImageDecoder

    init() throws { decoder = try ImageDecoder() }

    private func isRed(_ raster: Raster) -> Bool {
        stride(from: 0, to: raster.bytes.count, by: 3)
            .allSatisfy { raster.bytes[$0] > 240 && raster.bytes[$0 + 2] < 15 }
    }

    // MARK: The main picture

    @Test("The main picture is decoded at every size, whatever the thumbnail shows", arguments: [64, 512, 683, 1_024])
    func takesTheMainPicture(side: Int) throws {
        let raster = try decoder.decode(.bytes(HEIFBuilder.redWithBlueThumbnail), fitting: side)
        #expect(raster.size == PixelSize(width: 1_600, height: 1_200).fitting(longerSide: side))
        #expect(isRed(raster))
    }

    @Test(
        "The main picture fills a size, whatever the thumbnail shows",
        arguments: [PixelSize(width: 512, height: 512), PixelSize(width: 1_024, height: 768)]
    )
    func fillsWithTheMainPicture(size: PixelSize) throws {
        let raster = try decoder.decode(.bytes(HEIFBuilder.redWithBlueThumbnail), filling: size)
        #expect(raster.size == size)
        #expect(isRed(raster))
    }

    // MARK: What it costs

    private static let honest = HEIFBuilder.av1Still(64, 64)
    private static let large = HEIFBuilder.av1Still(8_000, 8_000)
    private static let largeUnit = HEIFBuilder.hevcSequence(8_000, 8_000)

    private static let frame = HEIFBuilder.av1Frame()

    /// Files that state 64 x 64 pixels and are coded with 8000 x 8000: items and properties.
    private static let lies: [([HEIFBuilder.Item], [[UInt8]])] = [
        ([HEIFBuilder.Item(kind: "av01", data: large + frame)], []),
        ([HEIFBuilder.Item(kind: "av01", data: honest + large + frame)], []),
        (
            [HEIFBuilder.Item(kind: "av01", data: honest + frame, properties: [1])],
            [FileBuilder.box("av1C", [0x81, 0, 0, 0] + large)]
        ),
        ([HEIFBuilder.Item(kind: "av01", data: HEIFBuilder.av1Film(8_000, 8_000) + frame)], []),
        ([HEIFBuilder.Item(kind: "hvc1", data: HEIFBuilder.hevcUnit(largeUnit) + HEIFBuilder.hevcPicture)], []),
        (
            [HEIFBuilder.Item(kind: "hvc1", data: HEIFBuilder.hevcPicture, properties: [1])],
            [HEIFBuilder.hevcConfiguration(largeUnit)]
        ),
    ]

    private func price(_ items: [HEIFBuilder.Item], _ properties: [[UInt8]] = []) throws -> Int {
        let file = HEIFBuilder.file(items, size: Self.stated, properties: properties)
        return try PictureLayout(of: .bytes(file)).decodingBytes - 1 << 20
    }

    @Test("A picture is priced by its coded size, wherever that is said", arguments: lies)
    func pricesCodedSize(items: [HEIFBuilder.Item], properties: [[UInt8]]) throws {
        #expect(try price(items, properties) == 8_000 * 8_000 * 8)
    }

    @Test("A picture that is coded as it states is priced by that; more than eight bits and more frames cost more")
    func pricesHonestOnes() throws {
        let area = 64 * 64
        let frame = Self.frame
        #expect(try price([HEIFBuilder.Item(kind: "av01", data: Self.honest + frame)]) == area * 8)
        #expect(try price([HEIFBuilder.Item(kind: "av01", data: Self.honest + frame + frame)]) == 2 * area * 8)
        let deep = HEIFBuilder.av1Still(64, 64, isDeep: true)
        #expect(try price([HEIFBuilder.Item(kind: "av01", data: deep + frame)]) == area * 16)
        let unit = HEIFBuilder.hevcUnit(HEIFBuilder.hevcSequence(64, 64, depth: 10))
        #expect(try price([HEIFBuilder.Item(kind: "hvc1", data: unit + HEIFBuilder.hevcPicture)]) == area * 16)
    }

    @Test("A frame of another size than its sequence is priced as large as it can be")
    func pricesOtherSizes() throws {
        let (film, frame) = (HEIFBuilder.av1Film(64, 64), HEIFBuilder.av1Frame(hasOtherSize: true))
        let most = 65_536 * 65_536 * 8
        #expect(try price([HEIFBuilder.Item(kind: "av01", data: film + frame)]) == most)
        let configuration = FileBuilder.box("av1C", [0x81, 0, 0, 0] + film)
        let item = HEIFBuilder.Item(kind: "av01", data: frame, properties: [1])
        #expect(try price([item], [configuration]) == most)
    }

    @Test("Tiles are priced together with the whole that they are put into, whatever size the file states")
    func pricesTiles() throws {
        func grid(_ width: Int, _ height: Int) -> HEIFBuilder.Item {
            HEIFBuilder.Item(
                kind: "grid",
                data: [0, 0, 0, 1] + FileBuilder.bigEndian(width, 2) + FileBuilder.bigEndian(height, 2)
            )
        }
        let tile = HEIFBuilder.Item(kind: "av01", data: HEIFBuilder.av1Still(1_000, 1_000) + HEIFBuilder.av1Frame())
        let whole = 64 * 64
        #expect(try price([grid(64, 64), tile, tile]) == (whole / 8 * 3 + 2 * 1_000_000) * 8)
        #expect(try price([grid(20_000, 20_000), tile, tile]) == 20_000 * 20_000 * 8)
    }

    @Test("A file whose coded size cannot be read is refused")
    func refusesUnreadable() throws {
        let frame = Self.frame
        let refused: [[HEIFBuilder.Item]] = [
            [HEIFBuilder.Item(kind: "av01", data: frame)],
            [HEIFBuilder.Item(kind: "av01", data: [0x0A, 2, 0x18, 0])],
            [HEIFBuilder.Item(kind: "hvc1", data: HEIFBuilder.hevcPicture)],
            [HEIFBuilder.Item(kind: "hvc1", data: HEIFBuilder.hevcUnit([0x42, 0x01, 0x01, 0xFF]))],
            [HEIFBuilder.Item(kind: "avc1", data: [1, 2, 3])],
            [HEIFBuilder.Item(kind: "iovl", data: [1, 2, 3])],
            [HEIFBuilder.Item(kind: "grid", data: [0, 0, 0])],
            // Which of the two counts is not defined.
            [
                HEIFBuilder.Item(kind: "av01", data: Self.honest + frame),
                HEIFBuilder.Item(kind: "av01", data: Self.large + frame, number: 1),
            ],
        ]
        for items in refused {
            #expect(throws: ImagingError.self, "\(items)") { try price(items) }
        }
    }

    @Test("A real file that is larger than it states is refused before it is decoded")
    func refusesRealLies() throws {
        var file = HEIFBuilder.redWithBlueThumbnail
        let name = Array("ispe".utf8)
        let place = try #require(file.indices.first { file[$0...].starts(with: name) })
        file.replaceSubrange(place + 8..<place + 16, with: FileBuilder.bigEndian(64) + FileBuilder.bigEndian(64))
        let limit = 8 << 20
        let careful = try ImageDecoder(limits: ImageLimits(maximumDecodingBytes: limit))
        let bytes = 1_600 * 1_200 * 8 + 1 << 20
        #expect(throws: ImagingError.tooExpensive(width: 64, height: 64, bytes: bytes, limit: limit)) {
            try careful.header(of: .bytes(file))
        }
    }

    @Test("Files of other programs are priced by the size that they state", arguments: ["photo.heic", "photo.avif"])
    func readsOthers(name: String) throws {
        let path = Repository.root + "/Tests/RightsTests/Credentials/Fixtures/" + name
        #expect(try PictureLayout(of: .file(path)).decodingBytes == 64 * 64 * 8 + 1 << 20)
        #expect(try decoder.decode(.file(path), fitting: 64).size == Self.stated)
    }
}
