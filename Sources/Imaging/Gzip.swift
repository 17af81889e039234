internal import CISAL

/// gzip (RFC 1952), for what is sent to browsers.
public enum Gzip {
    /// ID1, ID2, deflate, no flags, no time, no extra flags, unknown system.
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

    /// - Throws: ``ImagingError/encodingFailed(reason:)``.
    public static func compress(_ data: [UInt8]) throws(ImagingError) -> [UInt8] {
        // A zlib stream (RFC 1950) is two bytes, the deflated data, and a checksum of four.
        let stream = try ZlibStream.compress(data)
        let checksum = unsafe data.withUnsafeBufferPointer { unsafe hs_crc32($0.baseAddress, $0.count) }
        return header + stream.dropFirst(2).dropLast(4) + littleEndian(checksum)
            + littleEndian(UInt32(truncatingIfNeeded: data.count))
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
