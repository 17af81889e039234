internal import Hummingbird
internal import NIOCore

/// Which `Host` headers are believed where links begin, shared pictures are found and passkeys belong. A client can
/// write anything there; what it writes must not end up in what others are sent.
struct AcceptedHosts: Hashable, Sendable {
    /// The setting `http.host`.
    let configured: String
    /// The address that the connection was made to.
    let local: String?
    let port: Int?

    init(configured: String, local: String?, port: Int?) {
        self.configured = configured.lowercased()
        self.local = local
        self.port = port
    }

    /// The host and port that the client named if they are ours, else those that its connection was made to.
    func authority(named: String?) -> String {
        if let named, accepts(named) { return named }
        guard let local else { return "localhost" }
        let host = local.contains(":") ? "[\(local)]" : local
        return port.map { "\(host):\($0)" } ?? host
    }

    /// Names and addresses of this machine itself with any port, since tunnels change it; the configured host and the
    /// connection's own address with the port that the server listens on.
    private func accepts(_ named: String) -> Bool {
        guard !named.isEmpty, RequestTraits.isHost(named) else { return false }
        let end = named.hasPrefix("[") ? named.firstIndex(of: "]").map(named.index(after:)) : named.firstIndex(of: ":")
        let host = String(named[..<(end ?? named.endIndex)]).lowercased()
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || Self.isLoopback(host) {
            return true
        }
        let portText = end.map { named[$0...].dropFirst() } ?? ""
        guard (portText.isEmpty ? 80 : Int(portText)) == port else { return false }
        return host == configured || host == local || host == "[\(local ?? "")]"
    }

    /// Whether a text is an IPv4 address of the block 127.0.0.0/8.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension Request {
    /// The host and port for links in the answer, where no public address is set.
    var linkAuthority: String { ConnectionSignals.current.hosts.authority(named: head.authority) }
}
