/// Any JSON value (RFC 8259), parsed but not yet understood.
public enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// A number without fraction and exponent that fits.
    case integer(Int)
    /// Any other number; infinite when it is too large for a `Double`.
    case number(Double)
    case string(String)
    /// A string with half of a surrogate pair, as in `"\ud83d"`. JSON allows it, but no Unicode text has it: a caller that
    /// reads the field refuses it by name; a field that nobody reads may hold it.
    case brokenString
    case array([JSONValue])
    case object([String: JSONValue])

    /// The whole number that it is, however it is written: `3` as well as `3.0`.
    public var wholeNumber: Int? {
        switch self {
        case .integer(let number): number
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    /// What it is, for messages.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .brokenString: "a string with half of a surrogate pair"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .brokenString: try container.encode("\u{FFFD}")
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
