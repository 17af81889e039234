internal import StrictJSON

/// Why a passkey, or a proof that somebody has it, is not accepted. One case for each check that can fail.
///
/// The sections are those of <https://www.w3.org/TR/webauthn-3/>.
public enum PasskeyError: Error, Hashable, Sendable {
    /// What is wrong with a JSON document.
    public enum JSONFailure: Error, Hashable, Sendable {
        case tooLong
        case tooDeep
        case notUnicode
        case malformed
        /// A key that comes twice in one object, so that readers may disagree about its value.
        case repeatedKey
        case notAnObject
    }

    /// What is wrong with CBOR, by the rules of CTAP2's canonical form.
    public enum CBORFailure: Error, Hashable, Sendable {
        case tooLong
        case tooDeep
        /// It ends early, or declares more than there is.
        case truncated
        case trailingBytes
        case notUnicode
        case notShortest
        case indefiniteLength
        /// Keys out of order, or the same one twice.
        case unsortedKeys
        case unsupportedKey
        /// Tags, floating point, reserved values.
        case unsupportedType
    }

    /// The members of the client's documents that are read.
    public enum Field: String, Hashable, Sendable {
        case id
        case rawID = "rawId"
        case type
        case response
        case clientDataJSON
        case attestationObject
        case transports
        case authenticatorData
        case signature
        case userHandle
        case challenge
        case origin
        case crossOrigin
    }

    // MARK: The document (section 5.1)
    case malformedResponse(JSONFailure)
    /// Not there, or not of the type that it must have.
    case invalidField(Field)
    /// Not unpadded base64url in its only form.
    case notBase64URL(Field)
    /// The credential is not a public key.
    case wrongCredentialType
    /// `id` and `rawId` name different credentials.
    case contradictoryIdentifiers

    // MARK: Client data (section 5.8.1)
    case malformedClientData(JSONFailure)
    /// Made for the other ceremony (7.1 step 7, 7.2 step 10).
    case wrongCeremony
    /// (7.1 step 8, 7.2 step 11)
    case wrongChallenge
    /// (7.1 step 9, 7.2 step 12)
    case wrongOrigin
    /// Made inside a frame of a foreign page (7.1 step 10, 7.2 step 13).
    case crossOrigin
    /// Names a page around the one that asked (7.1 step 11, 7.2 step 14).
    case embedded

    // MARK: Authenticator data (section 6.1)
    case malformedAttestation(CBORFailure)
    /// The attestation object lacks one of its three parts (section 6.5.4).
    case incompleteAttestation
    /// Shorter than its fixed parts or than it says.
    case truncatedAuthenticatorData
    /// More than its flags announce.
    case trailingAuthenticatorData
    /// Extensions that are no CBOR map.
    case malformedExtensions
    /// Made for another domain (7.1 step 14, 7.2 step 15).
    case wrongRelyingParty
    /// Nobody confirmed (7.1 step 15, 7.2 step 16).
    case userNotPresent
    /// Backed up, but not fit to be (7.1 step 17, 7.2 step 18).
    case contradictoryBackupState

    // MARK: The credential (section 6.5.1)
    /// A registration without a credential in it.
    case missingCredential
    /// An assertion with a credential in it.
    case unexpectedCredential
    /// Empty, or above 1,023 bytes (7.1 step 25).
    case invalidCredentialIDLength
    /// The authenticator made another credential than the client says.
    case contradictoryCredential
    case malformedPublicKey(CBORFailure)
    /// None of those that were offered (7.1 step 20).
    case unsupportedAlgorithm
    /// Not a key of its algorithm (section 5.8.5).
    case invalidPublicKey

    // MARK: The proof
    /// It names another passkey than the one to check it by (7.2 step 6).
    case wrongPasskey
    /// (7.2 step 21)
    case wrongSignature
    /// The counter did not advance: the passkey may exist twice (7.2 step 22).
    case possiblyCloned
}

