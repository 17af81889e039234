internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import StrictJSON

/// Bodies of a few fields, as JSON. Forms of other sites' pages cannot send that without asking first.
enum SmallBody {
    private static let limits = JSONLimits(bytes: BodyRule.small.limit, depth: 16)

    static func object(_ request: Request) async throws -> [String: JSONValue] {
        let mediaType = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.trimmingWhitespace().lowercased()
        guard mediaType == "application/json" else {
            throw APIError.unsupportedMediaType("The content type must be application/json.")
        }
        var bytes: [UInt8] = []
        for try await piece in request.body { bytes.append(contentsOf: piece.readableBytesView) }
        return try JSONBody.object(bytes, limits: limits)
    }

    /// - Throws: when the field is missing, no string, empty or longer than `limit` characters.
    static func text(
        _ name: String,
        of fields: [String: JSONValue],
        limit: Int = TextLimit.reference
    ) throws(APIError) -> String {
        switch fields[name] {
        case nil, .null: throw .missing(name, "'\(name)' is missing.")
        case .string(let text):
            guard !text.isEmpty, TextLimit.holds(text, limit) else {
                throw .invalid(name, "'\(name)' must have 1 to \(limit) characters.")
            }
            // U+0000 ends texts where they are kept; HTML shows it as this, too.
            return text.replacing("\u{0}", with: "\u{FFFD}")
        case .some(let other): throw .invalid(name, "'\(name)' must be a string, not \(other.typeName).")
        }
    }

    /// - Returns: nil when the field is missing, null or empty.
    static func optional(_ name: String, of fields: [String: JSONValue], limit: Int) throws(APIError) -> String? {
        guard has(name, in: fields), fields[name] != .string("") else { return nil }
        return try text(name, of: fields, limit: limit)
    }

    /// A list of strings, each of 1 to `limit` characters.
    static func texts(_ name: String, of fields: [String: JSONValue], limit: Int) throws(APIError) -> [String] {
        guard has(name, in: fields) else { throw .missing(name, "'\(name)' is missing.") }
        guard case .array(let values)? = fields[name] else {
            throw .invalid(name, "'\(name)' must be a list of strings.")
        }
        return try values.map { value throws(APIError) in try text(name, of: [name: value], limit: limit) }
    }

    /// Whether a field has a value: null is none.
    static func has(_ name: String, in fields: [String: JSONValue]) -> Bool {
        fields[name].map { $0 != .null } ?? false
    }

    static func integer(
        _ name: String,
        of fields: [String: JSONValue],
        in range: ClosedRange<Int>
    ) throws(APIError) -> Int {
        guard let number = fields[name]?.wholeNumber, range.contains(number) else {
            throw .invalid(name, "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    static func boolean(_ name: String, of fields: [String: JSONValue], default value: Bool?) throws(APIError) -> Bool {
        switch fields[name] {
        case .boolean(let value): return value
        case nil, .null: if let value { return value }
        default: break
        }
        throw .invalid(name, "'\(name)' must be true or false.")
    }
}
