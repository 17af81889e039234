import Glibc
import HTTPTypes
import Hummingbird
import NIOCore

/// Where a request comes from, as far as limits go: the network that one household or company has.
struct ClientAddress: Sendable {
    /// How many proxies stand before the server, each of which adds its client to `X-Forwarded-For`. What stands further
    /// left was written by the client itself and proves nothing.
    let trustedProxies: Int

    func network(of request: Request, _ context: GatewayContext) -> String {
        let named = request.headers[values: .forwardedFor].flatMap { $0.split(separator: ",") }
        guard trustedProxies > 0, named.count >= trustedProxies else {
            return Self.network(of: context.remoteAddress ?? "unknown")
        }
        return Self.network(of: String(named[named.count - trustedProxies].trimmingWhitespace()))
    }

    /// An IPv4 address as it is; of an IPv6 address the first 64 bits, since whoever has one of them has all
    /// (RFC 4291, section 2.5.4).
    static func network(of address: String) -> String {
        guard let parsed = try? SocketAddress(ipAddress: address, port: 0) else {
            return String(address.prefix(64))
        }
        guard case .v6(let six) = parsed else { return parsed.ipAddress ?? address }
        let bytes = withUnsafeBytes(of: six.address.sin6_addr) { Array($0) }
        if bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] {
            return bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        return stride(from: 0, to: 8, by: 2)
            .map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":") + "::/64"
    }
}
