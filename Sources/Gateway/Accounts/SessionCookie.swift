internal import HTTPTypes
internal import Hummingbird
internal import Records

/// A browser's session: a secret of its own in a cookie that no script can read.
struct SessionCookie: Sendable {
    static let name = "heatsink_session"

    let days: Int
    /// Only over TLS: when the public address is one of `https`.
    let isSecure: Bool

    /// The digest under which a session is kept. Not that of a key with the same text: a cookie is no key, nor a key a
    /// cookie.
    static func digest(_ secret: String) -> String { Digest.hexadecimal(of: Array("session \(secret)".utf8)) }

    static func digest(of request: Request) -> String? {
        guard let value = request.cookies[name]?.value, (16...128).contains(value.utf8.count) else { return nil }
        return digest(value)
    }

    func header(_ secret: String) -> String { header(secret, maxAge: days * 86_400) }

    var cleared: String { header("", maxAge: 0) }

    private func header(_ value: String, maxAge: Int) -> String {
        Cookie(
            name: Self.name,
            value: value,
            maxAge: maxAge,
            path: "/",
            secure: isSecure,
            httpOnly: true,
            sameSite: .strict
        ).description
    }
}
