internal import Imaging

extension FingerprintIndex {
    /// Eight bytes that no text and no picture begins with; the last two show a file that went through a text conversion.
    private static let magic: [UInt8] = Array("HSPRINT".utf8) + [0x1A]
    private static let version: UInt32 = 1
    private static let headerCount = 24
    private static let entryCount = 36
    private static let checksumCount = 4

    /// The whole index as bytes: magic, version, kind (0: exact, 1: coarse), number of fingerprints, each with its
    /// owner, CRC-32; numbers with their lowest byte first.
    ///
    /// The checksum is for damaged disks. It does not show who wrote the bytes.
    public func snapshot() -> [UInt8] {
        var bytes = Self.magic
        bytes.reserveCapacity(Self.headerCount + count * Self.entryCount + Self.checksumCount)
        Self.append(Self.version, to: &bytes)
        Self.append(UInt32(layout == .exact ? 0 : 1), to: &bytes)
        Self.append(UInt64(count), to: &bytes)
        forEach { owner, hash in
            Self.append(owner, to: &bytes)
            for lane in 0..<4 { Self.append(hash.words[lane], to: &bytes) }
        }
        Self.append(CRC32.checksum(of: bytes[...]), to: &bytes)
        return bytes
    }

    public init(snapshot bytes: [UInt8]) throws(FingerprintIndexError) {
        guard bytes.starts(with: Self.magic) else { throw .notASnapshot }
        guard bytes.count >= Self.headerCount + Self.checksumCount else { throw .wrongLength }
        let version = UInt32(truncatingIfNeeded: Self.number(in: bytes, at: 8, width: 4))
        guard version == Self.version else { throw .unknownVersion(version) }
        let kind = UInt32(truncatingIfNeeded: Self.number(in: bytes, at: 12, width: 4))
        guard kind <= 1 else { throw .unknownKind(kind) }
        let room = bytes.count - Self.headerCount - Self.checksumCount
        let stated = Self.number(in: bytes, at: 16, width: 8)
        guard room.isMultiple(of: Self.entryCount), stated == UInt64(room / Self.entryCount), stated < Int32.max else {
            throw .wrongLength
        }
        let end = bytes.count - Self.checksumCount
        guard Self.number(in: bytes, at: end, width: 4) == UInt64(CRC32.checksum(of: bytes[..<end])) else {
            throw .wrongChecksum
        }
        self.init(kind == 0 ? .exact : .coarse, capacity: room / Self.entryCount)
        for start in stride(from: Self.headerCount, to: end, by: Self.entryCount) {
            var words = SIMD4<UInt64>()
            for lane in 0..<4 { words[lane] = Self.number(in: bytes, at: start + 4 + lane * 8, width: 8) }
            let owner = UInt32(truncatingIfNeeded: Self.number(in: bytes, at: start, width: 4))
            insert(PDQHash(words: words), owner: owner)
        }
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for byte in 0..<number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (byte * 8))) }
    }

    private static func number(in bytes: [UInt8], at start: Int, width: Int) -> UInt64 {
        bytes[start..<start + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
