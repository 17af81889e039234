import Foundation
import TestKit
import Testing

@testable import Imaging

@Suite("What of a file a decoder gets to see, and what decoding it costs")
struct PictureLayoutTests {
    private let decoder: ImageDecoder

    init() throws { decoder = try ImageDecoder() }

    /// The bytes that a decoder sees.
    private func seen(_ file: [UInt8]) throws -> [UInt8] {
        let layout = try PictureLayout(of: .bytes(file))
        return try #require(layout.pieces).flatMap { piece in
            switch piece.content {
            case .range(let range): Array(file[range])
            case .bytes(let bytes): bytes
            }
        }
    }

    private func contains(_ file: [UInt8], _ text: String) -> Bool { Data(file).range(of: Data(text.utf8)) != nil }

    // MARK: What unfolds

    @Test("Texts that would unfold to a gigabyte never reach the decoder, and the picture is the same without")
    func dropsTexts() throws {
        let bomb = try FileBuilder.text(unfolding: 16 << 20)
        let texts = try [bomb, bomb, FileBuilder.internationalText(unfolding: 16 << 20)].flatMap(\.self)
        let file = try FileBuilder.plain(extras: texts)
        let seen = try seen(file)
        #expect(!contains(seen, "zTXt") && !contains(seen, "iTXt"))
        #expect(seen == (try FileBuilder.plain()))
        #expect(
            try decoder.decode(.bytes(file), fitting: 64) == decoder.decode(.bytes(FileBuilder.plain()), fitting: 64)
        )
    }

    @Test("Chunks that no decoder needs are dropped wherever they stand", arguments: ["tEXt", "sPLT", "hIST", "prVt"])
    func dropsOthers(name: String) throws {
        let chunk = FileBuilder.chunk(name, [UInt8](repeating: 7, count: 5_000))
        let plain = try FileBuilder.plain()
        let end = plain.count - 12
        let file = try FileBuilder.plain(extras: chunk).dropLast(12) + chunk + plain[end...] + chunk
        #expect(try seen(Array(file)) == plain)
    }

    @Test("A profile that unfolds to more than any in use is dropped, and so is one that does not fit or is broken")
    func dropsProfiles() throws {
        let plain = try FileBuilder.plain()
        let large = FileBuilder.profile("RGB ", length: 5 << 20)
        for profile in [large, FileBuilder.profile("CMYK"), FileBuilder.profile("GRAY"), [1, 2, 3]] {
            #expect(try seen(FileBuilder.plain(extras: FileBuilder.profileChunk(profile))) == plain)
        }
        let garbage = FileBuilder.chunk("iCCP", Array("name\0\0".utf8) + [1, 2, 3, 4, 5])
        #expect(try seen(FileBuilder.plain(extras: garbage)) == plain)
        let fitting = try FileBuilder.plain(extras: FileBuilder.profileChunk(FileBuilder.profile("RGB ")))
        #expect(try seen(fitting) == fitting)
    }

    @Test("How much a file's texts unfold to is known without unfolding them")
    func measuresTexts() throws {
        let small = try FileBuilder.plain(extras: FileBuilder.text(unfolding: 1 << 20))
        let large = try FileBuilder.plain(extras: FileBuilder.text(unfolding: 9 << 20))
        let many = try FileBuilder.plain(
            extras: (0..<10).flatMap { _ in try FileBuilder.internationalText(unfolding: 1 << 20) }
        )
        let limit = 8 << 20
        #expect(!FileMetadata(of: small, as: .png).unfolds(beyond: limit))
        #expect(FileMetadata(of: large, as: .png).unfolds(beyond: limit))
        #expect(FileMetadata(of: many, as: .png).unfolds(beyond: limit))
        #expect(!FileMetadata(of: large, as: .png).mayHaveManifest)
        #expect(FileMetadata(of: large + FileBuilder.chunk("caBX", []), as: .png).mayHaveManifest)
    }

    @Test("EXIF is reduced to the orientation, in every format, however much it refers to", arguments: 1...8)
    func keepsOrientation(orientation: Int) throws {
        let exif = FileBuilder.exif(orientation: orientation, others: 2_000)
        let picture = try decoder.decode(.bytes(FileBuilder.plain()), fitting: 64)
        let jpeg = try picture.encoded(as: ImageEncoding(format: .jpeg))
        let webp = try picture.encoded(as: ImageEncoding(format: .webp))
        let files = [
            try FileBuilder.plain(extras: FileBuilder.chunk("eXIf", exif)),
            FileBuilder.jpeg(jpeg, inserting: [FileBuilder.segment(0xE1, Array("Exif\0\0".utf8) + exif)]),
            FileBuilder.extendedWebP(webp, 64, 48, flags: 0x08, after: FileBuilder.webPChunk("EXIF", exif)),
        ]
        let size = orientation >= 5 ? PixelSize(width: 48, height: 64) : PixelSize(width: 64, height: 48)
        for file in files {
            #expect(try decoder.header(of: .bytes(file)).size == size)
            #expect(try decoder.decode(.bytes(file), fitting: 64).size == size)
            #expect(try seen(file).count < file.count - 20_000)
        }
    }

    @Test("XMP and thumbnails of JPEG and WebP never reach the decoder")
    func dropsXMP() throws {
        let picture = try decoder.decode(.bytes(FileBuilder.plain()), fitting: 64)
        let jpeg = try picture.encoded(as: ImageEncoding(format: .jpeg))
        let text = Array("http://ns.adobe.com/xap/1.0/\0".utf8) + [UInt8](repeating: 65, count: 60_000)
        let withText = FileBuilder.jpeg(
            jpeg,
            inserting: [FileBuilder.segment(0xE1, text), FileBuilder.segment(0xFE, text)]
        )
        #expect(!contains(try seen(withText), "adobe.com"))
        let webp = try picture.encoded(as: ImageEncoding(format: .webp))
        let extended = FileBuilder.extendedWebP(webp, 64, 48, flags: 0x04, after: FileBuilder.webPChunk("XMP ", text))
        #expect(!contains(try seen(extended), "adobe.com"))
        for file in [withText, extended] { #expect(try decoder.decode(.bytes(file), fitting: 64).size == picture.size) }
    }

    @Test("A HEIC file whose texts are compressed, or whose items take more bytes than it has, is refused")
    func refusesUnfoldingHEIC() throws {
        func item(_ encoding: String) -> [UInt8] {
            let head = [2, 0, 0, 0] + FileBuilder.bigEndian(1, 2) + [0, 0] + Array("mime".utf8)
            return FileBuilder.box("infe", head + Array("xmp\0application/rdf+xml\0\(encoding)\0".utf8))
        }
        // Version 0, offsets and lengths of 4 bytes, one item.
        let head = FileBuilder.bigEndian(0) + [0x44, 0x00] + FileBuilder.bigEndian(1, 2) + FileBuilder.bigEndian(1, 2)
        let reference = FileBuilder.bigEndian(0) + FileBuilder.bigEndian(100)
        func locations(_ extents: Int) -> [UInt8] {
            head + [0, 0] + FileBuilder.bigEndian(extents, 2) + (0..<extents).flatMap { _ in reference }
        }
        let honest = FileBuilder.heic(items: [item("")], locations: locations(1))
        #expect(try PictureLayout(of: .bytes(honest)).width == 640)
        let compressed = FileBuilder.heic(items: [item("compress_zlib")], locations: locations(1))
        #expect(throws: ImagingError.self) { try PictureLayout(of: .bytes(compressed)) }
        let repeating = FileBuilder.heic(items: [item("")], locations: locations(1_000))
        #expect(throws: ImagingError.self) { try PictureLayout(of: .bytes(repeating)) }
    }

    // MARK: What it costs

    @Test("Interlaced PNGs are priced whole, others by the strip")
    func pricesPNG() throws {
        func price(_ depth: UInt8, _ type: UInt8, _ interlaced: Bool) throws -> Int {
            let header = FileBuilder.header(10_000, 10_000, depth: depth, type: type, interlaced: interlaced)
            return try PictureLayout(of: .bytes(FileBuilder.signature + header)).decodingBytes >> 20
        }
        #expect(try price(16, 6, true) == 763)
        #expect(try price(8, 0, true) == 191)
        #expect(try price(16, 6, false) < 64)
    }

    @Test("Progressive JPEGs are priced by their coefficients, others by the strip")
    func pricesJPEG() throws {
        func price(_ marker: UInt8, sampling: UInt8, scanned: UInt8) throws -> Int {
            let size = FileBuilder.bigEndian(8_000, 2) + FileBuilder.bigEndian(8_000, 2)
            let frame = FileBuilder.segment(marker, [8] + size + [3, 1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0])
            let components: [UInt8] = (0..<scanned).flatMap { [$0 + 1, 0] as [UInt8] }
            let scan = FileBuilder.segment(0xDA, [scanned] + components + [0, 63, 0] as [UInt8])
            return try PictureLayout(of: .bytes([0xFF, 0xD8] + frame + scan + [0xFF, 0xD9])).decodingBytes >> 20
        }
        #expect(try price(0xC0, sampling: 0x22, scanned: 3) < 16)
        #expect(try price(0xC2, sampling: 0x22, scanned: 3) == 184)
        #expect(try price(0xC2, sampling: 0x11, scanned: 3) == 367)
        // A scan for each component: they are put together in memory.
        #expect(try price(0xC0, sampling: 0x11, scanned: 1) == 367)
    }

    @Test("A picture that takes more memory to decode than there is is refused at the door, and told why")
    func refusesExpensive() throws {
        let header = FileBuilder.header(10_000, 10_000, depth: 16, type: 6, interlaced: true)
        let file = try FileBuilder.png(header, rows: [])
        let error = #expect(throws: ImagingError.self) { try decoder.header(of: .bytes(file)) }
        let limit = decoder.limits.maximumDecodingBytes
        #expect(error == .tooExpensive(width: 10_000, height: 10_000, bytes: 801_048_576, limit: limit))
        #expect(error?.description.contains("at most 384 MiB") == true)
    }

    @Test("A JPEG in more scans than any program writes is refused")
    func refusesManyScans() throws {
        let frame = FileBuilder.segment(0xC2, [8, 0, 64, 0, 64, 1, 1, 0x11, 0])
        let scan = FileBuilder.segment(0xDA, [1, 1, 0, 0, 0, 0])
        let file = [0xFF, 0xD8] + frame + (0..<200).flatMap { _ in scan + [1, 2, 3] } + [0xFF, 0xD9]
        #expect(throws: ImagingError.damaged(reason: "its pixels are spread over too many scans")) {
            try decoder.header(of: .bytes(file))
        }
    }

    @Test("A file of more parts than any program writes is refused, and its texts count as too much")
    func refusesManyParts() throws {
        let many = 100_001
        let chunk = FileBuilder.chunk("prVt", [])
        let png = try FileBuilder.plain(extras: Array(repeating: chunk, count: many).flatMap(\.self))
        let segment = FileBuilder.segment(0xFE, [])
        let jpeg: [UInt8] = [0xFF, 0xD8] + Array(repeating: segment, count: many).flatMap(\.self) + [0xFF, 0xD9]
        let part = FileBuilder.webPChunk("abcd", [])
        let body = Array("WEBP".utf8) + Array(repeating: part, count: many).flatMap(\.self)
        let webp = Array("RIFF".utf8) + FileBuilder.littleEndian(body.count) + body
        for file in [png, jpeg, webp] {
            #expect(throws: ImagingError.damaged(reason: "it has too many parts")) {
                try PictureLayout(of: .bytes(file))
            }
        }
        #expect(FileMetadata(of: png, as: .png).unfolds(beyond: 1 << 20))
    }

    @Test("A PNG that ends within its header shows a decoder nothing behind its end", arguments: 29...32)
    func endsEarly(length: Int) throws {
        let file = try Array(FileBuilder.plain().prefix(length))
        #expect(try seen(file) == file)
        #expect(throws: ImagingError.self) { try decoder.decode(.bytes(file), fitting: 64) }
    }

    @Test("Noise in any format's structure is an error or a layout, never a crash", arguments: 0..<100)
    func survivesNoise(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let picture = try decoder.decode(.bytes(FileBuilder.plain()), fitting: 64)
        let item = FileBuilder.box("infe", [2, 0, 0, 0, 0, 1, 0, 0] + Array("mimexmp\0a/b\0\0".utf8))
        let files = [
            try FileBuilder.plain(extras: FileBuilder.text(unfolding: 10) + FileBuilder.profileChunk([1])),
            try picture.encoded(as: ImageEncoding(format: .jpeg)),
            try picture.encoded(as: ImageEncoding(format: .webp)),
            FileBuilder.heic(items: [item], locations: [1, 0, 0, 0, 0x44, 0x40, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]),
        ]
        var file = files[seed % files.count]
        for _ in 0..<Int.random(in: 1...30, using: &generator) {
            let place = Int.random(in: 12..<file.count, using: &generator)
            file[place] = UInt8.random(in: .min ... .max, using: &generator)
        }
        if seed.isMultiple(of: 3) { file.removeLast(Int.random(in: 0..<file.count / 2, using: &generator)) }
        _ = try? PictureLayout(of: .bytes(file))
        _ = FileMetadata(of: file, as: .png).unfolds(beyond: 1 << 20)
    }
}
