internal import Foundation
internal import Imaging

extension WorkFingerprint {
    private static let version: UInt8 = 1
    private static let headCount = 3
    private static let hashByteCount = PDQHash.bitCount / 8
    private static let pointByteCount = 12
    private static let checksumCount = 4

    /// The compact form, to be stored: some 1.5 kB.
    ///
    /// Version (1), quality, number n of fingerprints, a byte each; n fingerprints of 32 bytes. Then nothing, or the detail:
    /// width and height of the points' plane, two bytes each; the 1,024 cells of the thumbnail; number of points, one byte;
    /// each point's x and y, two bytes each, and its descriptor, eight bytes. CRC-32 of all that, four bytes. Numbers have
    /// their lowest byte first. The checksum is for damaged disks; it does not show who wrote the bytes.
    public var bytes: [UInt8] {
        var bytes = [Self.version, UInt8(clamping: quality), UInt8(clamping: hashes.count)]
        for hash in hashes.prefix(Int(UInt8.max)) {
            for lane in 0..<4 { bytes.append(littleEndian: hash.words[lane]) }
        }
        if let detail {
            bytes.append(littleEndian: detail.width)
            bytes.append(littleEndian: detail.height)
            bytes += detail.thumbnail.cells
            bytes.append(UInt8(clamping: detail.points.count))
            for point in detail.points.prefix(WorkPoint.most) {
                bytes.append(littleEndian: point.x)
                bytes.append(littleEndian: point.y)
                bytes.append(littleEndian: point.descriptor.bits)
            }
        }
        bytes.append(littleEndian: CRC32.checksum(of: bytes[...]))
        return bytes
    }

    /// - Throws: for anything but what ``bytes`` gives.
    public init(bytes: [UInt8]) throws(WorkFingerprintError) {
        guard let version = bytes.first else { throw .wrongLength }
        guard version == Self.version else { throw .unknownVersion(version) }
        guard bytes.count >= Self.headCount + Self.checksumCount else { throw .wrongLength }
        let end = bytes.count - Self.checksumCount
        let checksum = UInt32(truncatingIfNeeded: Self.number(bytes[end...]))
        guard CRC32.checksum(of: bytes[..<end]) == checksum else { throw .wrongChecksum }
        let (quality, count) = (Int(bytes[1]), Int(bytes[2]))
        guard quality <= 100, (1...WorkRegistry.mostFingerprints).contains(count) else { throw .outOfRange }
        let hashesEnd = Self.headCount + count * Self.hashByteCount
        guard hashesEnd <= end else { throw .wrongLength }
        let hashes = stride(from: Self.headCount, to: hashesEnd, by: Self.hashByteCount).map { start in
            var words = SIMD4<UInt64>()
            for lane in 0..<4 { words[lane] = Self.number(bytes[start + lane * 8..<start + lane * 8 + 8]) }
            return PDQHash(words: words)
        }
        self.init(hashes: hashes, quality: quality, detail: try Self.detail(bytes[hashesEnd..<end]))
    }

    private static func detail(_ bytes: ArraySlice<UInt8>) throws(WorkFingerprintError) -> WorkDetail? {
        guard !bytes.isEmpty else { return nil }
        let cells = bytes.startIndex + 4
        let pointsStart = cells + WorkThumbnail.byteCount + 1
        guard pointsStart <= bytes.endIndex else { throw .wrongLength }
        let count = Int(bytes[pointsStart - 1])
        guard bytes.endIndex - pointsStart == count * pointByteCount else { throw .wrongLength }
        let width = UInt16(truncatingIfNeeded: number(bytes[bytes.startIndex..<bytes.startIndex + 2]))
        let height = UInt16(truncatingIfNeeded: number(bytes[bytes.startIndex + 2..<cells]))
        let sides = 1...WorkDetail.longestSide
        guard sides.contains(width), sides.contains(height), count <= WorkPoint.most else { throw .outOfRange }
        guard let thumbnail = WorkThumbnail(cells: Array(bytes[cells..<pointsStart - 1])) else { throw .wrongLength }
        let points = stride(from: pointsStart, to: bytes.endIndex, by: pointByteCount).map { start in
            WorkPoint(
                x: UInt16(truncatingIfNeeded: number(bytes[start..<start + 2])),
                y: UInt16(truncatingIfNeeded: number(bytes[start + 2..<start + 4])),
                descriptor: PointDescriptor(bits: number(bytes[start + 4..<start + pointByteCount]))
            )
        }
        let corner = SIMD2(Float(width), Float(height))
        guard points.allSatisfy({ all($0.position .<= corner) }) else { throw .outOfRange }
        return WorkDetail(width: width, height: height, points: points, thumbnail: thumbnail)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
        for byte in 0..<number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (byte * 8))) }
    }
}

extension WorkFingerprint: Codable {
    /// ``bytes`` as data, which JSON holds as Base64.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(bytes: [UInt8](try container.decode(Data.self)))
        } catch let error as WorkFingerprintError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes))
    }
}
