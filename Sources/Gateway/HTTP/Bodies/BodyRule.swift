internal import HTTPTypes

/// How large a body a route takes. The one table for all routes; the forms within a body have limits of their own
/// (``BodyReader``).
struct BodyRule: Hashable, Sendable {
    /// A few fields as JSON.
    static let small = BodyRule(limit: 64 * 1024)
    /// For routes that take no body: some clients send one all the same, so a small one is read and passed over.
    private static let none = BodyRule(limit: 64 * 1024, isIgnored: true)

    /// In bytes.
    let limit: Int
    /// It is read before the route answers, and nobody looks at it.
    var isIgnored = false

    private static let uploads: [String: BodyRule] = [
        "/v1/images/edits": BodyRule(limit: BodyReader.Limit.form),
        "/v1/images/generations": BodyRule(limit: BodyReader.Limit.words),
        "/v1/verify": BodyRule(limit: BodyReader.Limit.image),
        "/ops/rights/works": BodyRule(limit: BodyReader.Limit.form),
    ]

    private static let bodyless: Set<String> = ["/v1/passkeys/challenge", "/v1/passkeys/registration"]

    /// The rule for a method at a route; nil for the route: there is nothing at this path.
    static func of(_ method: HTTPRequest.Method, _ route: String?) -> BodyRule {
        switch (method, route) {
        // Who deletes an account says so in words.
        case (.delete, "/v1/account"): small
        case (.get, _), (.head, _), (.delete, _), (.options, _): none
        case (.post, .some(let route)): bodyless.contains(route) ? none : uploads[route] ?? small
        default: small
        }
    }
}
