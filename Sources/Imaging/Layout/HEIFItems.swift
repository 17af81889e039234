/// The items of an HEIF file, as far as decoding needs them, and what their pixels take.
struct HEIFItems {
    /// Kinds of which the coded size can be read.
    private static let coded: Set = ["av01", "hvc1", "hev1"]
    /// Kinds of the main item that can be priced.
    private static let priced: Set = ["av01", "hvc1", "hev1", "grid", "iden"]
    /// Honest files have one or two ranges for an item.
    private static let mostRanges = 64
    /// Tiles that libheif decodes beside each other: it has four threads for that.
    private static let tilesAtOnce = 16

    private struct Item {
        var kind = ""
        var ranges: [Range<Int>] = []
        /// Where the ranges are: 0 in the file, 1 in the box of kind `idat`, 2 in another item.
        var method = 0
        /// Numbers of its properties, from 1.
        var properties: [Int] = []
    }

    private var items: [Int: Item] = [:]
    /// What items are derived from.
    private var sources: [Int: [Int]] = [:]
    /// Configurations by the number of their property.
    private var configurations: [Int: (kind: String, content: Range<Int>)] = [:]

    /// The main item; nil: the file does not say.
    var primary: Int?
    /// The content of the box of kind `idat`.
    var local: Range<Int>?

    /// - Throws: ``ImagingError/damaged(reason:)`` when it has one already: which one counts is not defined.
    mutating func set(kind: String, of item: Int) throws(ImagingError) {
        guard items[item]?.kind.isEmpty ?? true else { throw .damaged(reason: "it has the same part twice") }
        items[item, default: Item()].kind = kind
    }

    /// - Parameter method: where its ranges are: 0 in the file, 1 in the box of kind `idat`, 2 in another item.
    /// - Throws: ``ImagingError/damaged(reason:)`` when it has some already.
    mutating func set(ranges: [Range<Int>], method: Int, of item: Int) throws(ImagingError) {
        guard items[item]?.ranges.isEmpty ?? true else { throw .damaged(reason: "it has the same part twice") }
        items[item, default: Item()].ranges = ranges
        items[item, default: Item()].method = method
    }

    mutating func add(property: Int, to item: Int) { items[item, default: Item()].properties.append(property) }

    mutating func set(configuration kind: String, _ content: Range<Int>, of property: Int) {
        configurations[property] = (kind: kind, content: content)
    }

    mutating func add(source: Int, of item: Int) { sources[item, default: []].append(source) }

    // MARK: What they take

    struct Cost {
        /// Pixels that are in memory at the same time.
        var pixels = 0
        var isDeep = false
    }

    /// Reads the coded sizes.
    ///
    /// - Parameters:
    ///   - area: pixels of the picture as the file states them.
    ///   - parts: that were seen in this file, in all.
    /// - Throws: ``ImagingError/damaged(reason:)`` when a size cannot be read.
    func cost(_ view: FileView, area: Int, _ parts: inout Int) throws(ImagingError) -> Cost {
        if let primary, let kind = items[primary]?.kind, !kind.isEmpty, !Self.priced.contains(kind) {
            throw .damaged(reason: "its pixels are coded in a way that is not read")
        }
        var (whole, single, largestTile, allTiles) = (area, 0, 0, 0)
        var isDeep = false
        let tiles = Set(items.filter { $0.value.kind == "grid" }.flatMap { sources[$0.key] ?? [] })
        for (number, item) in items {
            if item.kind == "grid" { whole = try max(whole, gridArea(item, view)) }
            if item.kind == "iovl" { throw .damaged(reason: "it is laid together from several pictures") }
            guard Self.coded.contains(item.kind) else { continue }
            let picture = try self.picture(item, view, &parts)
            isDeep = isDeep || picture.isDeep
            if tiles.contains(number) {
                largestTile = max(largestTile, picture.decodedPixels)
                allTiles += picture.decodedPixels
            } else {
                single = max(single, picture.decodedPixels)
            }
        }
        var pixels = max(whole, single)
        // While tiles are decoded, the whole is there in three of the bytes that it takes in the end.
        if allTiles > 0 { pixels = max(pixels, whole / 8 * 3 + min(allTiles, Self.tilesAtOnce * largestTile)) }
        return Cost(pixels: pixels, isDeep: isDeep)
    }

    private func picture(_ item: Item, _ view: FileView, _ parts: inout Int) throws(ImagingError) -> CodedPicture {
        var picture = CodedPicture()
        let data = try self.data(of: item, view)
        let stated = item.properties.compactMap { configurations[$0] }
        if item.kind == "av01" {
            // The decoder gets the units of both, one after the other.
            let units = stated.filter { $0.kind == "av1C" && $0.content.count > 4 }
            let ranges = units.map { $0.content.lowerBound + 4..<$0.content.upperBound } + data.ranges
            try AV1Picture.read(FileRanges(view, ranges), into: &picture, &parts)
        } else {
            for configuration in stated where configuration.kind == "hvcC" {
                let content = FileRanges(view, [configuration.content])
                try HEVCPicture.read(configuration: content, into: &picture, &parts)
            }
            try HEVCPicture.read(data, into: &picture, &parts)
        }
        guard picture.area > 0 else { throw .damaged(reason: "its pixels do not say how large they are") }
        return picture
    }

    /// Rows, columns, and the size of the whole (ISO/IEC 23008-12, 6.6.2.3.2).
    private func gridArea(_ item: Item, _ view: FileView) throws(ImagingError) -> Int {
        let bytes = try data(of: item, view).bytes(at: 0, upTo: 12)
        let width = bytes.count > 1 && bytes[1] & 1 == 1 ? 4 : 2
        guard bytes.count >= 4 + 2 * width else { throw .damaged(reason: "its pixels do not say how large they are") }
        func number(_ offset: Int) -> Int { bytes[offset..<offset + width].reduce(0) { $0 << 8 | Int($1) } }
        return min(number(4), Int(Int32.max)) * min(number(4 + width), Int(Int32.max))
    }

    private func data(of item: Item, _ view: FileView) throws(ImagingError) -> FileRanges {
        guard item.ranges.count <= Self.mostRanges, item.method < 2 else {
            throw .damaged(reason: "its table of parts is broken")
        }
        guard item.method == 1 else {
            return FileRanges(view, item.ranges.map { $0.clamped(to: 0..<view.count) })
        }
        guard let local else { return FileRanges(view, []) }
        return FileRanges(
            view,
            item.ranges.map { range in
                let lower = min(range.lowerBound, local.count)
                let upper = min(range.upperBound, local.count)
                return local.lowerBound + lower..<local.lowerBound + upper
            }
        )
    }
}
