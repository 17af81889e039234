/// JSON (RFC 8259), read strictly.
///
/// Foundation's decoder keeps one of two equal keys and does not say so. Here that would be a way to show one value to
/// this check and another to a different reader of the same signed bytes, so a key that comes twice is refused.
enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// No field that is read here holds a number, so which one it is is not kept.
    case number
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    static let deepest = 16
    static let longest = 65_536

    init(_ bytes: ArraySlice<UInt8>) throws(PasskeyError.JSONFailure) {
        guard bytes.count <= Self.longest else { throw .tooLong }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUnicode }
        var parser = JSONParser(bytes)
        self = try parser.document()
    }
}

private struct JSONParser {
    private var reader: ByteReader

    init(_ bytes: ArraySlice<UInt8>) {
        reader = ByteReader(bytes)
    }

    mutating func document() throws(PasskeyError.JSONFailure) -> JSONValue {
        let value = try value(within: 0)
        skipSpace()
        guard reader.rest.isEmpty else { throw .malformed }
        return value
    }

    private mutating func value(within depth: Int) throws(PasskeyError.JSONFailure) -> JSONValue {
        skipSpace()
        switch reader.rest.first {
        case UInt8(ascii: "{"): return .object(try object(within: depth))
        case UInt8(ascii: "["): return .array(try array(within: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default:
            try number()
            return .number
        }
    }

    private mutating func object(within depth: Int) throws(PasskeyError.JSONFailure) -> [String: JSONValue] {
        guard depth < JSONValue.deepest else { throw .tooDeep }
        var members: [String: JSONValue] = [:]
        try expect("{")
        skipSpace()
        if accept("}") { return members }
        repeat {
            skipSpace()
            let key = try string()
            skipSpace()
            try expect(":")
            guard members.updateValue(try value(within: depth + 1), forKey: key) == nil else { throw .repeatedKey }
            skipSpace()
        } while accept(",")
        try expect("}")
        return members
    }

    private mutating func array(within depth: Int) throws(PasskeyError.JSONFailure) -> [JSONValue] {
        guard depth < JSONValue.deepest else { throw .tooDeep }
        var elements: [JSONValue] = []
        try expect("[")
        skipSpace()
        if accept("]") { return elements }
        repeat {
            elements.append(try value(within: depth + 1))
            skipSpace()
        } while accept(",")
        try expect("]")
        return elements
    }

    private mutating func string() throws(PasskeyError.JSONFailure) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = reader.next() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escaped())
            case 0..<0x20: throw .malformed
            default: text.append(byte)
            }
        }
        throw .malformed
    }

    /// What follows a backslash, as UTF-8.
    private mutating func escaped() throws(PasskeyError.JSONFailure) -> [UInt8] {
        switch reader.next() {
        case UInt8(ascii: "\""): return [UInt8(ascii: "\"")]
        case UInt8(ascii: "\\"): return [UInt8(ascii: "\\")]
        case UInt8(ascii: "/"): return [UInt8(ascii: "/")]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw .malformed
        }
    }

    private mutating func escapedScalar() throws(PasskeyError.JSONFailure) -> [UInt8] {
        var units = [try codeUnit()]
        if UTF16.isLeadSurrogate(units[0]) {
            try expect("\\")
            try expect("u")
            units.append(try codeUnit())
        }
        // Half of a pair names no character; repaired, it would make different texts equal.
        guard let text = String(validating: units, as: UTF16.self) else { throw .notUnicode }
        return Array(text.utf8)
    }

    private mutating func codeUnit() throws(PasskeyError.JSONFailure) -> UInt16 {
        guard let digits = reader.take(4) else { throw .malformed }
        var unit: UInt16 = 0
        for digit in digits {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { throw .malformed }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }

    private mutating func number() throws(PasskeyError.JSONFailure) {
        _ = accept("-")
        if !accept("0") { try digits() }
        if accept(".") { try digits() }
        if accept("e") || accept("E") {
            _ = accept("+") || accept("-")
            try digits()
        }
    }

    private mutating func digits() throws(PasskeyError.JSONFailure) {
        let count = reader.rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        guard count > 0 else { throw .malformed }
        _ = reader.take(count)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(PasskeyError.JSONFailure) -> JSONValue {
        guard let letters = reader.take(word.utf8CodeUnitCount), letters.elementsEqual(word.description.utf8) else {
            throw .malformed
        }
        return value
    }

    private mutating func skipSpace() {
        let count = reader.rest.prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }.count
        _ = reader.take(count)
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard reader.rest.first == UInt8(ascii: character) else { return false }
        _ = reader.next()
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(PasskeyError.JSONFailure) {
        guard accept(character) else { throw .malformed }
    }
}
