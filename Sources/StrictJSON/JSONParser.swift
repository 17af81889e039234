/// Reads JSON (RFC 8259) strictly, in one pass, counting as it goes.
///
/// Refused beyond the grammar: a byte order mark, other encodings than UTF-8, a name that comes twice in one object, and
/// whatever is above ``JSONLimits``. An error is thrown once, for the document; no value costs one.
public struct JSONParser {
    /// What becomes of a string with half of a surrogate pair.
    public enum BrokenStrings: Hashable, Sendable {
        case refused
        /// They are read as ``JSONValue/brokenString``.
        case marked
    }

    let bytes: [UInt8]
    let limits: JSONLimits
    private let wanted: Set<String>?
    private let brokenStrings: BrokenStrings
    var index = 0
    private var values = 0
    private var field: String?

    private init(_ bytes: [UInt8], _ limits: JSONLimits, _ wanted: Set<String>?, _ brokenStrings: BrokenStrings) {
        self.bytes = bytes
        self.limits = limits
        self.wanted = wanted
        self.brokenStrings = brokenStrings
    }

    /// Reads a document of any kind.
    public static func value(
        _ bytes: [UInt8],
        limits: JSONLimits,
        brokenStrings: BrokenStrings = .refused
    ) throws(JSONFailure) -> JSONValue {
        var parser = JSONParser(bytes, limits, nil, brokenStrings)
        return try parser.document()
    }

    /// Reads a document that is an object.
    ///
    /// - Parameter wanted: the names of the members to keep; nil: all. The others are checked and counted like these, but
    ///   nothing is made of them.
    public static func object(
        _ bytes: [UInt8],
        limits: JSONLimits,
        keeping wanted: Set<String>? = nil,
        brokenStrings: BrokenStrings = .refused
    ) throws(JSONFailure) -> [String: JSONValue] {
        var parser = JSONParser(bytes, limits, wanted, brokenStrings)
        guard case .object(let members) = try parser.document() else {
            throw JSONFailure(reason: .notAnObject, offset: 0, field: nil)
        }
        return members
    }

    func failure(_ reason: JSONFailure.Reason, at offset: Int? = nil) -> JSONFailure {
        JSONFailure(reason: reason, offset: offset ?? index, field: field)
    }

    // MARK: Values

    private mutating func document() throws(JSONFailure) -> JSONValue {
        guard bytes.count <= limits.bytes else { throw failure(.tooLong(limit: limits.bytes)) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure(.byteOrderMark) }
        // A text of ASCII has a zero among its first two bytes in UTF-16 and UTF-32, and never in UTF-8.
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) || bytes.prefix(2).contains(0) {
            throw failure(.otherEncoding)
        }
        skipSpace()
        guard index < bytes.count else { throw failure(.empty) }
        let value = try value(within: 0, isKept: true)
        skipSpace()
        guard index == bytes.count else { throw failure(next == UInt8(ascii: "/") ? .comment : .moreAfterEnd) }
        return value
    }

    private mutating func value(within depth: Int, isKept: Bool) throws(JSONFailure) -> JSONValue {
        values += 1
        guard values <= limits.values else { throw failure(.tooManyValues(limit: limits.values)) }
        switch next {
        case UInt8(ascii: "{"): return try object(within: depth, isKept: isKept)
        case UInt8(ascii: "["): return try array(within: depth, isKept: isKept)
        case UInt8(ascii: "\""):
            let text = try text(isKept: isKept, limit: .stringTooLong(limit: limits.stringBytes), limits.stringBytes)
            guard text.isBroken else { return .string(text.string) }
            guard brokenStrings == .marked else { throw failure(.unpairedSurrogate) }
            return .brokenString
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
        default: throw unexpected()
        }
    }

    private mutating func object(within depth: Int, isKept: Bool) throws(JSONFailure) -> JSONValue {
        guard depth < limits.depth else { throw failure(.tooDeep(limit: limits.depth)) }
        var members: [String: JSONValue] = [:]
        var names: Set<String> = []
        index += 1
        skipSpace()
        if accept("}") { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else {
                throw next == UInt8(ascii: "}") ? failure(.trailingComma) : unexpected()
            }
            let start = index
            let name = try text(isKept: true, limit: .nameTooLong(limit: limits.nameBytes), limits.nameBytes)
            guard !name.isBroken else { throw failure(.unpairedSurrogate, at: start) }
            guard names.insert(name.string).inserted else { throw failure(.repeatedName(name.string), at: start) }
            guard names.count <= limits.members else { throw failure(.tooManyMembers(limit: limits.members)) }
            if depth == 0 { field = name.string }
            skipSpace()
            guard accept(":") else { throw unexpected() }
            skipSpace()
            let isWanted = isKept && (depth > 0 || wanted?.contains(name.string) ?? true)
            let value = try value(within: depth + 1, isKept: isWanted)
            if isWanted { members[name.string] = value }
            if depth == 0 { field = nil }
            skipSpace()
        } while accept(",")
        guard accept("}") else { throw unexpected() }
        return .object(members)
    }

    private mutating func array(within depth: Int, isKept: Bool) throws(JSONFailure) -> JSONValue {
        guard depth < limits.depth else { throw failure(.tooDeep(limit: limits.depth)) }
        var elements: [JSONValue] = []
        index += 1
        skipSpace()
        if accept("]") { return .array(elements) }
        repeat {
            skipSpace()
            guard next != UInt8(ascii: "]") else { throw failure(.trailingComma) }
            let element = try value(within: depth + 1, isKept: isKept)
            if isKept { elements.append(element) }
            skipSpace()
        } while accept(",")
        guard accept("]") else { throw unexpected() }
        return .array(elements)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFailure) -> JSONValue {
        let letters = bytes[index...].prefix(word.utf8CodeUnitCount)
        guard letters.elementsEqual(word.description.utf8) else { throw unexpected() }
        index += letters.count
        return value
    }

    // MARK: Characters

    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    func unexpected() -> JSONFailure {
        switch next {
        case nil: failure(.incomplete)
        case UInt8(ascii: "/"): failure(.comment)
        default: failure(.unexpectedCharacter)
        }
    }
}
