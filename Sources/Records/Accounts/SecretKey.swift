internal import BinaryText
internal import Crypto

/// A key that a client shows: `hs_` and 43 characters of base64url, 256 random bits.
///
/// Keys carry their full entropy, so a plain SHA-256 is as good as a slow password hash and answers in microseconds.
public struct SecretKey: Hashable, Sendable, CustomStringConvertible {
    public static let marker = "hs_"
    private static let randomBytes = 32
    private static let shownCharacters = 9

    /// The key itself. Shown once, when it is made.
    public let text: String

    public var description: String { "\(prefix)…" }
    public var prefix: String { String(text.prefix(Self.shownCharacters)) }
    public var digest: String { Digest.hexadecimal(of: Array(text.utf8)) }

    /// A new key.
    public init(using generator: inout some RandomNumberGenerator) {
        let bytes = (0..<Self.randomBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        text = Self.marker + bytes.base64URL
    }

    /// A key that a client sent; nil when it cannot be one.
    public init?(text: String) {
        guard text.hasPrefix(Self.marker), text.utf8.count <= 128 else { return nil }
        self.text = text
    }
}

/// SHA-256 as lower-case hexadecimal: the name of a file's content.
public enum Digest {
    public static func hexadecimal(of bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).hexadecimal
    }
}
