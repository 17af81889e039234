/// The size of pixels that are coded as HEVC (ITU-T H.265): units with a header of two bytes each.
enum HEVCPicture {
    private static let sequenceKind: UInt8 = 33
    /// Kinds below this one hold pixels.
    private static let firstOther: UInt8 = 32
    /// What stands before the size and the depth is shorter than that.
    private static let longestHead = 512

    /// Reads units behind lengths of four bytes.
    ///
    /// - Parameter parts: units that were seen in this file, in all.
    /// - Throws: ``ImagingError/damaged(reason:)`` when there are too many, or one cannot be read.
    static func read(
        _ data: FileRanges,
        into picture: inout CodedPicture,
        _ parts: inout Int
    ) throws(ImagingError) {
        var offset = 0
        while offset + 4 < data.count {
            let head = data.bytes(at: offset, upTo: 7)
            guard head.count > 4 else { return }
            let size = head[0..<4].reduce(0) { $0 << 8 | Int($1) }
            try read(data, at: offset + 4, size, into: &picture, &parts)
            offset += 4 + size
        }
    }

    /// Reads the units of a configuration record (ISO/IEC 14496-15, 8.3.3.1).
    static func read(
        configuration data: FileRanges,
        into picture: inout CodedPicture,
        _ parts: inout Int
    ) throws(ImagingError) {
        guard let lists = data.bytes(at: 22, upTo: 1).first else { return }
        var offset = 23
        for _ in 0..<lists {
            let head = data.bytes(at: offset, upTo: 3)
            guard head.count == 3 else { return }
            offset += 3
            for _ in 0..<Int(head[1]) << 8 | Int(head[2]) {
                let length = data.bytes(at: offset, upTo: 2)
                guard length.count == 2 else { return }
                let size = Int(length[0]) << 8 | Int(length[1])
                try read(data, at: offset + 2, size, into: &picture, &parts)
                offset += 2 + size
            }
        }
    }

    private static func read(
        _ data: FileRanges,
        at offset: Int,
        _ size: Int,
        into picture: inout CodedPicture,
        _ parts: inout Int
    ) throws(ImagingError) {
        try PictureLayout.count(part: &parts)
        let head = data.bytes(at: offset, upTo: min(size, 3))
        guard head.count > 2 else { return }
        // Other layers are passed over.
        guard head[0] & 1 == 0, head[1] >> 3 == 0 else { return }
        let kind = head[0] >> 1 & 63
        if kind < firstOther {
            // The first part of a picture says that it is the first.
            if head[2] & 128 != 0 { picture.takePicture() }
        } else if kind == sequenceKind {
            let bytes = data.bytes(at: offset + 2, upTo: min(size - 2, longestHead))
            guard let found = sequence(withoutEscapes(bytes)) else {
                throw .damaged(reason: "its pixels do not say how large they are")
            }
            picture.take(width: found.width, height: found.height, isDeep: found.isDeep)
        }
    }

    /// A 3 behind two zeros is none of the content (7.4.2).
    private static func withoutEscapes(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var zeros = 0
        for byte in bytes {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            result.append(byte)
        }
        return result
    }

    /// A sequence parameter set (7.3.2.2), as far as its depth.
    private static func sequence(_ bytes: [UInt8]) -> (width: Int, height: Int, isDeep: Bool)? {
        var bits = BitReader(bytes)
        bits.skip(4)
        let layers = bits.number(3)
        bits.skip(1 + 96)
        let marks = (0..<layers).map { _ in (hasProfile: bits.flag(), hasLevel: bits.flag()) }
        if layers > 0 { bits.skip(2 * (8 - layers)) }
        for mark in marks { bits.skip((mark.hasProfile ? 88 : 0) + (mark.hasLevel ? 8 : 0)) }
        _ = bits.exponential()
        if bits.exponential() == 3 { bits.skip(1) }
        let (width, height) = (bits.exponential(), bits.exponential())
        if bits.flag() { for _ in 0..<4 { _ = bits.exponential() } }
        let (luma, chroma) = (bits.exponential(), bits.exponential())
        guard !bits.isBroken, width > 0, height > 0 else { return nil }
        return (width, height, luma > 0 || chroma > 0)
    }
}