extension PasskeyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformedResponse(let failure): "The passkey response \(failure)."
        case .invalidField(let field):
            "The field '\(field.rawValue)' of the passkey response is missing or not what it must be."
        case .notBase64URL(let field): "The field '\(field.rawValue)' of the passkey response is not valid base64url."
        case .wrongCredentialType: "The credential is not a passkey."
        case .contradictoryIdentifiers: "The passkey response names two different passkeys."
        case .malformedClientData(let failure): "What the browser said about the request \(failure)."
        case .wrongCeremony: "The passkey response answers a different kind of request."
        case .wrongChallenge: "The passkey response answers a different request. Please try again."
        case .wrongOrigin: "The passkey was used on a site that does not belong to this service."
        case .crossOrigin: "The passkey was used inside a page of another site."
        case .embedded: "The passkey was used inside another page."
        case .malformedAttestation(let failure): "The new passkey's attestation \(failure)."
        case .incompleteAttestation: "The new passkey's attestation lacks a part."
        case .truncatedAuthenticatorData: "The authenticator's data ends early."
        case .trailingAuthenticatorData: "The authenticator's data holds more than it announces."
        case .malformedExtensions: "The authenticator's extensions cannot be read."
        case .wrongRelyingParty: "The passkey belongs to another service."
        case .userNotPresent: "Nobody confirmed the use of the passkey."
        case .contradictoryBackupState: "The authenticator says that the passkey is backed up and that it cannot be."
        case .missingCredential: "The authenticator made no passkey."
        case .unexpectedCredential: "The authenticator made a passkey where it should have used one."
        case .invalidCredentialIDLength: "The passkey's identifier is empty or too long."
        case .contradictoryCredential: "The authenticator and the browser name different passkeys."
        case .malformedPublicKey(let failure): "The passkey's public key \(failure)."
        case .unsupportedAlgorithm: "The passkey uses a signature algorithm that is not accepted here."
        case .invalidPublicKey: "The passkey's public key is not a valid key."
        case .wrongPasskey: "The response was made with another passkey."
        case .wrongSignature: "The passkey's signature is not valid."
        case .possiblyCloned:
            "The passkey's counter did not advance, so there may be a copy of it. It was not accepted."
        }
    }
}

extension PasskeyError.JSONFailure: CustomStringConvertible {
    /// The end of a sentence about the document.
    public var description: String {
        switch self {
        case .tooLong: "is too long"
        case .tooDeep: "is nested too deeply"
        case .notUnicode: "is not valid Unicode text"
        case .malformed: "is not valid JSON"
        case .repeatedKey: "has the same field twice"
        case .notAnObject: "is not a JSON object"
        }
    }
}

extension PasskeyError.CBORFailure: CustomStringConvertible {
    /// The end of a sentence about the item.
    public var description: String {
        switch self {
        case .tooLong: "is too long"
        case .tooDeep: "is nested too deeply"
        case .truncated: "ends early"
        case .trailingBytes: "has more bytes than it needs"
        case .notUnicode: "holds text that is not valid Unicode"
        case .notShortest: "holds a number that is not in its shortest form"
        case .indefiniteLength: "has a part of unknown length"
        case .unsortedKeys: "has keys out of order or twice"
        case .unsupportedKey: "has a key that is neither a number nor text"
        case .unsupportedType: "holds a value of a type that is not allowed"
        }
    }
}

extension PasskeyError.JSONFailure {
    init(_ failure: StrictJSON.JSONFailure) {
        self =
            switch failure.reason {
            case .tooLong, .tooManyValues, .tooManyMembers, .stringTooLong, .nameTooLong, .numberTooLong: .tooLong
            case .tooDeep: .tooDeep
            case .invalidUTF8, .unpairedSurrogate: .notUnicode
            case .repeatedName: .repeatedKey
            case .notAnObject: .notAnObject
            case .empty, .byteOrderMark, .otherEncoding, .incomplete, .unexpectedCharacter, .trailingComma, .comment,
                .controlCharacter, .invalidEscape, .invalidNumber, .moreAfterEnd:
                .malformed
            }
    }
}
