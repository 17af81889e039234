/// The one thing that EXIF says and a decoder needs: how the picture is to be turned.
///
/// Decoders get a block of their own with nothing but that. A block of 64 KB can refer to the same bytes thousands of
/// times, and readers copy them each time.
enum ExifOrientation {
    /// TIFF's tag 274 (EXIF 2.32, 4.6.4).
    private static let tag = 0x0112
    private static let prefix = Array("Exif\0\0".utf8)

    /// Reads a block, with or without its prefix. - Returns: 1 to 8; 1 when it says nothing that makes sense.
    static func read(_ block: [UInt8]) -> Int {
        let tiff = block.starts(with: prefix) ? Array(block.dropFirst(prefix.count)) : block
        guard tiff.count >= 14 else { return 1 }
        let isBigEndian: Bool
        switch Array(tiff[0..<4]) {
        case [0x4D, 0x4D, 0, 42]: isBigEndian = true
        case [0x49, 0x49, 42, 0]: isBigEndian = false
        default: return 1
        }
        func number(_ offset: Int, _ width: Int) -> Int? {
            guard offset >= 0, offset <= tiff.count - width else { return nil }
            let bytes = tiff[offset..<offset + width]
            return isBigEndian
                ? bytes.reduce(0) { $0 << 8 | Int($1) } : bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = number(4, 4), let count = number(directory, 2) else { return 1 }
        for index in 0..<count {
            let entry = directory + 2 + 12 * index
            guard let found = number(entry, 2) else { return 1 }
            guard found == tag else { continue }
            // Types 1, 3 and 4: numbers of one, two and four bytes (TIFF 6.0, section 2).
            let width = [1: 1, 3: 2, 4: 4][number(entry + 2, 2) ?? 0] ?? 2
            let value = number(entry + 8, width) ?? 1
            return (1...8).contains(value) ? value : 1
        }
        return 1
    }

    /// A TIFF block that says only this: big-endian, one directory with one entry.
    static func block(_ orientation: Int) -> [UInt8] {
        [0x4D, 0x4D, 0, 42, 0, 0, 0, 8] + [0, 1] + [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0]
            + [0, 0, 0, 0]
    }

    /// The same with the prefix that JPEG demands.
    static func prefixedBlock(_ orientation: Int) -> [UInt8] { prefix + block(orientation) }
}
