/// HEIC and AVIF (ISO/IEC 23008-12 on the box format of ISO/IEC 14496-12): items, and a table of where each one's bytes are.
///
/// libheif reads every item's bytes, whatever it is for. So the whole file is looked at, not filtered: one whose items take
/// more bytes than the file has, or are compressed once more, is refused.
enum HEIFLayout {
    /// Measured with libheif 1.15: the planes as they were coded, and the same as red, green and blue.
    private static let bytesPerPixel = 8.0
    private static let mostItems = 4_096
    private static let mostBoxes = 20_000

    /// A box: its kind, and where its content is.
    private struct Box {
        let kind: String
        let content: Range<Int>
    }

    private struct Findings {
        var width = 0
        var height = 0
        /// Bits of a channel.
        var depth = 8
        var itemBytes = 0
        var boxes = 0
    }

    static func read(_ view: FileView, as format: ImageFormat) throws(ImagingError) -> PictureLayout {
        var findings = Findings()
        for box in try boxes(view, in: 0..<view.count, &findings) where box.kind == "meta" {
            try read(meta: box.content, view, &findings)
        }
        let isDeep = findings.depth > 8
        return try PictureLayout(
            format: format,
            width: findings.width,
            height: findings.height,
            channels: 3,
            bytesPerPixel: isDeep ? 8 : 4,
            wholeBytesPerPixel: isDeep ? 2 * bytesPerPixel : bytesPerPixel
        )
    }

    private static func boxes(
        _ view: FileView,
        in range: Range<Int>,
        _ findings: inout Findings
    ) throws(ImagingError) -> [Box] {
        var list: [Box] = []
        var offset = range.lowerBound
        while offset + 8 <= range.upperBound, let short = view.bigEndian(at: offset, 4),
            let kind = view.name(at: offset + 4)
        {
            findings.boxes += 1
            guard findings.boxes <= mostBoxes else { throw .damaged(reason: "it has too many parts") }
            var (size, head) = (short, 8)
            if short == 1 {
                guard let long = view.bigEndian(at: offset + 8, 8) else { break }
                (size, head) = (long, 16)
            } else if short == 0 {
                size = range.upperBound - offset
            }
            guard size >= head else { throw .damaged(reason: "a part of it has an impossible size") }
            let end = offset.addingReportingOverflow(size)
            let upper = end.overflow ? range.upperBound : min(end.partialValue, range.upperBound)
            list.append(Box(kind: kind, content: offset + head..<max(offset + head, upper)))
            offset = upper
        }
        return list
    }

    private static func read(
        meta: Range<Int>,
        _ view: FileView,
        _ findings: inout Findings
    ) throws(ImagingError) {
        guard meta.count >= 4 else { return }
        // Behind a version and flags.
        for box in try boxes(view, in: meta.lowerBound + 4..<meta.upperBound, &findings) {
            switch box.kind {
            case "iinf": try read(items: box.content, view, &findings)
            case "iloc": try read(locations: box.content, view, &findings)
            case "iprp":
                for list in try boxes(view, in: box.content, &findings) where list.kind == "ipco" {
                    for property in try boxes(view, in: list.content, &findings) {
                        read(property: property, view, &findings)
                    }
                }
            default: break
            }
        }
    }

    private static func read(property: Box, _ view: FileView, _ findings: inout Findings) {
        let start = property.content.lowerBound
        switch property.kind {
        // The largest of all sizes is the picture's: the others are tiles, thumbnails and masks.
        case "ispe":
            guard let width = view.bigEndian(at: start + 4, 4), let height = view.bigEndian(at: start + 8, 4),
                width <= Int(Int32.max), height <= Int(Int32.max),
                width * height > findings.width * findings.height
            else { return }
            (findings.width, findings.height) = (width, height)
        case "pixi":
            guard let count = view.byte(at: start + 4) else { return }
            for index in 0..<Int(count) {
                findings.depth = max(findings.depth, Int(view.byte(at: start + 5 + index) ?? 8))
            }
        // The bit depth of HEVC (ISO/IEC 14496-15, 8.3.3.1) and of AV1 (its own box, 2.3.3).
        case "hvcC": if let bits = view.byte(at: start + 17) { findings.depth = max(findings.depth, 8 + Int(bits & 7)) }
        case "av1C":
            if let bits = view.byte(at: start + 2), bits & 0x40 != 0 { findings.depth = max(findings.depth, 10) }
        default: break
        }
    }

    /// Items that say of themselves that they are compressed are texts.
    private static func read(
        items: Range<Int>,
        _ view: FileView,
        _ findings: inout Findings
    ) throws(ImagingError) {
        guard let version = view.byte(at: items.lowerBound) else { return }
        let head = version == 0 ? 6 : 8
        guard items.count >= head else { return }
        let entries = try boxes(view, in: items.lowerBound + head..<items.upperBound, &findings)
        guard entries.count <= mostItems else { throw .damaged(reason: "it has too many parts") }
        for entry in entries where entry.kind == "infe" {
            guard let version = view.byte(at: entry.content.lowerBound), version >= 2 else { continue }
            let kind = entry.content.lowerBound + (version == 2 ? 8 : 10)
            guard view.name(at: kind) == "mime", entry.content.upperBound > kind + 4,
                let text = view.bytes(at: kind + 4, min(4_096, entry.content.upperBound - kind - 4))
            else { continue }
            // Name, content type, content encoding.
            let parts = text.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count > 2, !parts[2].isEmpty else { continue }
            throw .damaged(reason: "what it says of itself is compressed; save it without that")
        }
    }

    private static func checkItems(_ findings: Findings, _ view: FileView) throws(ImagingError) {
        guard findings.itemBytes <= 2 * view.count + 65_536 else {
            throw .damaged(reason: "its parts are larger than the file")
        }
    }

    /// Adds up what the items' bytes are (ISO/IEC 14496-12, 8.11.3).
    private static func read(
        locations: Range<Int>,
        _ view: FileView,
        _ findings: inout Findings
    ) throws(ImagingError) {
        var place = locations.lowerBound
        func take(_ width: Int) throws(ImagingError) -> Int {
            guard width > 0 else { return 0 }
            guard place + width <= locations.upperBound, let value = view.bigEndian(at: place, width) else {
                throw .damaged(reason: "its table of parts is broken")
            }
            place += width
            return value
        }
        let version = try take(4) >> 24
        let widths = try take(2)
        let (offset, length, base) = (widths >> 12 & 15, widths >> 8 & 15, widths >> 4 & 15)
        let index = version == 0 ? 0 : widths & 15
        guard [offset, length, base, index].allSatisfy({ [0, 4, 8].contains($0) }) else {
            throw .damaged(reason: "its table of parts is broken")
        }
        let count = try take(version < 2 ? 2 : 4)
        guard count <= mostItems else { throw .damaged(reason: "it has too many parts") }
        for _ in 0..<count {
            _ = try take(version < 2 ? 2 : 4)
            if version > 0 { _ = try take(2) }
            _ = try take(2)
            _ = try take(base)
            let extents = try take(2)
            for _ in 0..<extents {
                _ = try take(index)
                _ = try take(offset)
                // No length means the whole file.
                let bytes = length == 0 ? view.count : try take(length)
                findings.itemBytes += min(bytes, view.count)
                try checkItems(findings, view)
            }
        }
    }
}
