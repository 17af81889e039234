import Testing

@testable import Passkeys

@Suite("Public keys")
struct PublicKeyTests {
    /// The members of a good key.
    private static func members(_ name: String) throws -> [Int: CBORValue] {
        guard case .map(let members) = try CBORValue(try Fixture.credential(name).publicKey.decoded()) else {
            return [:]
        }
        return Dictionary(
            uniqueKeysWithValues: members.compactMap { key, value in
                switch key {
                case .unsigned(let number): (Int(number), value)
                case .negative(let number): (-1 - Int(number), value)
                default: nil
                }
            }
        )
    }

    private static func encode(_ members: [Int: CBORValue]) -> [UInt8] {
        // Positive keys first, then negative ones from -1 down: the canonical order.
        let keys = members.keys.sorted { ($0 < 0 ? 1_000 - $0 : $0) < ($1 < 0 ? 1_000 - $1 : $1) }
        return CBOR.map(
            keys.map { key in
                switch members[key] {
                case .bytes(let bytes): (key, CBOR.bytes(bytes))
                case .unsigned(let number): (key, CBOR.integer(Int(number)))
                case .negative(let number): (key, CBOR.integer(-1 - Int(number)))
                default: (key, [0xF6])
                }
            }
        )
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let testDescription: String
        let error: PasskeyError
        let change: @Sendable (inout [Int: CBORValue]) -> Void

        init(
            _ name: String,
            _ description: String,
            _ error: PasskeyError = .invalidPublicKey,
            change: @escaping @Sendable (inout [Int: CBORValue]) -> Void
        ) {
            self.name = name
            testDescription = description
            self.error = error
            self.change = change
        }
    }

    private static let curve = "ES256, synced"
    private static let edwards = "EdDSA, synced"
    private static let laptop = "RS256, a laptop"

    @Test("Good keys are read, and written again byte by byte", arguments: Fixture.names)
    func good(name: String) throws {
        let key = try Fixture.credential(name).publicKey.decoded()
        #expect(try Self.encode(Self.members(name)) == key)
        #expect(throws: Never.self) { try PublicKey(cose: key) }
    }

    @Test("Keys that are not what their algorithm asks for are refused", arguments: changes)
    func changed(change: Change) throws {
        var members = try Self.members(change.name)
        change.change(&members)
        #expect(throws: change.error) { try PublicKey(cose: Self.encode(members)) }
    }

    private static let changes =
        [curve, edwards, laptop].flatMap { name in
            [
                Change(name, "no algorithm", .unsupportedAlgorithm) { $0[3] = nil },
                Change(name, "ES384", .unsupportedAlgorithm) { $0[3] = -35 },
                Change(name, "RS1", .unsupportedAlgorithm) { $0[3] = -65_535 },
                Change(name, "no type") { $0[1] = nil },
                Change(name, "a symmetric key") { $0[1] = 4 },
                Change(name, "a member more") { $0[4] = 1 },
                Change(name, "no first parameter") { $0[-1] = nil },
                Change(name, "no second parameter") { $0[-2] = nil },
                Change(name, "a second parameter of another type") { $0[-2] = 1 },
                Change(name, "an empty second parameter") { $0[-2] = .bytes([]) },
            ]
        } + [
            Change(curve, "P-384") { $0[-1] = 2 },
            Change(curve, "secp256k1") { $0[-1] = 8 },
            Change(curve, "the algorithm of Edwards curves") { $0[3] = -8 },
            Change(curve, "a compressed point") { $0[-3] = .boolean(true) },
            Change(curve, "no point of the curve") { $0[-3] = .bytes([UInt8](repeating: 1, count: 32)) },
            Change(curve, "zero") {
                $0[-2] = .bytes([UInt8](repeating: 0, count: 32))
                $0[-3] = .bytes([UInt8](repeating: 0, count: 32))
            },
            Change(curve, "beyond the field") { $0[-2] = .bytes([UInt8](repeating: 0xFF, count: 32)) },
            Change(curve, "a coordinate with a zero before it") { $0.prepend(0, to: -2) },
            Change(edwards, "X25519") { $0[-1] = 4 },
            Change(edwards, "Ed448") { $0[-1] = 7 },
            Change(edwards, "the algorithm of P-256") { $0[3] = -7 },
            Change(edwards, "a byte more") { $0.prepend(0, to: -2) },
            Change(laptop, "1,024 bits") { $0[-1] = .bytes([UInt8](repeating: 0xFF, count: 128)) },
            Change(laptop, "2,041 bits") { $0[-1] = .bytes([1] + [UInt8](repeating: 0xFF, count: 255)) },
            Change(laptop, "8,192 bits") { $0[-1] = .bytes([UInt8](repeating: 0xFF, count: 1_024)) },
            Change(laptop, "a modulus with a zero before it") { $0.prepend(0, to: -1) },
            Change(laptop, "an even modulus") { $0[-1] = .bytes([UInt8](repeating: 0xFE, count: 256)) },
            Change(laptop, "the exponent one") { $0[-2] = .bytes([1]) },
            Change(laptop, "the exponent three") { $0[-2] = .bytes([3]) },
            Change(laptop, "an exponent with a zero before it") { $0.prepend(0, to: -2) },
        ]
}

extension [Int: CBORValue] {
    fileprivate mutating func prepend(_ byte: UInt8, to key: Int) {
        if case .bytes(let bytes) = self[key] { self[key] = .bytes([byte] + bytes) }
    }
}
