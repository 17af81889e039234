/// What to keep of a passkey (<https://www.w3.org/TR/webauthn-3/#credential-record>). Nothing in it is secret.
public struct Passkey: Codable, Hashable, Sendable {
    /// The authenticator's name for it; unique among all people's.
    public let credentialID: [UInt8]
    /// As the authenticator wrote it: a COSE key (RFC 9052, section 7).
    public let publicKeyCOSE: [UInt8]
    /// How often it has signed; zero for ever when the authenticator does not count.
    public var signCount: UInt32
    /// Whether it survives the loss of the device.
    public var isBackedUp: Bool
    /// How its authenticator can be reached; hints for the browser.
    public let transports: [String]

    public init(
        credentialID: [UInt8],
        publicKeyCOSE: [UInt8],
        signCount: UInt32,
        isBackedUp: Bool,
        transports: [String]
    ) {
        self.credentialID = credentialID
        self.publicKeyCOSE = publicKeyCOSE
        self.signCount = signCount
        self.isBackedUp = isBackedUp
        self.transports = transports
    }
}
