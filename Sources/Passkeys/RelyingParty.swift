/// The service that people sign in to, as browsers and authenticators know it.
public struct RelyingParty: Hashable, Sendable {
    /// The domain that passkeys are bound to, without scheme or port
    /// (<https://www.w3.org/TR/webauthn-3/#relying-party-identifier>).
    public let id: String
    /// The pages that may use them, as browsers write origins: `https://pictures.example`, the port only when it is not
    /// the scheme's own (<https://www.w3.org/TR/webauthn-3/#sctn-validating-origin>).
    public let origins: Set<String>
    /// For people.
    public let name: String

    public init(id: String, origins: Set<String>, name: String) {
        self.id = id
        self.origins = origins
        self.name = name
    }
}
