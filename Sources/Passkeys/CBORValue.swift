/// An item of CBOR (RFC 8949), as far as authenticators may use it: CTAP2's canonical form, without floating point.
///
/// The form allows one encoding for each value (FIDO CTAP 2.1, section 8): shortest lengths, all of them definite, keys
/// of maps in order, no tags. What deviates is refused rather than repaired: no two parsers shall read the same bytes
/// differently.
enum CBORValue: Hashable, Sendable {
    case unsigned(UInt64)
    /// The number is -1 minus this, so that the smallest one has room.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBORValue])
    case map([CBORValue: CBORValue])
    case boolean(Bool)
    case null

    /// How many arrays and maps may lie within one another.
    static let deepest = 8
    /// More than any attestation needs, certificates included.
    static let longest = 65_536

    /// Exactly one item, with nothing behind it.
    init(_ bytes: [UInt8]) throws(PasskeyError.CBORFailure) {
        var rest = bytes[...]
        self = try Self.first(of: &rest)
        guard rest.isEmpty else { throw .trailingBytes }
    }

    /// Takes one item off the front: authenticator data goes on behind the key and says nowhere how long it is.
    static func first(of bytes: inout ArraySlice<UInt8>) throws(PasskeyError.CBORFailure) -> CBORValue {
        guard bytes.count <= longest else { throw .tooLong }
        var reader = ByteReader(bytes)
        let value = try CBORValue(from: &reader, within: 0)
        bytes = reader.rest
        return value
    }

    /// - Parameter depth: how many arrays and maps the item lies in.
    private init(from reader: inout ByteReader, within depth: Int) throws(PasskeyError.CBORFailure) {
        guard let head = reader.next() else { throw .truncated }
        switch head >> 5 {
        case 0: self = .unsigned(try Self.argument(of: head, from: &reader))
        case 1: self = .negative(try Self.argument(of: head, from: &reader))
        case 2: self = .bytes(Array(try Self.string(head, from: &reader)))
        case 3:
            guard let text = String(validating: try Self.string(head, from: &reader), as: UTF8.self) else {
                throw .notUnicode
            }
            self = .text(text)
        case 4: self = .array(try Self.elements(head, from: &reader, within: depth))
        case 5: self = .map(try Self.entries(head, from: &reader, within: depth))
        default:
            switch head {
            case 0xF4: self = .boolean(false)
            case 0xF5: self = .boolean(true)
            case 0xF6: self = .null
            default: throw .unsupportedType
            }
        }
    }

    private static func argument(
        of head: UInt8,
        from reader: inout ByteReader
    ) throws(PasskeyError.CBORFailure) -> UInt64 {
        let short = head & 31
        let width: Int
        let smallest: UInt64
        switch short {
        case 0..<24: return UInt64(short)
        case 24: (width, smallest) = (1, 24)
        case 25: (width, smallest) = (2, 1 << 8)
        case 26: (width, smallest) = (4, 1 << 16)
        case 27: (width, smallest) = (8, 1 << 32)
        case 31: throw .indefiniteLength
        default: throw .unsupportedType
        }
        guard let argument = reader.unsigned(width: width) else { throw .truncated }
        guard argument >= smallest else { throw .notShortest }
        return argument
    }

    /// A declared length or count. Bounded by the bytes that are there, so that a lie about it reserves no memory.
    private static func count(
        _ head: UInt8,
        from reader: inout ByteReader,
        bytesEach: Int = 1
    ) throws(PasskeyError.CBORFailure) -> Int {
        let declared = try argument(of: head, from: &reader)
        guard let count = Int(exactly: declared), count <= reader.rest.count / bytesEach else { throw .truncated }
        return count
    }

    private static func string(
        _ head: UInt8,
        from reader: inout ByteReader
    ) throws(PasskeyError.CBORFailure) -> ArraySlice<UInt8> {
        guard let bytes = reader.take(try count(head, from: &reader)) else { throw .truncated }
        return bytes
    }

    private static func elements(
        _ head: UInt8,
        from reader: inout ByteReader,
        within depth: Int
    ) throws(PasskeyError.CBORFailure) -> [CBORValue] {
        guard depth < deepest else { throw .tooDeep }
        var elements: [CBORValue] = []
        for _ in 0..<(try count(head, from: &reader)) {
            elements.append(try CBORValue(from: &reader, within: depth + 1))
        }
        return elements
    }

    private static func entries(
        _ head: UInt8,
        from reader: inout ByteReader,
        within depth: Int
    ) throws(PasskeyError.CBORFailure) -> [CBORValue: CBORValue] {
        guard depth < deepest else { throw .tooDeep }
        var entries: [CBORValue: CBORValue] = [:]
        var previous: ArraySlice<UInt8>?
        for _ in 0..<(try count(head, from: &reader, bytesEach: 2)) {
            let start = reader.rest
            let key = try CBORValue(from: &reader, within: depth + 1)
            switch key {
            case .unsigned, .negative, .text: break
            default: throw .unsupportedKey
            }
            let encoded = start.prefix(upTo: reader.rest.startIndex)
            // CTAP2 sorts by type, then length, then content. The shortest form begins with type and length, so
            // comparing bytes is the same. Strictly ascending, so no key can come twice.
            if let previous, !previous.lexicographicallyPrecedes(encoded) { throw .unsortedKeys }
            previous = encoded
            entries[key] = try CBORValue(from: &reader, within: depth + 1)
        }
        return entries
    }
}

extension CBORValue: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int64) {
        // For a negative number the complement is -1 minus it.
        self = value < 0 ? .negative(UInt64(~value)) : .unsigned(UInt64(value))
    }
}
