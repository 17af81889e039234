internal import CISAL

/// PNG (https://www.w3.org/TR/png-3/): chunks of a length, a name, data and a checksum.
enum PNGLayout {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static var signatureBytes: Int { signature.count }
    /// Chunks that a decoder gets, each once.
    private static let single: Set = ["PLTE", "tRNS", "iCCP", "eXIf"]

    struct Chunk {
        let name: String
        /// Without length, name and checksum.
        let data: Range<Int>

        var whole: Range<Int> { data.lowerBound - 8..<data.upperBound + 4 }
    }

    static func read(_ view: FileView) throws(ImagingError) -> PictureLayout {
        guard let first = chunk(view, at: signatureBytes), first.name == "IHDR", first.data.count == 13,
            let header = view.bytes(at: first.data.lowerBound, 13)
        else { throw .damaged(reason: "it does not begin as a PNG file does") }
        var layout = try layout(header)
        var list = PieceList()
        try list.keep(0..<min(first.whole.upperBound, view.count))
        var seen: Set<String> = []
        var orientation = 1
        var isAnimated = false
        var count = 1
        var next: Chunk? = chunk(view, at: first.whole.upperBound)
        reading: while let chunk = next {
            try PictureLayout.count(part: &count)
            // Whatever is cut off is for the decoder to find.
            let end = min(chunk.whole.upperBound, view.count)
            let isFirst = single.contains(chunk.name) && seen.insert(chunk.name).inserted
            let isBeforePixels = !seen.contains("IDAT")
            switch chunk.name {
            case "PLTE", "tRNS":
                if isFirst, isBeforePixels, chunk.data.count <= 768 { try list.keep(chunk.whole.lowerBound..<end) }
            case "iCCP":
                if isFirst, isBeforePixels, profileFits(view, chunk, header) {
                    try list.keep(chunk.whole.lowerBound..<end, isProfile: true)
                }
            case "eXIf":
                // Behind the pixels it comes too late for decoders.
                if isFirst, isBeforePixels, chunk.data.count <= 1 << 16,
                    let block = view.bytes(at: chunk.data.lowerBound, chunk.data.count)
                {
                    orientation = ExifOrientation.read(block)
                }
            // It stands before the pixels (11.2.1), and libpng passes over it in silence.
            case "acTL": isAnimated = isAnimated || isBeforePixels
            case "IDAT":
                // All pixels stand together (5.6): others are no part of the picture.
                seen.insert("IDAT")
                if !seen.contains("after the pixels") { try list.keep(chunk.whole.lowerBound..<end) }
            case "IEND":
                try list.keep(chunk.whole.lowerBound..<end)
                break reading
            default: break
            }
            if chunk.name != "IDAT", !isBeforePixels { seen.insert("after the pixels") }
            next = self.chunk(view, at: chunk.whole.upperBound)
        }
        if isAnimated { layout.frames = 0 }
        layout.orientation = orientation
        if orientation != 1 { list.insert(bytes: exif(orientation), at: 1) }
        layout.pieces = list.pieces
        return layout
    }

    private static func layout(_ header: [UInt8]) throws(ImagingError) -> PictureLayout {
        let width = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let height = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
        // Colour types (11.2.1). A palette is decoded to colours; it and any other may get an alpha channel by a tRNS.
        let colours = header[9] == 0 || header[9] == 4 ? 1 : 3
        let bytes = (colours + 1) * (header[8] == 16 ? 2 : 1)
        return try PictureLayout(
            format: .png,
            width: width,
            height: height,
            channels: colours,
            bytesPerPixel: bytes,
            wholeBytesPerPixel: header[12] == 0 ? nil : Double(bytes)
        )
    }

    /// - Returns: nil at the end of the file.
    static func chunk(_ view: FileView, at offset: Int) -> Chunk? {
        guard let length = view.bigEndian(at: offset, 4), let name = view.name(at: offset + 4),
            length <= Int(Int32.max)
        else { return nil }
        return Chunk(name: name, data: offset + 8..<offset + 8 + length)
    }

