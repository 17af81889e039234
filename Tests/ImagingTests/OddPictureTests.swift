import Foundation
import TestKit
import Testing

@testable import Imaging

@Suite("Pictures as odd programs write them")
struct OddPictureTests {
    private let decoder: ImageDecoder

    init() throws { decoder = try ImageDecoder() }

    private func centre(_ file: [UInt8]) throws -> [UInt8] {
        let raster = try decoder.decode(.bytes(file), fitting: 64)
        let start = (raster.size.height / 2 * raster.size.width + raster.size.width / 2) * 3
        return Array(raster.bytes[start..<start + 3])
    }

    @Test(
        "A profile that does not fit the picture is passed over, and so is a broken one",
        arguments: ["RGB ", "CMYK", "GRAY", "Lab ", "????"]
    )
    func passesOverProfiles(space: String) throws {
        let profile = FileBuilder.profile(space)
        #expect(try centre(FileBuilder.plain(extras: FileBuilder.profileChunk(profile))) == [200, 30, 30])
        let red = try decoder.decode(.bytes(FileBuilder.plain()), fitting: 64)
        let jpeg = try red.encoded(as: ImageEncoding(format: .jpeg))
        let plain = try centre(jpeg)
        #expect(try centre(FileBuilder.jpeg(jpeg, inserting: [FileBuilder.profileSegment(profile)])) == plain)
        let cmyk = FileBuilder.jpeg(FileBuilder.cmyk, inserting: [FileBuilder.profileSegment(profile)])
        #expect(try centre(cmyk) == centre(FileBuilder.cmyk))
    }

    @Test("A CMYK picture without a profile is painted in its colours")
    func readsCMYK() throws {
        let colour = try centre(FileBuilder.cmyk)
        #expect(colour[0] > 180 && colour[1] < 80 && colour[2] < 80, "\(colour)")
    }

    @Test("Grey of 16 bits with transparency lies on white")
    func readsDeepGrey() throws {
        let row = Array(repeating: [0x40, 0x00, 0x80, 0x00] as [UInt8], count: 64).flatMap(\.self)
        let header = FileBuilder.header(64, 64, depth: 16, type: 4)
        let file = try FileBuilder.png(header, rows: Array(repeating: row, count: 64))
        #expect(try decoder.header(of: .bytes(file)).hasAlpha)
        let grey = try centre(file)
        #expect(Set(grey).count == 1 && (150...170).contains(grey[0]), "\(grey)")
        #expect(Set(try decoder.decodeAlpha(.bytes(file)).bytes) == [128])
    }

    @Test("A palette with transparency lies on white, and its transparency can be a mask")
    func readsPalettes() throws {
        let palette = FileBuilder.chunk("PLTE", [200, 30, 30, 0, 0, 255]) + FileBuilder.chunk("tRNS", [255, 0])
        let row = [UInt8](repeating: 0, count: 32) + [UInt8](repeating: 1, count: 32)
        let header = FileBuilder.header(64, 64, depth: 8, type: 3)
        let file = try FileBuilder.png(header, rows: Array(repeating: row, count: 64), extras: palette)
        let raster = try decoder.decode(.bytes(file), fitting: 64)
        #expect(Array(raster.bytes[0..<3]) == [200, 30, 30])
        #expect(Array(raster.bytes[63 * 3..<64 * 3]) == [255, 255, 255])
        #expect(Array(try decoder.decodeAlpha(.bytes(file)).bytes.prefix(64)) == row.map { $0 == 0 ? 255 : 0 })
    }

    @Test(
        "A picture too thin to be painted is refused with a sentence that says how thin it may be",
        arguments: [(64, 12_000), (99_999, 1_000), (1_080, 30_000), (32, 513)]
    )
    func refusesThin(width: Int, height: Int) throws {
        let file = try FileBuilder.png(FileBuilder.header(width, height, depth: 8, type: 2), rows: [])
        let error = #expect(throws: ImagingError.self) { try decoder.header(of: .bytes(file)) }
        #expect(error == .tooLong(width: width, height: height, ratio: 16))
        #expect(error?.description.contains("at most 16 times") == true)
    }

    @Test("The thinnest picture that is taken can be decoded at every size", arguments: [64, 256, 384, 1_024])
    func readsThin(side: Int) throws {
        let row = [UInt8](repeating: 90, count: 32 * 3)
        let header = FileBuilder.header(32, 512, depth: 8, type: 2)
        let file = try FileBuilder.png(header, rows: Array(repeating: row, count: 512))
        let raster = try decoder.decode(.bytes(file), fitting: side)
        #expect(raster.size == PixelSize(width: max(1, 32 * min(side, 512) / 512), height: min(side, 512)))
        #expect(try decoder.decode(.bytes(file), filling: PixelSize(width: 512, height: 512)).size.area == 512 * 512)
    }

    @Test("One pixel, one column and empty animations are refused with a sentence")
    func refusesOthers() throws {
        for (width, height) in [(1, 1), (1, 10_000), (0, 64)] {
            let file = try FileBuilder.png(FileBuilder.header(width, height, depth: 8, type: 2), rows: [])
            #expect(throws: ImagingError.self) { try decoder.header(of: .bytes(file)) }
        }
        #expect(throws: ImagingError.unknownFormat) {
            try decoder.header(of: .bytes(Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0, 0x3B]))
        }
        let animated = try FileBuilder.plain(extras: FileBuilder.chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]))
        #expect(throws: ImagingError.animated(frames: 0)) { try decoder.header(of: .bytes(animated)) }
    }
}
