/// HEIC and AVIF (ISO/IEC 23008-12 on the box format of ISO/IEC 14496-12): items, and a table of where each one's bytes are.
///
/// libheif reads every item's bytes, whatever it is for. So the whole file is looked at, not filtered: one whose items take
/// more bytes than the file has, or are compressed once more, is refused.
enum HEIFLayout {
    /// Measured with libheif 1.15: the planes as they were coded, and the same as red, green and blue.
    private static let bytesPerPixel = 8.0
    private static let mostItems = 4_096
    private static let mostBoxes = 20_000
    /// Boxes of which there is one, if any.
    private static let single: Set = ["pitm", "iinf", "iloc", "iprp", "iref", "idat"]

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
        /// Entries of tables that are kept.
        var entries = 0
        var items = HEIFItems()
        /// Boxes that may be there once.
        var single: Set<String> = []

        /// - Throws: ``ImagingError/damaged(reason:)`` when there was one already: which one counts is not defined.
        mutating func takeOnce(_ kind: String) throws(ImagingError) {
            guard single.insert(kind).inserted else { throw .damaged(reason: "it has the same part twice") }
        }
    }

    static func read(_ view: FileView, as format: ImageFormat) throws(ImagingError) -> PictureLayout {
        var findings = Findings()
        for box in try boxes(view, in: 0..<view.count, &findings) where box.kind == "meta" {
            try findings.takeOnce(box.kind)
            try read(meta: box.content, view, &findings)
        }
        var parts = 0
        let cost = try findings.items.cost(view, area: findings.width * findings.height, &parts)
        let isDeep = findings.depth > 8 || cost.isDeep
        var layout = try PictureLayout(
            format: format,
            width: findings.width,
            height: findings.height,
            channels: 3,
            bytesPerPixel: isDeep ? 8 : 4,
            wholeBytesPerPixel: isDeep ? 2 * bytesPerPixel : bytesPerPixel
        )
        layout.decodedPixels = cost.pixels
        return layout
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
            if single.contains(box.kind) { try findings.takeOnce(box.kind) }
            switch box.kind {
            case "pitm": findings.items.primary = primaryItem(box.content, view)
            case "iinf": try read(items: box.content, view, &findings)
            case "iloc": try read(locations: box.content, view, &findings)
            case "iprp": try read(properties: box.content, view, &findings)
            case "iref": try read(references: box.content, view, &findings)
            case "idat": findings.items.local = box.content
            default: break
            }
        }
    }

    private static func primaryItem(_ content: Range<Int>, _ view: FileView) -> Int? {
        let isShort = view.byte(at: content.lowerBound) == 0
        return view.bigEndian(at: content.lowerBound + 4, isShort ? 2 : 4)
    }

    /// Which items are derived from which (ISO/IEC 14496-12, 8.11.12).
    private static func read(
        references: Range<Int>,
        _ view: FileView,
        _ findings: inout Findings
    ) throws(ImagingError) {
        guard references.count >= 4, let version = view.byte(at: references.lowerBound) else { return }
        let width = version == 0 ? 2 : 4
        let lists = try boxes(view, in: references.lowerBound + 4..<references.upperBound, &findings)
        for list in lists where list.kind == "dimg" {
            let start = list.content.lowerBound
            guard let item = view.bigEndian(at: start, width), let count = view.bigEndian(at: start + width, 2) else {
                continue
            }
            guard count <= mostItems else { throw .damaged(reason: "it has too many parts") }
            for index in 0..<count {
                let place = start + width + 2 + index * width
                guard place + width <= list.content.upperBound, let source = view.bigEndian(at: place, width) else {
                    break
                }
                try PictureLayout.count(part: &findings.entries)
                findings.items.add(source: source, of: item)
            }
        }
    }

    private static func read(
        properties: Range<Int>,
        _ view: FileView,
        _ findings: inout Findings
    ) throws(ImagingError) {
        for list in try boxes(view, in: properties, &findings) {
            switch list.kind {
            case "ipco":
                try findings.takeOnce(list.kind)
                for (index, property) in try boxes(view, in: list.content, &findings).enumerated() {
                    if ["av1C", "hvcC"].contains(property.kind) {
                        findings.items.set(configuration: property.kind, property.content, of: index + 1)
                    }
                    read(property: property, view, &findings)
                }
            case "ipma": try read(associations: list.content, view, &findings)
            default: break
            }
        }
    }

    /// Which items have which properties (ISO/IEC 23008-12, 9.3).
    private static func read(
        associations: Range<Int>,
        _ view: FileView,
        _ findings: inout Findings
    ) throws(ImagingError) {
        let start = associations.lowerBound
        guard let version = view.byte(at: start), let flags = view.bigEndian(at: start + 1, 3),
            let count = view.bigEndian(at: start + 4, 4)
        else { return }
        guard count <= mostItems else { throw .damaged(reason: "it has too many parts") }
        let (itemWidth, width) = (version == 0 ? 2 : 4, flags & 1 == 0 ? 1 : 2)
        var place = start + 8
        for _ in 0..<count {
            guard place < associations.upperBound, let item = view.bigEndian(at: place, itemWidth),
                let length = view.byte(at: place + itemWidth)
            else { return }
            place += itemWidth + 1
            for _ in 0..<length {
                guard place + width <= associations.upperBound, let property = view.bigEndian(at: place, width) else {
                    return
                }
                try PictureLayout.count(part: &findings.entries)
                // The highest bit says that it is essential.
                findings.items.add(property: property & (width == 1 ? 0x7F : 0x7FFF), to: item)
                place += width
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
            if let item = view.bigEndian(at: entry.content.lowerBound + 4, version == 2 ? 2 : 4),
                let name = view.name(at: kind)
            {
                try findings.items.set(kind: name, of: item)
            }
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
            let item = try take(version < 2 ? 2 : 4)
            let method = try version > 0 ? take(2) & 15 : 0
            _ = try take(2)
            let origin = try take(base)
            let extents = try take(2)
            var ranges: [Range<Int>] = []
            for _ in 0..<extents {
                try PictureLayout.count(part: &findings.entries)
                _ = try take(index)
                // Whatever lies behind the file's end is not there.
                let start = try min(take(offset), view.count) + min(origin, view.count)
                // No length means the whole file.
                let bytes = try min(length == 0 ? view.count : take(length), view.count)
                ranges.append(start..<start + bytes)
                findings.itemBytes += bytes
                try checkItems(findings, view)
            }
            try findings.items.set(ranges: ranges, method: method, of: item)
        }
    }
}
