/// A field that is one of a few words.
package protocol NamedChoice: RawRepresentable, CaseIterable where RawValue == String {}

extension NamedChoice {
    fileprivate static var names: [String] { allCases.map(\.rawValue) }
}

/// Reads the fields of a scenario; whatever is wrong becomes an error that names the field and the remedy.
package struct FieldReader<Key: CodingKey & CaseIterable> {
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private let container: KeyedDecodingContainer<Key>
    private let path: String

    /// Refuses fields that do not exist: a misspelt one would silently be its default.
    package init(_ decoder: any Decoder, _ keys: Key.Type) throws {
        let path = Self.text(decoder.codingPath)
        self.path = path
        do {
            let known = Set(Key.allCases.map(\.stringValue))
            for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
                throw ScenarioError.invalid(
                    field: Self.joined(path, key.stringValue),
                    reason: "there is no such field",
                    remedy: "take one of \(known.sorted().joined(separator: ", "))"
                )
            }
            container = try decoder.container(keyedBy: Key.self)
        } catch let error as DecodingError {
            throw ScenarioError.invalid(
                field: path.isEmpty ? "scenario" : path,
                reason: Self.sentence(error),
                remedy: "give a mapping with \(Key.allCases.map(\.stringValue).joined(separator: ", "))"
            )
        }
    }

    package func required<Value: Decodable>(_ key: Key) throws -> Value {
        guard let value: Value = try optional(key) else {
            throw ScenarioError.invalid(
                field: Self.joined(path, key.stringValue),
                reason: "is missing",
                remedy: "add it"
            )
        }
        return value
    }

    package func optional<Value: Decodable>(_ key: Key) throws -> Value? {
        do {
            return try container.decodeIfPresent(Value.self, forKey: key)
        } catch let error as DecodingError {
            throw ScenarioError.invalid(
                field: Self.joined(path, key.stringValue),
                reason: Self.sentence(error),
                remedy: "give \(Self.kind(Value.self))"
            )
        }
    }

    /// What is wrong with a field's value, for throwing.
    package func invalid(_ key: Key, _ reason: String, _ remedy: String) -> ScenarioError {
        .invalid(field: Self.joined(path, key.stringValue), reason: reason, remedy: remedy)
    }

    private static func kind<Value>(_ type: Value.Type) -> String {
        switch type {
        case is Int.Type: "a whole number"
        case is UInt64.Type: "a whole number from 0"
        case is Double.Type: "a number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is [String].Type: "a list of texts"
        case let type as any NamedChoice.Type: "one of \(type.names.joined(separator: ", "))"
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
