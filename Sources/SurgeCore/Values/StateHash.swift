/// A digest of anything that can be encoded: the same for equal values on every machine, in every process.
///
/// It is an encoder that writes nothing down and mixes everything it is given into 64 bits, so no field can be forgotten.
/// Swift's own hashing is seeded anew for each process and cannot do this. Not for secrets.
enum StateHash {
    static func of(_ value: some Encodable) -> UInt64 {
        let mixer = Mixer()
        // The mixer's encoder never throws, and the core's values do not either.
        try? value.encode(to: HashingEncoder(mixer: mixer))
        return mixer.value
    }

    fileprivate final class Mixer {
        private(set) var value: UInt64 = 0x2545_F491_4F6C_DD1D

        // What divides values is unlike any of them that is likely.
        static let keyed: UInt64 = 0xA076_1D64_78BD_642F
        static let unkeyed: UInt64 = 0xE703_7ED1_A0B4_28DB
        static let text: UInt64 = 0x8EBC_6AF0_9C88_C6E3
        static let missing: UInt64 = 0x5899_65CC_7537_4CC3

        /// SplitMix64's finalizer over a running sum.
        func mix(_ word: UInt64) {
            var mixed = value &+ word &+ 0x9E37_79B9_7F4A_7C15
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            value = (mixed ^ (mixed >> 31)) &+ (value &<< 1 | value >> 63)
        }

        func mix(_ text: String) {
            mix(Self.text ^ UInt64(text.utf8.count))
            for byte in text.utf8 { mix(UInt64(byte)) }
        }
    }
}

private struct HashingEncoder: Encoder {
    let mixer: StateHash.Mixer
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        mixer.mix(StateHash.Mixer.keyed)
        return KeyedEncodingContainer(KeyedHashing(mixer: mixer))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        mixer.mix(StateHash.Mixer.unkeyed)
        return UnkeyedHashing(mixer: mixer)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleHashing(mixer: mixer)
    }
}

private struct SingleHashing: SingleValueEncodingContainer {
    let mixer: StateHash.Mixer
    let codingPath: [any CodingKey] = []

    func encodeNil() { mixer.mix(StateHash.Mixer.missing) }

    func encode(_ value: some Encodable) throws {
        switch value {
        case let value as any BinaryInteger: mixer.mix(UInt64(truncatingIfNeeded: value))
        case let value as Double: mixer.mix(value.bitPattern)
        case let value as Float: mixer.mix(UInt64(value.bitPattern))
        case let value as Bool: mixer.mix(value ? 5 : 4)
        case let value as String: mixer.mix(value)
        default: try value.encode(to: HashingEncoder(mixer: mixer))
        }
    }
}

private struct UnkeyedHashing: UnkeyedEncodingContainer {
    let mixer: StateHash.Mixer
    let codingPath: [any CodingKey] = []
    private(set) var count = 0

    init(mixer: StateHash.Mixer) {
        self.mixer = mixer
    }

    mutating func encodeNil() {
        count += 1
        mixer.mix(StateHash.Mixer.missing)
    }

    mutating func encode(_ value: some Encodable) throws {
        count += 1
        try SingleHashing(mixer: mixer).encode(value)
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        HashingEncoder(mixer: mixer).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        HashingEncoder(mixer: mixer).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { HashingEncoder(mixer: mixer) }
}

private struct KeyedHashing<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let mixer: StateHash.Mixer
    let codingPath: [any CodingKey] = []

    mutating func encodeNil(forKey key: Key) {
        mixer.mix(key.stringValue)
        mixer.mix(StateHash.Mixer.missing)
    }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        mixer.mix(key.stringValue)
        try SingleHashing(mixer: mixer).encode(value)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        mixer.mix(key.stringValue)
        return HashingEncoder(mixer: mixer).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        mixer.mix(key.stringValue)
        return HashingEncoder(mixer: mixer).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { HashingEncoder(mixer: mixer) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { HashingEncoder(mixer: mixer) }
}