    private static func exif(_ orientation: Int) -> [UInt8] {
        let body = Array("eXIf".utf8) + ExifOrientation.block(orientation)
        let checksum = unsafe body.withUnsafeBufferPointer { unsafe hs_crc32($0.baseAddress, $0.count) }
        return bigEndian(body.count - 4) + body + bigEndian(Int(checksum))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    // MARK: What is compressed beside the pixels

    /// A profile's name, a zero, the method, a zlib stream (11.3.2.3).
    private static func profileFits(_ view: FileView, _ chunk: Chunk, _ header: [UInt8]) -> Bool {
        guard let stream = compressed(view, chunk, textsOf: 1),
            case .whole(let length) = ZlibStream.expandedSize(stream, limit: PictureLayout.largestProfile),
            let start = ZlibStream.expand(stream, first: ColourProfile.headerBytes)
        else { return false }
        let channels = header[9] == 0 || header[9] == 4 ? 1 : 3
        return ColourProfile.fits(start, length: length, channels: channels)
    }

    /// The zlib stream in a chunk, behind a text that ends with a zero and the method; behind three texts and a mark where
    /// texts come in languages.
    private static func compressed(_ view: FileView, _ chunk: Chunk, textsOf count: Int) -> [UInt8]? {
        guard chunk.data.count <= PictureLayout.largestProfile,
            let data = view.bytes(at: chunk.data.lowerBound, chunk.data.count), let zero = data.firstIndex(of: 0)
        else { return nil }
        var rest = data[(zero + 1)...].dropFirst(count == 1 ? 1 : 2)
        for _ in 1..<count {
            guard let end = rest.firstIndex(of: 0) else { return nil }
            rest = rest[(end + 1)...]
        }
        return Array(rest)
    }

    /// Whether what is compressed beside the pixels is more than `limit` bytes when it is expanded, or has too many parts to
    /// tell. False of what is no PNG file.
    static func unfolds(beyond limit: Int, _ view: FileView) -> Bool {
        guard view.bytes(at: 0, signatureBytes) == signature else { return false }
        var left = limit
        var count = 0
        var next = chunk(view, at: signatureBytes)
        while let chunk = next {
            count += 1
            guard count <= PictureLayout.mostParts else { return true }
            next = self.chunk(view, at: chunk.whole.upperBound)
            let texts: Int
            switch chunk.name {
            case "zTXt", "iCCP": texts = 1
            // Keyword, zero, whether it is compressed, method, two more texts (11.3.3.4).
            case "iTXt" where isCompressed(text: chunk, view): texts = 3
            default: continue
            }
            guard chunk.data.count <= PictureLayout.largestProfile else { return true }
            guard let stream = compressed(view, chunk, textsOf: texts) else { continue }
            switch ZlibStream.expandedSize(stream, limit: left) {
            case .more: return true
            case .whole(let size), .broken(let size): left -= size
            }
        }
        return false
    }

    private static func isCompressed(text chunk: Chunk, _ view: FileView) -> Bool {
        // A keyword has at most 79 bytes.
        guard let start = view.bytes(at: chunk.data.lowerBound, min(82, chunk.data.count)),
            let zero = start.firstIndex(of: 0), zero + 1 < start.count
        else { return false }
        return start[zero + 1] == 1
    }

    /// Whether there is a chunk of this name. True as well when there are too many parts to tell.
    static func has(chunk name: String, _ view: FileView) -> Bool {
        guard view.bytes(at: 0, signatureBytes) == signature else { return false }
        var count = 0
        var next = chunk(view, at: signatureBytes)
        while let chunk = next {
            count += 1
            guard count <= PictureLayout.mostParts else { return true }
            if chunk.name == name { return true }
            next = self.chunk(view, at: chunk.whole.upperBound)
        }
        return false
    }
}
