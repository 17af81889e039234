internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

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
            return String(address.unicodeScalars.prefix(64))
        }
        guard case .v6 = parsed, let text = parsed.ipAddress else { return parsed.ipAddress ?? address }
        // Written with dots: an IPv4 address in an IPv6 socket (RFC 4291, section 2.5.5.2).
        if text.contains("."), let four = text.split(separator: ":").last { return String(four) }
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.split(separator: ":").map(String.init) }
        let zeros = halves.count == 2 ? Array(repeating: "0", count: max(0, 8 - halves[0].count - halves[1].count)) : []
        let groups = (halves.first ?? []) + zeros + (halves.count == 2 ? halves[1] : [])
        return groups.prefix(4).joined(separator: ":") + "::/64"
    }
}
