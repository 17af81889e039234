/// Reads the fields of a scenario; whatever is wrong becomes an error that names the field and the remedy.
struct FieldReader<Key: CodingKey & CaseIterable> {
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private let container: KeyedDecodingContainer<Key>
    private let path: String

    /// Refuses fields that do not exist: a misspelt one would silently be its default.
    init(_ decoder: any Decoder, _ keys: Key.Type) throws {
        let path = Self.text(decoder.codingPath)
        self.path = path
        do {
            let known = Set(Key.allCases.map(\.stringValue))
            for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
                throw LoadError.invalid(
                    field: Self.joined(path, key.stringValue),
                    reason: "there is no such field",
                    remedy: "take one of \(known.sorted().joined(separator: ", "))"
                )
            }
            container = try decoder.container(keyedBy: Key.self)
        } catch let error as DecodingError {
            throw LoadError.invalid(
                field: path.isEmpty ? "scenario" : path,
                reason: Self.sentence(error),
                remedy: "give a mapping with \(Key.allCases.map(\.stringValue).joined(separator: ", "))"
            )
        }
    }

    func required<Value: Decodable>(_ key: Key) throws -> Value {
        guard let value: Value = try optional(key) else {
            throw LoadError.invalid(
                field: Self.joined(path, key.stringValue),
                reason: "is missing",
                remedy: "add it"
            )
        }
        return value
    }

    func optional<Value: Decodable>(_ key: Key) throws -> Value? {
        do {
            return try container.decodeIfPresent(Value.self, forKey: key)
        } catch let error as DecodingError {
            throw LoadError.invalid(
                field: Self.joined(path, key.stringValue),
                reason: Self.sentence(error),
                remedy: "give \(Self.kind(Value.self))"
            )
        }
    }

    private static func kind<Value>(_ type: Value.Type) -> String {
        switch type {
        case is Int.Type: "a whole number"
        case is UInt64.Type: "a whole number from 0"
        case is Double.Type: "a number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is [String].Type: "a list of texts"
        case is LoadMode.Type: "one of \(LoadMode.allCases.map(\.rawValue).joined(separator: ", "))"
        case is LoadRequest.Kind.Type: "one of \(LoadRequest.Kind.allCases.map(\.rawValue).joined(separator: ", "))"
        default: "a value of the kind that the documentation says"
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context),
            .keyNotFound(_, let context):
            context.debugDescription.split(separator: "\n").first.map(String.init) ?? "has the wrong kind"
        @unknown default: "has the wrong kind"
        }
    }

    private static func text(_ path: [any CodingKey]) -> String {
        path.reduce("") { text, key in
            if let index = key.intValue { return "\(text)[\(index)]" }
            return joined(text, key.stringValue)
        }
    }

    private static func joined(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
