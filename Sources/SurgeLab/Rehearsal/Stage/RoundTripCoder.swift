/// Writes a value down and reads it back, in memory: to see that nothing of it is forgotten.
enum RoundTripCoder {
    indirect enum Note {
        case missing
        case bool(Bool)
        case text(String)
        case integer(Int64)
        case natural(UInt64)
        case double(Double)
        case list([Note])
        case record([String: Note])
    }

    struct Unreadable: Error {}

    static func copy<Value: Codable>(of value: Value) -> Value? {
        let writer = Writer()
        do {
            try value.encode(to: writer)
            return try Value(from: Reader(note: writer.note))
        } catch {
            return nil
        }
    }

    /// Where one value is written to.
    final class Writer: Encoder {
        let codingPath: [any CodingKey] = []
        let userInfo: [CodingUserInfoKey: Any] = [:]
        private var plain: Note = .missing
        private var record: [String: Writer]?
        private var list: [Writer]?

        var note: Note {
            if let record { return .record(record.mapValues(\.note)) }
            return list.map { .list($0.map(\.note)) } ?? plain
        }

        var count: Int { list?.count ?? 0 }

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            record = record ?? [:]
            return KeyedEncodingContainer(KeyedWriting(writer: self))
        }

        func unkeyedContainer() -> any UnkeyedEncodingContainer {
            list = list ?? []
            return ListWriting(writer: self)
        }

        func singleValueContainer() -> any SingleValueEncodingContainer { PlainWriting(writer: self) }

        func writer(_ key: String) -> Writer {
            let writer = Writer()
            record?[key] = writer
            return writer
        }

        func next() -> Writer {
            let writer = Writer()
            list?.append(writer)
            return writer
        }

        func write(_ value: some Encodable) throws {
            switch value {
            case let value as Bool: plain = .bool(value)
            case let value as String: plain = .text(value)
            case let value as Double: plain = .double(value)
            case let value as Float: plain = .double(Double(value))
            case let value as any UnsignedInteger: plain = .natural(UInt64(value))
            case let value as any SignedInteger: plain = .integer(Int64(value))
            default: try value.encode(to: self)
            }
        }
    }

    private struct PlainWriting: SingleValueEncodingContainer {
        let writer: Writer
        let codingPath: [any CodingKey] = []

        func encodeNil() {}
        func encode(_ value: some Encodable) throws { try writer.write(value) }
    }

    private struct ListWriting: UnkeyedEncodingContainer {
        let writer: Writer
        let codingPath: [any CodingKey] = []
        var count: Int { writer.count }

        func encodeNil() { _ = writer.next() }
        func encode(_ value: some Encodable) throws { try writer.next().write(value) }
        func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            writer.next().container(keyedBy: type)
        }
        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { writer.next().unkeyedContainer() }
        func superEncoder() -> any Encoder { writer.next() }
    }

    private struct KeyedWriting<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let writer: Writer
        let codingPath: [any CodingKey] = []

        func encodeNil(forKey key: Key) { _ = writer.writer(key.stringValue) }
        func encode(_ value: some Encodable, forKey key: Key) throws { try writer.writer(key.stringValue).write(value) }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) -> KeyedEncodingContainer<Nested> { writer.writer(key.stringValue).container(keyedBy: type) }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            writer.writer(key.stringValue).unkeyedContainer()
        }
        func superEncoder() -> any Encoder { writer.writer("super") }
        func superEncoder(forKey key: Key) -> any Encoder { writer.writer(key.stringValue) }
    }
}
