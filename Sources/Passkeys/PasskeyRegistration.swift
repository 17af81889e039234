internal import BinaryText

/// The ceremony that makes a passkey (<https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential>).
public enum PasskeyRegistration {
    /// Whom the passkey is for (<https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialuserentityjson>).
    public struct User: Hashable, Sendable {
        /// 1 to 64 bytes that say nothing about the person: authenticators show them to whoever asks
        /// (<https://www.w3.org/TR/webauthn-3/#sctn-user-handle-privacy>). They come back as the user handle of an
        /// assertion.
        public let id: [UInt8]
        /// What tells the account from others of the same person.
        public let name: String
        /// For people.
        public let displayName: String

        public init(id: [UInt8], name: String, displayName: String) {
            self.id = id
            self.name = name
            self.displayName = displayName
        }
    }

    /// What to ask a browser for: a `PublicKeyCredentialCreationOptionsJSON`, which its
    /// `PublicKeyCredential.parseCreationOptionsFromJSON` takes
    /// (<https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson>).
    public struct Options: Encodable, Hashable, Sendable {
        private struct RelyingPartyEntity: Encodable, Hashable {
            let id: String
            let name: String
        }

        private struct UserEntity: Encodable, Hashable {
            let id: String
            let name: String
            let displayName: String
        }

        private struct Parameters: Encodable, Hashable {
            let type: String
            let alg: Int
        }

        private struct Selection: Encodable, Hashable {
            let residentKey: String
            /// The same for browsers that do not know `residentKey`.
            let requireResidentKey: Bool
            let userVerification: String
        }

        private let rp: RelyingPartyEntity
        private let user: UserEntity
        private let challenge: String
        private let pubKeyCredParams: [Parameters]
        private let timeout: UInt32
        private let excludeCredentials: [CredentialDescriptor]
        private let authenticatorSelection: Selection
        private let attestation: String

        /// - Parameters:
        ///   - challenge: 16 random bytes or more, for this one ceremony
        ///     (<https://www.w3.org/TR/webauthn-3/#sctn-cryptographic-challenges>).
        ///   - passkeys: those that the person has: an authenticator that has one of them makes no second.
        public init(
            user: User,
            challenge: [UInt8],
            relyingParty: RelyingParty,
            excluding passkeys: [Passkey] = [],
            timeout: Duration = .seconds(300)
        ) {
            rp = RelyingPartyEntity(id: relyingParty.id, name: relyingParty.name)
            self.user = UserEntity(id: Base64URL.encode(user.id), name: user.name, displayName: user.displayName)
            self.challenge = Base64URL.encode(challenge)
            pubKeyCredParams = SignatureAlgorithm.allCases.map {
                Parameters(type: CredentialDescriptor.publicKey, alg: $0.rawValue)
            }
            self.timeout = timeout.optionMilliseconds
            excludeCredentials = passkeys.map(CredentialDescriptor.init)
            // The passkey itself must know whom it belongs to: people sign in without saying who they are.
            authenticatorSelection = Selection(
                residentKey: "required",
                requireResidentKey: true,
                userVerification: "preferred"
            )
            attestation = "none"
        }
    }

    /// Accepts a new passkey, or says why not.
    ///
    /// Still to be checked by the caller, who has the records: that the challenge is fresh, and that nobody has the
    /// credential identifier yet (section 7.1 step 26).
    ///
    /// - Parameters:
    ///   - response: a `RegistrationResponseJSON` as the browser's `PublicKeyCredential.toJSON()` made it.
    ///   - challenge: the one that the options had.
    public static func verify(
        response: [UInt8],
        challenge: [UInt8],
        relyingParty: RelyingParty
    ) throws(PasskeyError) -> Passkey {
        let document = try ResponseFields(response: response)
        let credentialID = try document.credentialID()
        let fields = try document.fields(.response)
        let clientData = try ClientData(try fields.bytes(.clientDataJSON))
        try clientData.verify(.registration, challenge: challenge, relyingParty: relyingParty)
        // The document has copies of what follows, ready for use, but they are the browser's word, not the
        // authenticator's.
        let authenticatorData = try authenticatorData(attestation: try fields.bytes(.attestationObject))
        try authenticatorData.verify(relyingParty: relyingParty)
        guard let credential = authenticatorData.credential else { throw .missingCredential }
        guard credential.id == credentialID else { throw .contradictoryCredential }
        _ = try PublicKey(cose: credential.publicKey)
        return Passkey(
            credentialID: credential.id,
            publicKeyCOSE: credential.publicKey,
            signCount: authenticatorData.signCount,
            isBackedUp: authenticatorData.isBackedUp,
            transports: try transports(fields)
        )
    }

    /// Step 13: the authenticator data in an attestation object
    /// (<https://www.w3.org/TR/webauthn-3/#sctn-generating-an-attestation-object>).
    private static func authenticatorData(attestation bytes: [UInt8]) throws(PasskeyError) -> AuthenticatorData {
        let attestation: CBORValue
        do {
            attestation = try CBORValue(bytes)
        } catch {
            throw .malformedAttestation(error)
        }
        // Steps 21 to 24 ask which maker vouches for the authenticator. Any make is welcome here, so no statement could
        // change the outcome: whatever its format, it counts as none, and there is no certificate to check.
        guard case .map(let members) = attestation, case .text = members[.text("fmt")],
            case .map = members[.text("attStmt")], case .bytes(let authenticatorData) = members[.text("authData")]
        else { throw .incompleteAttestation }
        return try AuthenticatorData(authenticatorData)
    }

    /// What step 27 keeps of `transports`: also words that do not exist yet, but no more of them than are plausible
    /// (<https://www.w3.org/TR/webauthn-3/#dom-authenticatorattestationresponse-gettransports>).
    private static func transports(_ fields: ResponseFields) throws(PasskeyError) -> [String] {
        let transports = try fields.texts(.transports)
        guard transports.count <= 16, transports.allSatisfy({ $0.utf8.count <= 32 }) else {
            throw .invalidField(.transports)
        }
        return transports
    }
}
