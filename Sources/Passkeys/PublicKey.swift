internal import Crypto
internal import CryptoExtras

/// The signature algorithms that are offered and accepted, by their COSE numbers
/// (<https://www.w3.org/TR/webauthn-3/#sctn-alg-identifier>).
enum SignatureAlgorithm: Int, CaseIterable {
    case es256 = -7
    case edDSA = -8
    /// What Windows Hello makes on many machines.
    case rs256 = -257
}

/// A passkey's public key, ready to check signatures.
enum PublicKey {
    case es256(P256.Signing.PublicKey)
    case edDSA(Curve25519.Signing.PublicKey)
    case rs256(_RSA.Signing.PublicKey)

    /// COSE's numbers for the members of a key (RFC 9053, section 7; RFC 8230, section 4).
    private enum Label {
        static let type: CBORValue = 1
        static let algorithm: CBORValue = 3
        static let curve: CBORValue = -1
        static let x: CBORValue = -2
        static let y: CBORValue = -3
        static let modulus: CBORValue = -1
        static let exponent: CBORValue = -2
    }

    /// Reads a COSE key. It has exactly the members that its algorithm requires
    /// (<https://www.w3.org/TR/webauthn-3/#sctn-attested-credential-data>), and the one curve and point format that belong to it
    /// (<https://www.w3.org/TR/webauthn-3/#sctn-alg-identifier>).
    init(cose: [UInt8]) throws(PasskeyError) {
        let value: CBORValue
        do {
            value = try CBORValue(cose)
        } catch {
            throw .malformedPublicKey(error)
        }
        guard case .map(let members) = value else { throw .invalidPublicKey }
        let algorithm = SignatureAlgorithm.allCases.first { members[Label.algorithm] == $0.cose }
        let key: PublicKey? =
            switch algorithm {
            case nil: throw .unsupportedAlgorithm
            case .es256: Self.es256(members)
            case .edDSA: Self.edDSA(members)
            case .rs256: Self.rs256(members)
            }
        guard let key else { throw .invalidPublicKey }
        self = key
    }

    private static func es256(_ members: [CBORValue: CBORValue]) -> PublicKey? {
        guard members.count == 5, members[Label.type] == 2, members[Label.curve] == 1,
            case .bytes(let x) = members[Label.x], case .bytes(let y) = members[Label.y], x.count == 32, y.count == 32
        else { return nil }
        return (try? P256.Signing.PublicKey(x963Representation: [0x04] + x + y)).map(PublicKey.es256)
    }

    private static func edDSA(_ members: [CBORValue: CBORValue]) -> PublicKey? {
        guard members.count == 4, members[Label.type] == 1, members[Label.curve] == 6,
            case .bytes(let x) = members[Label.x], x.count == 32
        else { return nil }
        return (try? Curve25519.Signing.PublicKey(rawRepresentation: x)).map(PublicKey.edDSA)
    }

    private static func rs256(_ members: [CBORValue: CBORValue]) -> PublicKey? {
        // 2,048 to 4,096 bits: what is shorter is weak, and what is longer makes every check slow. Authenticators all
        // take 65,537 for the exponent; the smaller ones have a history of forged signatures.
        guard members.count == 4, members[Label.type] == 3,
            case .bytes(let modulus) = members[Label.modulus], (256...512).contains(modulus.count), modulus.first != 0,
            members[Label.exponent] == .bytes([0x01, 0x00, 0x01])
        else { return nil }
        return (try? _RSA.Signing.PublicKey(n: modulus, e: [0x01, 0x00, 0x01] as [UInt8])).map(PublicKey.rs256)
    }

    /// Whether the key's owner signed this, in the form that WebAuthn gives signatures
    /// (<https://www.w3.org/TR/webauthn-3/#sctn-signature-attestation-types>).
    func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        switch self {
        case .es256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .edDSA(let key):
            return key.isValidSignature(signature, for: message)
        case .rs256(let key):
            // RS256 is defined with this padding; its weaknesses are those of encryption, and of lenient checks.
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: SHA256.hash(data: message),
                padding: .insecurePKCS1v1_5
            )
        }
    }
}

extension SignatureAlgorithm {
    fileprivate var cose: CBORValue { CBORValue(integerLiteral: Int64(rawValue)) }
}
