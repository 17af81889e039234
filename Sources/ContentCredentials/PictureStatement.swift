/// What Heatsink itself says of a picture, beside what C2PA has words for: the assertion `heatsink.picture`.
public struct PictureStatement: Hashable, Sendable, Codable {
    /// The policy under which a picture was made.
    public struct Policy: Hashable, Sendable, Codable {
        public let name: String
        /// Of the rules, so that the very text can be found later.
        public let version: String
        /// What the rules did to the request, in the order in which they did it: `allow`, `rewrite`, `label`.
        public let actions: [String]

        public init(name: String, version: String, actions: [String]) {
            self.name = name
            self.version = version
            self.actions = actions
        }
    }

    /// The label of the assertion.
    static let label = "heatsink.picture"

    /// By which the server's records know the picture.
    public let id: String
    public let policy: Policy?
    /// What the policy wants to be said of the picture.
    public let labels: [String]
    /// The id that the picture's watermark carries, in 16 hexadecimal digits.
    public let watermark: String?
    /// Signed with a certificate that the server made for itself, which proves nothing about who runs it.
    public let isSignedForDevelopment: Bool

    enum CodingKeys: String, CodingKey {
        case id
        case policy
        case labels
        case watermark
        case isSignedForDevelopment = "signed_for_development"
    }
}
