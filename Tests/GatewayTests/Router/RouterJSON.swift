internal import Foundation

/// A JSON document of an answer, to look into by path.
enum RouterJSON: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([RouterJSON])
    case object([String: RouterJSON])
    /// There is nothing at the path.
    case missing

    /// - Returns: nil when the bytes are no JSON.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONDecoder().decode(RouterJSON.self, from: Data(bytes)) else { return nil }
        self = value
    }

    /// What is at a path of names and places, as in `data.0.url`.
    subscript(path: String) -> RouterJSON {
        path.split(separator: ".").reduce(self) { value, step in
            switch value {
            case .object(let members): members[String(step)] ?? .missing
            case .list(let items): Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil } ?? .missing
            default: .missing
            }
        }
    }

    /// Which paths have other values than expected, with what they have.
    func mismatches(_ expected: KeyValuePairs<String, RouterJSON>) -> [String] {
        expected.compactMap { path, value in self[path] == value ? nil : "\(path): \(self[path])" }
    }

    var string: String? { if case .text(let text) = self { text } else { nil } }
    var double: Double? { if case .number(let number) = self { number } else { nil } }
    var items: [RouterJSON] { if case .list(let items) = self { items } else { [] } }
    var names: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
}

extension RouterJSON: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([RouterJSON].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: RouterJSON].self))
        }
    }
}

extension RouterJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }
    init(floatLiteral value: Double) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
}
