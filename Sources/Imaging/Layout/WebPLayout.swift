/// WebP (https://developers.google.com/speed/webp/docs/riff_container): chunks of a name, a length and data.
enum WebPLayout {
    /// Lossy pictures become four bytes a pixel; lossless ones are kept a second time while they are put together.
    private static let (lossyBytes, losslessBytes) = (4.0, 8.0)
    private static let (animation, exif, alpha, profile): (UInt8, UInt8, UInt8, UInt8) = (0x02, 0x08, 0x10, 0x20)

    /// Chunks that a decoder gets, each once.
    private static let kept: Set = ["VP8X", "ICCP", "ALPH", "VP8 ", "VP8L", "EXIF"]

    private struct Chunk {
        let name: String
        let data: Range<Int>

        /// With name, length and the byte that makes it even.
        var whole: Range<Int> { data.lowerBound - 8..<data.upperBound + data.count % 2 }
    }

    static func read(_ view: FileView) throws(ImagingError) -> PictureLayout {
        // Also where only a text at its end is missing: the sender does not know that.
        guard let stated = view.littleEndian(at: 4, 4), stated + 8 <= view.count else {
            throw .damaged(reason: "it ends too early")
        }
        var chunks: [String: Chunk] = [:]
        var frames = 0
        var count = 0
        var next = chunk(view, at: 12)
        while let chunk = next {
            try PictureLayout.count(part: &count)
            if chunk.name == "ANMF" { frames += 1 }
            if kept.contains(chunk.name), chunks[chunk.name] == nil { chunks[chunk.name] = chunk }
            next = self.chunk(view, at: chunk.whole.upperBound)
        }
        guard let pixels = chunks["VP8 "] ?? chunks["VP8L"] ?? (frames > 0 ? chunks["VP8X"] : nil) else {
            throw .damaged(reason: "it has no pixels")
        }
        let (width, height) = try size(view, chunks["VP8X"] ?? pixels)
        var layout = try PictureLayout(
            format: .webp,
            width: width,
            height: height,
            channels: 3,
            bytesPerPixel: 4,
            wholeBytesPerPixel: pixels.name == "VP8 " ? lossyBytes : losslessBytes
        )
        if frames > 1 || (frames == 1 && pixels.name == "VP8X") { layout.frames = frames == 1 ? 0 : frames }
        layout.pieces = try pieces(view, chunks, pixels, &layout.orientation)
        return layout
    }

    private static func chunk(_ view: FileView, at offset: Int) -> Chunk? {
        guard let name = view.name(at: offset), let length = view.littleEndian(at: offset + 4, 4) else { return nil }
        return Chunk(name: name, data: offset + 8..<offset + 8 + length)
    }

    private static func size(_ view: FileView, _ chunk: Chunk) throws(ImagingError) -> (Int, Int) {
        let start = chunk.data.lowerBound
        switch chunk.name {
        case "VP8X":
            guard let width = view.littleEndian(at: start + 4, 3), let height = view.littleEndian(at: start + 7, 3)
            else { break }
            return (width + 1, height + 1)
        case "VP8L":
            guard view.byte(at: start) == 0x2F, let bits = view.littleEndian(at: start + 1, 4) else { break }
            return (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
        default:
            // A tag of three bytes and a start code (RFC 6386, 9.1).
            guard let width = view.littleEndian(at: start + 6, 2), let height = view.littleEndian(at: start + 8, 2)
            else { break }
            return (width & 0x3FFF, height & 0x3FFF)
        }
        throw .damaged(reason: "its header is broken")
    }

    /// The same file with its pixels, its profile and its orientation, and nothing else.
    private static func pieces(
        _ view: FileView,
        _ chunks: [String: Chunk],
        _ pixels: Chunk,
        _ orientation: inout Int
    ) throws(ImagingError) -> [PictureLayout.Piece] {
        var body = PieceList()
        var length = 4
        func keep(_ chunk: Chunk) throws(ImagingError) {
            let start = chunk.whole.lowerBound
            try body.keep(start..<max(start, min(chunk.whole.upperBound, view.count)))
            length += chunk.whole.count
        }
        var header: [UInt8] = []
        if let extended = chunks["VP8X"], extended.data.count == 10,
            var bytes = view.bytes(at: extended.whole.lowerBound, 18)
        {
            bytes[8] &= animation | alpha
            if let block = chunks["EXIF"], block.data.count <= 1 << 16,
                let exif = view.bytes(at: block.data.lowerBound, block.data.count)
            {
                orientation = ExifOrientation.read(exif)
            }
            if let chunk = chunks["ICCP"], chunk.data.upperBound <= view.count,
                let start = view.bytes(at: chunk.data.lowerBound, min(ColourProfile.headerBytes, chunk.data.count)),
                ColourProfile.fits(start, length: chunk.data.count, channels: 3)
            {
                bytes[8] |= profile
                try keep(chunk)
            }
            if orientation != 1 { bytes[8] |= exif }
            header = bytes
            length += header.count
        }
        if let chunk = chunks["ALPH"], pixels.name == "VP8 ", !header.isEmpty { try keep(chunk) }
        try keep(pixels)
        if orientation != 1 {
            let block = ExifOrientation.block(orientation)
            let chunk = Array("EXIF".utf8) + littleEndian(block.count) + block
            try body.keep(bytes: chunk)
            length += chunk.count
        }
        let start = Array("RIFF".utf8) + littleEndian(length) + Array("WEBP".utf8) + header
        return [PictureLayout.Piece(content: .bytes(start))] + body.pieces
    }

    private static func littleEndian(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
