import Foundation

@testable import Imaging

/// Builds HEIF files from their parts: AVIF and HEIC with items that say what a test wants.
enum HEIFBuilder {
    struct Item {
        var kind: String
        var data: [UInt8]
        /// Numbers of its properties, from 1.
        var properties: [Int] = []
        /// nil: its place in the list, from 1.
        var number: Int?
    }

    /// - Parameters:
    ///   - items: the first is the main one; all others are its tiles when it is a grid.
    ///   - size: as the file states it.
    ///   - properties: without the size.
    static func file(_ items: [Item], size: PixelSize, properties: [[UInt8]] = []) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { FileBuilder.bigEndian(value, 2) }
        let zero = FileBuilder.bigEndian(0)
        let names = items.indices.map { items[$0].number ?? $0 + 1 }
        var entries: [UInt8] = []
        var locations: [UInt8] = [1, 0, 0, 0, 0x44, 0]
        locations += number(items.count)
        var associations: [UInt8] = []
        var place = 0
        for (name, item) in zip(names, items) {
            let head: [UInt8] = [2, 0, 0, 0] + number(name) + [0, 0]
            entries += FileBuilder.box("infe", head + Array(item.kind.utf8) + [0])
            // One range in the box of kind `idat`.
            locations += number(name) + number(1) + number(0) + number(1)
            locations += FileBuilder.bigEndian(place) + FileBuilder.bigEndian(item.data.count)
            place += item.data.count
            associations += number(name)
            associations.append(UInt8(item.properties.count))
            associations += item.properties.map { UInt8($0) | 0x80 }
        }
        let stated = FileBuilder.box(
            "ispe",
            zero + FileBuilder.bigEndian(size.width) + FileBuilder.bigEndian(size.height)
        )
        let owned = FileBuilder.box("ipco", (properties + [stated]).flatMap(\.self))
        let assigned = FileBuilder.box("ipma", zero + FileBuilder.bigEndian(items.count) + associations)
        let tiles = names.dropFirst().flatMap(number)
        let sources = FileBuilder.box("dimg", number(1) + number(items.count - 1) + tiles)
        let boxes: [[UInt8]] = [
            zero,
            FileBuilder.box("pitm", zero + number(1)),
            FileBuilder.box("iinf", zero + number(items.count) + entries),
            FileBuilder.box("iloc", locations),
            FileBuilder.box("iprp", owned + assigned),
            FileBuilder.box("iref", zero + sources),
            FileBuilder.box("idat", items.flatMap(\.data)),
        ]
        let brand = items.first?.kind == "hvc1" ? "heic" : "avif"
        let head = FileBuilder.box("ftyp", Array(brand.utf8) + zero + Array("mif1\(brand)".utf8))
        return head + FileBuilder.box("meta", boxes.flatMap(\.self))
    }

    /// Bytes of numbers of any width, the highest bit first.
    static func bits(_ fields: [(value: Int, width: Int)]) -> [UInt8] {
        var bytes: [UInt8] = []
        var place = 0
        for (value, width) in fields {
            for shift in (0..<width).reversed() {
                if place % 8 == 0 { bytes.append(0) }
                if value >> shift & 1 == 1 { bytes[place / 8] |= 0x80 >> UInt8(place % 8) }
                place += 1
            }
        }
        return bytes
    }

    // MARK: AV1

    private static func av1Unit(_ kind: UInt8, _ content: [UInt8]) -> [UInt8] {
        [kind << 3 | 2, UInt8(content.count)] + content
    }

    /// A sequence header as still pictures have it.
    static func av1Still(_ width: Int, _ height: Int, isDeep: Bool = false) -> [UInt8] {
        let (right, bottom, deep) = (width - 1, height - 1, isDeep ? 1 : 0)
        let content = bits([
            (0, 3), (1, 1), (1, 1), (0, 5), (15, 4), (15, 4), (right, 16), (bottom, 16), (0, 6), (deep, 1), (1, 1),
        ])
        return av1Unit(1, content)
    }

    /// A sequence header as films have it.
    static func av1Film(_ width: Int, _ height: Int) -> [UInt8] {
        let (right, bottom) = (width - 1, height - 1)
        let content = bits([
            (0, 3), (0, 1), (0, 1), (0, 1), (0, 1), (0, 5), (0, 12), (0, 5), (15, 4), (15, 4), (right, 16),
            (bottom, 16), (0, 1), (0, 3), (0, 4), (0, 1), (1, 1), (1, 1), (0, 3), (0, 1), (1, 1),
        ])
        return av1Unit(1, content)
    }

    /// A frame's beginning; for films, whether it says that it has another size than the sequence.
    static func av1Frame(hasOtherSize: Bool = false) -> [UInt8] {
        let mark = hasOtherSize ? 1 : 0
        return av1Unit(6, bits([(0, 1), (0, 2), (1, 1), (0, 1), (0, 1), (mark, 1), (0, 9)]))
    }

    // MARK: HEVC

    private static func exponential(_ value: Int) -> (value: Int, width: Int) {
        let width = Int.bitWidth - (value + 1).leadingZeroBitCount
        return (value + 1, 2 * width - 1)
    }

    /// A sequence parameter set, with the bytes that keep it from looking like a start code.
    static func hevcSequence(_ width: Int, _ height: Int, depth: Int = 8) -> [UInt8] {
        let content = bits([
            (0, 4), (0, 3), (1, 1), (0x6000_0001, 32), (0, 32), (0xFF_FFFF, 32), exponential(0), exponential(1),
            exponential(width), exponential(height), (0, 1), exponential(depth - 8), exponential(depth - 8), (1, 1),
        ])
        var unit: [UInt8] = [0x42, 0x01]
        for byte in content {
            if unit.suffix(2) == [0, 0], byte <= 3 { unit.append(3) }
            unit.append(byte)
        }
        return unit
    }

    static func hevcConfiguration(_ unit: [UInt8]) -> [UInt8] {
        let list = [1, 33] + FileBuilder.bigEndian(1, 2) + FileBuilder.bigEndian(unit.count, 2) + unit
        return FileBuilder.box("hvcC", [UInt8](repeating: 0, count: 22) + list)
    }

    /// A unit as it stands in an item.
    static func hevcUnit(_ unit: [UInt8]) -> [UInt8] { FileBuilder.bigEndian(unit.count) + unit }

    /// The beginning of a picture's first part.
    static let hevcPicture = hevcUnit([0x26, 0x01, 0xA0])

    // MARK: A whole file

    /// An AVIF of 1600 x 1200 pixels, all red, with a thumbnail of 800 x 600, all blue. Made with libheif 1.15: both
    /// were encoded as AV1, the second was given to the first by heif_context_assign_thumbnail.
    static let redWithBlueThumbnail = Data(base64Encoded: redText).map(Array.init) ?? []

    private static let redText =
        "AAAAKGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZmF2aWZtaWYxbWlhZgAAAXVtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
        + "AAAAAAAAAAAAAA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAGlAAEAAAAAAAAAXwACAAAAAAIEAAEAAAAAAAAATAAAADhp"
        + "aW5mAAAAAAACAAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAFWluZmUCAAAAAAIAAGF2MDEAAAAAtGlwcnAAAACOaXBjbwAAABNjb2xybmNs"
        + "eAACAAIABoAAAAAMYXYxQ4EIDAAAAAAUaXNwZQAAAAAAAAZAAAAEsAAAABBwaXhpAAAAAAMICAgAAAATY29scm5jbHgAAgACAAaAAAAA"
        + "DGF2MUOBBAwAAAAAFGlzcGUAAAAAAAADIAAAAlgAAAAQcGl4aQAAAAADCAgIAAAAHmlwbWEAAAAAAAAAAgABBIGCA4QAAgSFhgeIAAAA"
        + "GmlyZWYAAAAAAAAADnRobWIAAgABAAEAAACzbWRhdBIACgoaKrH8r+CBAQNCMk8SAAKKKKEA9Mns4ND9PFgghPZsiOQrQ2e49IKUFUxx"
        + "Nei9mKOztuAVN7v6xNPj+ckf9bvBqS/beXpt87wOyGGV+IUlCWQfjgMFWixE4Bj4EgAKChkmcflfggQEDQgyPBIAAooooQD0yezeJeTN"
        + "P1z3qXzT96rTg6IKUHPTr9kV+8tRnHXbgFTe7+sTUBVn4gvwPuJwPqGQppRkIA=="
}
