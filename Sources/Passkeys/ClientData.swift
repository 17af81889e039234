internal import BinaryText

/// What the browser says that it was asked, and by whom; the authenticator signs its hash
/// (<https://www.w3.org/TR/webauthn-3/#dictdef-collectedclientdata>).
struct ClientData {
    enum Ceremony: String {
        case registration = "webauthn.create"
        case assertion = "webauthn.get"
    }

    private let type: String
    private let challenge: String
    private let origin: String
    private let isCrossOrigin: Bool
    private let isEmbedded: Bool

    init(_ bytes: [UInt8]) throws(PasskeyError) {
        let fields = try ResponseFields(clientData: bytes)
        type = try fields.text(.type)
        challenge = try fields.text(.challenge)
        origin = try fields.text(.origin)
        isCrossOrigin = try fields.flag(.crossOrigin)
        isEmbedded = fields.has("topOrigin")
    }

    /// Checks steps 7 to 11 of <https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential>, which are
    /// steps 10 to 14 of <https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion>.
    func verify(_ ceremony: Ceremony, challenge: [UInt8], relyingParty: RelyingParty) throws(PasskeyError) {
        guard type.isExactly(ceremony.rawValue) else { throw .wrongCeremony }
        guard self.challenge.isExactly(Base64URL.encode(challenge)) else { throw .wrongChallenge }
        guard relyingParty.origins.contains(where: origin.isExactly) else { throw .wrongOrigin }
        // No page of ours is meant to stand inside somebody else's.
        guard !isCrossOrigin else { throw .crossOrigin }
        guard !isEmbedded else { throw .embedded }
    }
}

extension String {
    /// Swift holds texts equal that look alike, such as the letter K and the sign for kelvin; a check must not.
    fileprivate func isExactly(_ other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
