/// The size of pixels that are coded as AV1 (AV1 Bitstream & Decoding Process Specification): units with a header each.
enum AV1Picture {
    private static let (sequenceHeader, frameHeader, frame): (UInt8, UInt8, UInt8) = (1, 3, 6)
    /// With as many operating points as there may be, a sequence header is shorter than that.
    private static let longestHeader = 1_024
    /// What follows up to the mark for another size is shorter than that.
    private static let longestFrameHead = 16

    /// What a sequence header says (5.5).
    private struct Header {
        var width = 0
        var height = 0
        /// Pixels that a frame of another size may have on each side.
        var largestWidth = 0
        var largestHeight = 0
        var isDeep = false
        /// One still picture: its frame has no other size.
        var isReduced = false
        /// Bits of a frame's time of presentation; 0: it has none.
        var timeBits = 0
        var frameNumberBits = 0
        /// 0: off, 1: on, 2: a frame says which.
        var screenTools = 2
        var wholeVectors = 2
    }

    /// - Parameter parts: units that were seen in this file, in all.
    /// - Throws: ``ImagingError/damaged(reason:)`` when there are too many.
    static func read(
        _ data: FileRanges,
        into picture: inout CodedPicture,
        _ parts: inout Int
    ) throws(ImagingError) {
        var sequence: Header?
        var offset = 0
        while offset < data.count {
            try PictureLayout.count(part: &parts)
            let head = data.bytes(at: offset, upTo: 10)
            guard let first = head.first else { return }
            var start = first & 4 == 0 ? 1 : 2
            var size = max(0, data.count - offset - start)
            if first & 2 != 0 {
                // Behind an unreadable length no decoder finds anything.
                guard let (value, length) = number(at: head.dropFirst(start)) else { return }
                (start, size) = (start + length, value)
            }
            switch first >> 3 & 15 {
            case sequenceHeader:
                let found = self.sequence(data.bytes(at: offset + start, upTo: min(size, longestHeader)))
                guard let found else { throw .damaged(reason: "its pixels do not say how large they are") }
                sequence = found
                picture.take(width: found.width, height: found.height, isDeep: found.isDeep)
            case frameHeader, frame:
                picture.takePicture()
                guard let sequence else { break }
                if mayHaveOtherSize(data.bytes(at: offset + start, upTo: min(size, longestFrameHead)), sequence) {
                    picture.take(
                        width: sequence.largestWidth,
                        height: sequence.largestHeight,
                        isDeep: sequence.isDeep
                    )
                }
            default: break
            }
            offset += start + size
        }
    }

    /// Seven bits a byte, the lowest first (4.10.5). - Returns: the number, and how many bytes it takes.
    private static func number(at bytes: ArraySlice<UInt8>) -> (Int, Int)? {
        var value = 0
        for (index, byte) in bytes.prefix(8).enumerated() {
            value |= Int(byte & 127) << (7 * index)
            if byte & 128 == 0 { return (value, index + 1) }
        }
        return nil
    }

    // MARK: Sequence header

    private static func sequence(_ bytes: [UInt8]) -> Header? {
        var bits = BitReader(bytes)
        var sequence = Header()
        bits.skip(4)
        sequence.isReduced = bits.flag()
        if sequence.isReduced {
            bits.skip(5)
        } else {
            skipOperatingPoints(&bits, &sequence)
        }
        let (widthBits, heightBits) = (bits.number(4) + 1, bits.number(4) + 1)
        (sequence.width, sequence.height) = (bits.number(widthBits) + 1, bits.number(heightBits) + 1)
        (sequence.largestWidth, sequence.largestHeight) = (1 << widthBits, 1 << heightBits)
        if !sequence.isReduced, bits.flag() {
            let differenceBits = bits.number(4) + 2
            sequence.frameNumberBits = differenceBits + bits.number(3) + 1
        }
        bits.skip(3)
        if !sequence.isReduced { skipTools(&bits, &sequence) }
        bits.skip(3)
        sequence.isDeep = bits.flag()
        return bits.isBroken ? nil : sequence
    }

    private static func skipOperatingPoints(_ bits: inout BitReader, _ sequence: inout Header) {
        var delayBits = 0
        if bits.flag() {
            bits.skip(64)
            let isEven = bits.flag()
            if isEven { _ = bits.exponential() }
            if bits.flag() {
                delayBits = bits.number(5) + 1
                bits.skip(32 + 5)
                let timeBits = bits.number(5) + 1
                if !isEven { sequence.timeBits = timeBits }
            }
        }
        let hasDisplayDelay = bits.flag()
        for _ in 0...bits.number(5) {
            bits.skip(12)
            if bits.number(5) > 7 { bits.skip(1) }
            if delayBits > 0, bits.flag() { bits.skip(2 * delayBits + 1) }
            if hasDisplayDelay, bits.flag() { bits.skip(4) }
        }
    }

    private static func skipTools(_ bits: inout BitReader, _ sequence: inout Header) {
        bits.skip(4)
        let hasOrder = bits.flag()
        if hasOrder { bits.skip(2) }
        sequence.screenTools = bits.flag() ? 2 : bits.number(1)
        if sequence.screenTools > 0 { sequence.wholeVectors = bits.flag() ? 2 : bits.number(1) }
        if hasOrder { bits.skip(3) }
    }

    // MARK: Frame header

    /// Whether a frame says that it has another size than its sequence (5.9.2), or cannot be understood.
    private static func mayHaveOtherSize(_ bytes: [UInt8], _ sequence: Header) -> Bool {
        guard !sequence.isReduced else { return false }
        var bits = BitReader(bytes)
        // One that was decoded before is shown.
        guard !bits.flag() else { return false }
        let kind = bits.number(2)
        let (isKey, isSwitch) = (kind == 0, kind == 3)
        let isShown = bits.flag()
        if isShown { bits.skip(sequence.timeBits) } else { bits.skip(1) }
        if !isSwitch, !(isKey && isShown) { bits.skip(1) }
        bits.skip(1)
        let hasScreenTools = sequence.screenTools == 2 ? bits.flag() : sequence.screenTools == 1
        if hasScreenTools, sequence.wholeVectors == 2 { bits.skip(1) }
        bits.skip(sequence.frameNumberBits)
        guard !isSwitch else { return true }
        return bits.flag() || bits.isBroken
    }
}
