import Foundation

@testable import Imaging

/// Builds picture files from their parts, so that tests can say what is in them.
enum FileBuilder {
    static func bigEndian(_ value: Int, _ width: Int = 4) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * (width - 1 - $0))) }
    }

    static func littleEndian(_ value: Int) -> [UInt8] { bigEndian(value).reversed() }

    /// CRC-32 as PNG has it (annex D), a bit at a time.
    static func checksum(_ bytes: [UInt8]) -> Int {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
        }
        return Int(crc ^ 0xFFFF_FFFF)
    }

    // MARK: PNG

    static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + data
        return bigEndian(data.count) + body + bigEndian(checksum(body))
    }

    static func header(_ width: Int, _ height: Int, depth: UInt8, type: UInt8, interlaced: Bool = false) -> [UInt8] {
        chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, type, 0, 0, interlaced ? 1 : 0])
    }

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// - Parameters:
    ///   - rows: each without its filter type.
    ///   - extras: chunks between the header and the pixels.
    static func png(_ header: [UInt8], rows: [[UInt8]], extras: [UInt8] = []) throws -> [UInt8] {
        let pixels = try ZlibStream.compress(rows.flatMap { [0] + $0 })
        return signature + header + extras + chunk("IDAT", pixels) + chunk("IEND", [])
    }

    /// A plain red PNG of 64 x 48 pixels.
    static func plain(extras: [UInt8] = []) throws -> [UInt8] {
        let row = Array(repeating: [200, 30, 30] as [UInt8], count: 64).flatMap(\.self)
        return try png(header(64, 48, depth: 8, type: 2), rows: Array(repeating: row, count: 48), extras: extras)
    }

    /// A compressed text that unfolds to so many bytes.
    static func text(unfolding count: Int) throws -> [UInt8] {
        try chunk("zTXt", Array("Comment\0\0".utf8) + ZlibStream.compress([UInt8](repeating: 65, count: count)))
    }

    static func internationalText(unfolding count: Int) throws -> [UInt8] {
        let head = Array("XML:com.adobe.xmp\0".utf8) + [1, 0, 0, 0]
        return try chunk("iTXt", head + ZlibStream.compress([UInt8](repeating: 65, count: count)))
    }

    static func profileChunk(_ profile: [UInt8]) throws -> [UInt8] {
        try chunk("iCCP", Array("profile\0\0".utf8) + ZlibStream.compress(profile))
    }

    // MARK: Profiles and EXIF

    /// A profile with a right header and nothing behind it.
    static func profile(_ space: String, length: Int = 132) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        bytes.replaceSubrange(0..<4, with: bigEndian(length))
        bytes.replaceSubrange(8..<12, with: [4, 0x20, 0, 0])
        bytes.replaceSubrange(12..<16, with: Array("mntr".utf8))
        bytes.replaceSubrange(16..<20, with: Array(space.utf8))
        bytes.replaceSubrange(20..<24, with: Array("XYZ ".utf8))
        bytes.replaceSubrange(36..<40, with: Array("acsp".utf8))
        return bytes
    }

    /// EXIF, little-endian, with an orientation behind `others` entries that all refer to the same 40 KB.
    static func exif(orientation: Int, others: Int = 0) -> [UInt8] {
        func short(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
        var bytes: [UInt8] = [0x49, 0x49, 42, 0] + littleEndian(8) + short(others + 1)
        for index in 0..<others { bytes += short(0x9000 + index) + short(7) + littleEndian(20_000) + littleEndian(8) }
        bytes += short(0x0112) + short(3) + littleEndian(1) + short(orientation) + [0, 0]
        return bytes + littleEndian(0)
    }

    // MARK: JPEG and WebP

    /// A segment behind a JPEG's first marker.
    static func jpeg(_ file: [UInt8], inserting segments: [[UInt8]]) -> [UInt8] {
        Array(file.prefix(2)) + segments.flatMap(\.self) + file.dropFirst(2)
    }

    static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
        [0xFF, marker] + bigEndian(data.count + 2, 2) + data
    }

    static func profileSegment(_ profile: [UInt8]) -> [UInt8] {
        segment(0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + profile)
    }

    /// A WebP file with a header that can say more, and a chunk before all others.
    static func extendedWebP(_ file: [UInt8], _ width: Int, _ height: Int, flags: UInt8, after: [UInt8]) -> [UInt8] {
        let size = littleEndian(width - 1).prefix(3) + littleEndian(height - 1).prefix(3)
        let body = Array("WEBPVP8X".utf8) + littleEndian(10) + [flags, 0, 0, 0] + size + after + file.dropFirst(12)
        return Array("RIFF".utf8) + littleEndian(body.count) + body
    }

    static func webPChunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        Array(name.utf8) + littleEndian(data.count) + data + (data.count % 2 == 1 ? [0] : [])
    }

    // MARK: HEIF

    static func box(_ kind: String, _ content: [UInt8]) -> [UInt8] {
        bigEndian(content.count + 8) + Array(kind.utf8) + content
    }

    /// A file that says it is HEIC and has these items and locations.
    static func heic(items: [[UInt8]], locations: [UInt8]) -> [UInt8] {
        let size = box("ispe", bigEndian(0) + bigEndian(640) + bigEndian(480))
        let meta =
            bigEndian(0) + box("iinf", bigEndian(0) + bigEndian(items.count, 2) + items.flatMap(\.self))
            + box("iloc", locations) + box("iprp", box("ipco", size))
        return box("ftyp", Array("heic".utf8) + bigEndian(0) + Array("mif1heic".utf8)) + box("meta", meta)
    }

    /// A plain CMYK JPEG of 64 x 64 pixels, red, as Adobe's programs write it.
    static let cmyk = Data(base64Encoded: cmykText).map(Array.init) ?? []

    private static let cmykText =
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdfYmdoZz5NcXlw"
        + "ZHhcZWdj/8AAFAgAQABABEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAAB"
        + "fQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp"
        + "anN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5"
        + "+v/aAA4EQwBNAFkASwAAPwD0CvP68/r0Ciiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii"
        + "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii"
        + "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiv/Z"
}
