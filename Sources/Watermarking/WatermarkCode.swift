internal import Imaging

/// The bits of a mark: the id, most significant bit first, then the CRC-32 of its eight bytes, all under the
/// ``ConvolutionalCode``.
enum WatermarkCode {
    /// An id and its check.
    static let messageBitCount = 96
    static let codeBitCount = messageBitCount * ConvolutionalCode.generators.count

    private static func checksum(of id: UInt64) -> UInt32 {
        CRC32.checksum(of: (0..<8).map { UInt8(truncatingIfNeeded: id >> UInt64(56 - 8 * $0)) }[...])
    }

    static func encode(_ id: UInt64) -> [Bool] {
        let check = checksum(of: id)
        let message =
            (0..<64).map { id >> UInt64(63 - $0) & 1 == 1 } + (0..<32).map { check >> UInt32(31 - $0) & 1 == 1 }
        return ConvolutionalCode.encode(message)
    }

    /// The id, if its check agrees.
    static func decode(_ received: [Float]) -> UInt64? {
        guard received.count == codeBitCount else { return nil }
        let message = ConvolutionalCode.decode(received)
        let id = message.prefix(64).reduce(0) { $0 << 1 | ($1 ? 1 : 0) } as UInt64
        let check = message.suffix(32).reduce(0) { $0 << 1 | ($1 ? 1 : 0) } as UInt32
        return check == checksum(of: id) ? id : nil
    }
}
