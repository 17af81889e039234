/// A part of a document by somebody else: what is not of the expected form counts as not being there.
struct Lenient<Value: Decodable>: Decodable {
    let value: Value?

    init(from decoder: any Decoder) {
        value = try? Value(from: decoder)
    }
}

extension KeyedDecodingContainer {
    /// - Returns: nil when there is no such member, or it is of another form.
    func lenient<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) -> Value? {
        (try? decodeIfPresent(Lenient<Value>.self, forKey: key))?.value
    }

    /// The elements that are of the expected form.
    func lenientList<Value: Decodable>(_ key: Key, of type: Value.Type = Value.self) -> [Value] {
        (lenient(key, as: [Lenient<Value>].self) ?? []).compactMap(\.value)
    }
}
