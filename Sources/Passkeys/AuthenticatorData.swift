internal import Crypto

/// What the authenticator says about itself and the credential
/// (<https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data>).
struct AuthenticatorData {
    private struct Flags: OptionSet {
        let rawValue: UInt8

        static let userPresent = Flags(rawValue: 1 << 0)
        static let backupEligible = Flags(rawValue: 1 << 3)
        static let backedUp = Flags(rawValue: 1 << 4)
        static let attestedCredential = Flags(rawValue: 1 << 6)
        static let extensions = Flags(rawValue: 1 << 7)
    }

    /// A new credential (<https://www.w3.org/TR/webauthn-3/#sctn-attested-credential-data>).
    struct Credential {
        let id: [UInt8]
        /// The COSE key as it stands there.
        let publicKey: [UInt8]
    }

    private let relyingPartyHash: [UInt8]
    private let flags: Flags
    let signCount: UInt32
    let credential: Credential?

    var isBackedUp: Bool { flags.contains(.backedUp) }

    init(_ bytes: [UInt8]) throws(PasskeyError) {
        var reader = ByteReader(bytes[...])
        guard let hash = reader.take(SHA256.byteCount), let flags = reader.next(), let count = reader.unsigned(width: 4)
        else { throw .truncatedAuthenticatorData }
        relyingPartyHash = Array(hash)
        self.flags = Flags(rawValue: flags)
        signCount = UInt32(truncatingIfNeeded: count)
        credential = self.flags.contains(.attestedCredential) ? try Self.credential(from: &reader) : nil
        var rest = reader.rest
        if self.flags.contains(.extensions) { try Self.skipExtensions(&rest) }
        guard rest.isEmpty else { throw .trailingAuthenticatorData }
    }

    private static func credential(from reader: inout ByteReader) throws(PasskeyError) -> Credential {
        // The model of the authenticator comes first. Without attestation anybody may claim any, so it is not read.
        guard reader.take(16) != nil, let length = reader.unsigned(width: 2), let id = reader.take(Int(length)) else {
            throw .truncatedAuthenticatorData
        }
        guard (1...1_023).contains(length) else { throw .invalidCredentialIDLength }
        var rest = reader.rest
        do {
            _ = try CBORValue.first(of: &rest)
        } catch {
            throw .malformedPublicKey(error)
        }
        let publicKey = reader.rest.prefix(upTo: rest.startIndex)
        reader = ByteReader(rest)
        return Credential(id: Array(id), publicKey: Array(publicKey))
    }

    /// Unasked extensions may be ignored (<https://www.w3.org/TR/webauthn-3/#sctn-extensions>); none was asked for.
    private static func skipExtensions(_ bytes: inout ArraySlice<UInt8>) throws(PasskeyError) {
        do {
            guard case .map = try CBORValue.first(of: &bytes) else { throw PasskeyError.CBORFailure.unsupportedType }
        } catch {
            throw .malformedExtensions
        }
    }

    /// Checks steps 14, 15 and 17 of <https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential>, which are
    /// steps 15, 16 and 18 of <https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion>.
    ///
    /// Whether the person was verified, too, is not checked: it is preferred, not required.
    func verify(relyingParty: RelyingParty) throws(PasskeyError) {
        guard SHA256.hash(data: Array(relyingParty.id.utf8)) == relyingPartyHash else { throw .wrongRelyingParty }
        guard flags.contains(.userPresent) else { throw .userNotPresent }
        guard !flags.contains(.backedUp) || flags.contains(.backupEligible) else { throw .contradictoryBackupState }
    }
}
