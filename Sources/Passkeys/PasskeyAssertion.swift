internal import BinaryText
internal import Crypto

/// A proof that somebody has a passkey (<https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion>). Nothing in it is
/// to be believed before ``verify(challenge:relyingParty:passkey:)``.
public struct PasskeyAssertion: Hashable, Sendable {
    /// What to ask a browser for: a `PublicKeyCredentialRequestOptionsJSON`, which its
    /// `PublicKeyCredential.parseRequestOptionsFromJSON` takes
    /// (<https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson>).
    public struct Options: Encodable, Hashable, Sendable {
        private let challenge: String
        private let timeout: UInt32
        private let rpId: String
        private let allowCredentials: [CredentialDescriptor]
        private let userVerification: String

        /// - Parameters:
        ///   - challenge: 16 random bytes or more, for this one ceremony
        ///     (<https://www.w3.org/TR/webauthn-3/#sctn-cryptographic-challenges>).
        ///   - passkeys: those that will do. Without any, the person chooses among the service's, and the options
        ///     betray to nobody who has which (<https://www.w3.org/TR/webauthn-3/#sctn-credential-id-privacy-leak>).
        public init(
            challenge: [UInt8],
            relyingParty: RelyingParty,
            allowing passkeys: [Passkey] = [],
            timeout: Duration = .seconds(300)
        ) {
            self.challenge = Base64URL.encode(challenge)
            self.timeout = timeout.optionMilliseconds
            rpId = relyingParty.id
            allowCredentials = passkeys.map(CredentialDescriptor.init)
            userVerification = "preferred"
        }
    }

    /// Which passkey it claims to be made with.
    public let credentialID: [UInt8]
    /// Whose passkey it claims to be: the identifier from ``PasskeyRegistration/User``.
    ///
    /// When the options allowed any passkey, it must be there and name the passkey's owner (section 7.2 step 6). The
    /// caller, who has the records, checks that.
    public let userHandle: [UInt8]?

    private let clientDataJSON: [UInt8]
    private let authenticatorData: [UInt8]
    private let signature: [UInt8]

    /// Reads an `AuthenticationResponseJSON` as the browser's `PublicKeyCredential.toJSON()` made it.
    public init(response: [UInt8]) throws(PasskeyError) {
        let document = try ResponseFields(response: response)
        credentialID = try document.credentialID()
        let fields = try document.fields(.response)
        clientDataJSON = try fields.bytes(.clientDataJSON)
        authenticatorData = try fields.bytes(.authenticatorData)
        signature = try fields.bytes(.signature)
        userHandle = try fields.bytesIfPresent(.userHandle)
    }

    /// Accepts the proof, or says why not.
    ///
    /// Still to be checked by the caller: that the challenge is fresh, and that the passkey is the person's
    /// (``userHandle``).
    ///
    /// - Parameters:
    ///   - challenge: the one that the options had.
    ///   - passkey: the one on record under ``credentialID``.
    /// - Returns: the passkey as it is to be kept from now on, with its new count and backup state (section 7.2
    ///   step 24).
    public func verify(
        challenge: [UInt8],
        relyingParty: RelyingParty,
        passkey: Passkey
    ) throws(PasskeyError) -> Passkey {
        guard passkey.credentialID == credentialID else { throw .wrongPasskey }
        try ClientData(clientDataJSON).verify(.assertion, challenge: challenge, relyingParty: relyingParty)
        let data = try AuthenticatorData(authenticatorData)
        // Section 6.1: with assertions there must be none.
        guard data.credential == nil else { throw .unexpectedCredential }
        try data.verify(relyingParty: relyingParty)
        let key = try PublicKey(cose: passkey.publicKeyCOSE)
        // Steps 20 and 21.
        let message = authenticatorData + SHA256.hash(data: clientDataJSON)
        guard key.isValid(signature: signature, for: message) else { throw .wrongSignature }
        // Step 22. Passkeys that are kept in several places cannot count, and say so with zero.
        guard data.signCount > passkey.signCount || (data.signCount == 0 && passkey.signCount == 0) else {
            throw .possiblyCloned
        }
        var passkey = passkey
        passkey.signCount = data.signCount
        passkey.isBackedUp = data.isBackedUp
        return passkey
    }
}
