/// Reading what was written.
extension RoundTripCoder {
    struct Reader: Decoder {
        let note: Note
        let codingPath: [any CodingKey] = []
        let userInfo: [CodingUserInfoKey: Any] = [:]

        func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
            guard case .record(let record) = note else { throw Unreadable() }
            return KeyedDecodingContainer(KeyedReading(record: record))
        }

        func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
            guard case .list(let list) = note else { throw Unreadable() }
            return ListReading(list: list)
        }

        func singleValueContainer() throws -> any SingleValueDecodingContainer { PlainReading(note: note) }
    }

    private static func read<Value: Decodable>(_ type: Value.Type, _ note: Note) throws -> Value {
        let found: Any? =
            switch (note, type) {
            case (.bool(let value), _): value
            case (.text(let value), is String.Type): value
            case (.double(let value), is Double.Type): value
            case (.double(let value), is Float.Type): Float(value)
            case (.integer(let value), let type as any FixedWidthInteger.Type): type.init(exactly: value)
            case (.natural(let value), let type as any FixedWidthInteger.Type): type.init(exactly: value)
            default: nil
            }
        if let found, let value = found as? Value { return value }
        return try Value(from: Reader(note: note))
    }

    private struct PlainReading: SingleValueDecodingContainer {
        let note: Note
        let codingPath: [any CodingKey] = []

        func decodeNil() -> Bool { if case .missing = note { true } else { false } }

        // The kinds of values that a plain container is asked for; without them the generic one would call itself.
        func decode(_ type: Bool.Type) throws -> Bool { try plain() }
        func decode(_ type: String.Type) throws -> String { try plain() }
        func decode(_ type: Double.Type) throws -> Double { try plain() }
        func decode(_ type: Float.Type) throws -> Float {
            guard case .double(let value) = note else { throw Unreadable() }
            return Float(value)
        }
        func decode(_ type: Int.Type) throws -> Int { try whole() }
        func decode(_ type: Int8.Type) throws -> Int8 { try whole() }
        func decode(_ type: Int16.Type) throws -> Int16 { try whole() }
        func decode(_ type: Int32.Type) throws -> Int32 { try whole() }
        func decode(_ type: Int64.Type) throws -> Int64 { try whole() }
        func decode(_ type: UInt.Type) throws -> UInt { try whole() }
        func decode(_ type: UInt8.Type) throws -> UInt8 { try whole() }
        func decode(_ type: UInt16.Type) throws -> UInt16 { try whole() }
        func decode(_ type: UInt32.Type) throws -> UInt32 { try whole() }
        func decode(_ type: UInt64.Type) throws -> UInt64 { try whole() }
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: Reader(note: note)) }

        private func plain<Value>() throws -> Value {
            let found: Any? =
                switch note {
                case .bool(let value): value
                case .text(let value): value
                case .double(let value): value
                default: nil
                }
            guard let value = found as? Value else { throw Unreadable() }
            return value
        }

        private func whole<Value: FixedWidthInteger>() throws -> Value {
            let found: Value? =
                switch note {
                case .integer(let value): Value(exactly: value)
                case .natural(let value): Value(exactly: value)
                default: nil
                }
            guard let found else { throw Unreadable() }
            return found
        }
    }

    private struct ListReading: UnkeyedDecodingContainer {
        let list: [Note]
        let codingPath: [any CodingKey] = []
        private(set) var currentIndex = 0

        init(list: [Note]) { self.list = list }

        var count: Int? { list.count }
        var isAtEnd: Bool { currentIndex >= list.count }

        mutating func next() throws -> Note {
            guard currentIndex < list.count else { throw Unreadable() }
            defer { currentIndex += 1 }
            return list[currentIndex]
        }

        mutating func decodeNil() throws -> Bool {
            guard currentIndex < list.count, case .missing = list[currentIndex] else { return false }
            currentIndex += 1
            return true
        }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try RoundTripCoder.read(type, try next())
        }

        mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
            try Reader(note: try next()).container(keyedBy: type)
        }
        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try Reader(note: try next()).unkeyedContainer()
        }
        mutating func superDecoder() throws -> any Decoder { Reader(note: try next()) }
    }

    private struct KeyedReading<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let record: [String: Note]
        let codingPath: [any CodingKey] = []

        var allKeys: [Key] { record.keys.compactMap { Key(stringValue: $0) } }
        func contains(_ key: Key) -> Bool { record[key.stringValue] != nil }

        private func note(_ key: Key) throws -> Note {
            guard let note = record[key.stringValue] else { throw Unreadable() }
            return note
        }

        func decodeNil(forKey key: Key) throws -> Bool {
            guard case .missing = try note(key) else { return false }
            return true
        }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try RoundTripCoder.read(type, try note(key))
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { try Reader(note: try note(key)).container(keyedBy: type) }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try Reader(note: try note(key)).unkeyedContainer()
        }
        func superDecoder() throws -> any Decoder { Reader(note: .record(record)) }
        func superDecoder(forKey key: Key) throws -> any Decoder { Reader(note: try note(key)) }
    }
}
