internal import BinaryText

/// How options name a passkey (`PublicKeyCredentialDescriptorJSON`,
/// <https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialdescriptorjson>).
struct CredentialDescriptor: Encodable, Hashable, Sendable {
    static let publicKey = "public-key"

    private let type = Self.publicKey
    private let id: String
    private let transports: [String]

    private enum CodingKeys: CodingKey {
        case type
        case id
        case transports
    }

    init(_ passkey: Passkey) {
        id = Base64URL.encode(passkey.credentialID)
        transports = passkey.transports
    }
}

extension Duration {
    /// As options give a time: whole milliseconds in 32 bits.
    var optionMilliseconds: UInt32 {
        UInt32(min(max(0, (self / .milliseconds(1)).rounded()), Double(UInt32.max)))
    }
}
