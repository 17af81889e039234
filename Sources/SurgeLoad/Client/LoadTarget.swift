internal import Foundation

/// The server that a load is played against.
public struct LoadTarget: Hashable, Sendable {
    /// Where its paths begin, without a slash at the end and without `/v1`.
    public let url: String
    let host: String

    /// - Parameter url: like `http://127.0.0.1:8080`; a `/v1` at its end is taken off.
    /// - Throws: `LoadError.badTarget` when it is no http or https address.
    public init(url: String) throws(LoadError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            parts.scheme == "http" || parts.scheme == "https", parts.query == nil, parts.fragment == nil
        else { throw .badTarget(url: url) }
        var text = url
        while text.hasSuffix("/") { text.removeLast() }
        if text.hasSuffix("/v1") { text.removeLast(3) }
        self.url = text
        self.host = host.trimmingCharacters(in: ["[", "]"])
    }

    /// Whether it is this machine.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
