import Foundation
import Imaging
import TestKit
import Testing

@Suite("Reading pictures")
struct ImageDecoderTests {
    private let decoder: ImageDecoder

    init() throws { decoder = try ImageDecoder() }

    private static func gradient(_ width: Int, _ height: Int) -> Raster {
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width { bytes += [UInt8(x * 255 / width), UInt8(y * 255 / height), UInt8((x + y) % 256)] }
        }
        return Raster(size: PixelSize(width: width, height: height), channels: 3, bytes: bytes)
    }

    @Test("A real photo is read at its size and at a smaller one")
    func readsPhoto() throws {
        let header = try decoder.header(of: .file(Repository.photo))
        #expect(header.format == .jpeg)
        let raster = try decoder.decode(.file(Repository.photo), fitting: 256)
        #expect(raster.size.longerSide == 256)
        #expect(Set(raster.bytes).count > 100)
    }

    @Test("PNG keeps every pixel")
    func pngIsLossless() throws {
        let picture = Self.gradient(97, 61)
        let bytes = try picture.encoded(as: ImageEncoding(format: .png))
        let read = try decoder.decode(.bytes(bytes), fitting: 1_000)
        let wrong = zip(read.bytes, picture.bytes).enumerated().filter { $0.element.0 != $0.element.1 }
        #expect(read.size == picture.size)
        #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    }

    @Test("What is written can be read", arguments: ImageFormat.writable)
    func roundTrips(format: ImageFormat) throws {
        let picture = Self.gradient(128, 64)
        let bytes = try picture.encoded(as: ImageEncoding(format: format, quality: 90))
        #expect(try decoder.header(of: .bytes(bytes)).format == format)
        let read = try decoder.decode(.bytes(bytes), fitting: 1_000)
        let error = zip(read.bytes, picture.bytes).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
        #expect(error / Double(picture.bytes.count) < 12)
    }

    @Test("Less quality makes a smaller file", arguments: [ImageFormat.jpeg, .webp])
    func qualityMatters(format: ImageFormat) throws {
        let photo = try decoder.decode(.file(Repository.photo), fitting: 256)
        let small = try photo.encoded(as: ImageEncoding(format: format, quality: 20))
        let large = try photo.encoded(as: ImageEncoding(format: format, quality: 95))
        #expect(small.count * 2 < large.count)
    }

    @Test("A picture cut short anywhere is refused or, at its very end, read whole", arguments: ImageFormat.writable)
    func truncations(format: ImageFormat) throws {
        let whole = try Self.gradient(200, 200).encoded(as: ImageEncoding(format: format, quality: 90))
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<40 {
            let length = Int.random(in: 0..<whole.count - 64, using: &generator)
            #expect(throws: ImagingError.self, "\(format) cut to \(length) of \(whole.count)") {
                try decoder.decode(.bytes(Array(whole.prefix(length))), fitting: 1_000)
            }
        }
    }

    @Test(
        "What is no picture is called so",
        arguments: ["", "hello", "<svg xmlns='http://www.w3.org/2000/svg'/>", "GIF89a", "%PDF-1.7"]
    )
    func refusesOthers(text: String) {
        #expect(throws: text.isEmpty ? ImagingError.empty : .unknownFormat) {
            try decoder.header(of: .bytes(Array(text.utf8)))
        }
    }

    @Test("A header that claims too many pixels is refused before anything is decoded")
    func refusesBombs() throws {
        var bytes = try Self.gradient(64, 64).encoded(as: ImageEncoding(format: .png))
        // IHDR's width and height; its checksum no longer fits, which libpng only warns of when told to.
        bytes.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        #expect(throws: ImagingError.self) { try decoder.decode(.bytes(bytes), fitting: 1_024) }
        let strict = try ImageDecoder(limits: ImageLimits(maximumPixels: 1_000, minimumSide: 1))
        let picture = try Self.gradient(64, 64).encoded(as: ImageEncoding(format: .png))
        #expect(throws: ImagingError.tooManyPixels(width: 64, height: 64, limit: 1_000)) {
            try strict.header(of: .bytes(picture))
        }
    }

    @Test("A picture that is too small to paint is refused")
    func refusesTiny() throws {
        let bytes = try Self.gradient(31, 500).encoded(as: ImageEncoding(format: .png))
        #expect(throws: ImagingError.tooSmall(width: 31, height: 500, minimum: 32)) {
            try decoder.header(of: .bytes(bytes))
        }
    }

    @Test("Filling a size cuts off about the centre and never distorts")
    func fills() throws {
        let raster = try decoder.decode(.file(Repository.photo), filling: PixelSize(width: 96, height: 160))
        #expect(raster.size == PixelSize(width: 96, height: 160))
    }

    @Test("A mask without alpha is refused")
    func refusesOpaqueMasks() throws {
        let bytes = try Self.gradient(64, 64).encoded(as: ImageEncoding(format: .png))
        #expect(throws: ImagingError.noAlpha) { try decoder.decodeAlpha(.bytes(bytes)) }
    }

    @Test("Random bytes behind a right beginning never crash", arguments: 0..<60)
    func survivesNoise(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let format = ImageFormat.writable[seed % 3]
        var bytes = try Self.gradient(80, 80).encoded(as: ImageEncoding(format: format, quality: 80))
        for _ in 0..<20 {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                in: .min ... .max,
                using: &generator
            )
        }
        _ = try? decoder.decode(.bytes(bytes), fitting: 256)
    }
}
