import HTTPTypes
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Connections")
struct ConnectionTests {
    private func head(
        _ version: HTTPVersion = .http1_1,
        _ method: HTTPMethod = .GET,
        _ headers: [(String, String)]
    )
        -> HTTPRequestHead
    {
        HTTPRequestHead(version: version, method: method, uri: "/", headers: HTTPHeaders(headers))
    }

    // MARK: Heads

    @Test(
        "A host is a name or an address, with or without a port",
        arguments: [
            "localhost", "a.example:8080", "127.0.0.1", "[::1]", "[2001:db8::1]:443", "", "xn--bcher-kva.example", "a:",
        ]
    )
    func host(text: String) {
        #expect(RequestTraits.isHost(text))
    }

    @Test(
        "What is no host is not taken for one",
        arguments: ["a b", "user@a", "a:99999", "a:b", "a/b", "[::1", "[]", "a,b", "a:80:80", "\u{e4}", "a?b", "a#b"]
    )
    func noHost(text: String) {
        #expect(!RequestTraits.isHost(text))
    }

    @Test("HTTP/1.1 needs one host, HTTP/1.0 none; nobody may send two")
    func hosts() {
        #expect(RequestTraits.problem(of: head(.http1_1, .GET, [("Host", "a")])) == nil)
        #expect(RequestTraits.problem(of: head(.http1_1, .GET, []))?.status == .badRequest)
        #expect(RequestTraits.problem(of: head(.http1_0, .GET, [])) == nil)
        for version in [HTTPVersion.http1_0, .http1_1] {
            let two = head(version, .GET, [("Host", "a"), ("host", "a")])
            #expect(RequestTraits.problem(of: two)?.status == .badRequest)
        }
    }

    @Test(
        "Where two readers could see the end of a body in two places, there is no request",
        arguments: [
            [("Transfer-Encoding", "chunked"), ("Content-Length", "3")],
            [("Transfer-Encoding", "gzip, chunked")],
            [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
            [("Transfer-Encoding", "identity")],
        ]
    )
    func smuggling(headers: [(String, String)]) {
        #expect(RequestTraits.problem(of: head(.http1_1, .POST, [("Host", "a")] + headers))?.status == .badRequest)
    }

    @Test("Chunks are no part of HTTP/1.0")
    func oldChunks() {
        let request = head(.http1_0, .POST, [("Transfer-Encoding", "chunked")])
        #expect(RequestTraits.problem(of: request)?.status == .badRequest)
    }

    @Test("Only a client that knows HTTP/1.1 waits for a word before its body")
    func expectation() {
        #expect(RequestTraits(head(.http1_1, .POST, [("Expect", "100-Continue")])).expectsContinue)
        #expect(!RequestTraits(head(.http1_0, .POST, [("Expect", "100-continue")])).expectsContinue)
        #expect(!RequestTraits(head(.http1_1, .POST, [("Expect", "a-pony")])).expectsContinue)
    }

    @Test("A request that asks for another protocol is the last of its connection")
    func lastRequests() {
        let upgrades = [
            head(.http1_1, .GET, [("Host", "a"), ("Connection", "Upgrade"), ("Upgrade", "h2c")]),
            // The decoder takes this for the same.
            head(.http1_1, .GET, [("Host", "a"), ("Proxy-Connection", "upgrade"), ("Upgrade", "x")]),
            head(.http1_1, .CONNECT, [("Host", "a")]),
        ]
        for upgrade in upgrades {
            let traits = RequestTraits(upgrade)
            #expect(traits.isLast && !traits.keepsAlive)
        }
        let plain = RequestTraits(head(.http1_1, .GET, [("Host", "a"), ("Upgrade-Insecure-Requests", "1")]))
        #expect(!plain.isLast && plain.keepsAlive)
        #expect(RequestTraits.problem(of: upgrades[0]) == nil)
        #expect(RequestTraits.problem(of: upgrades[2])?.status == .methodNotAllowed)
    }

    // MARK: Framing

    private func framing(_ request: HTTPRequestHead, hasLength: Bool, mustClose: Bool = false) -> AnswerFraming {
        AnswerFraming(request: RequestTraits(request), status: .ok, hasLength: hasLength, mustClose: mustClose)
    }

    @Test("An old client's answer without a length ends with the connection, and nobody else's does")
    func closeDelimited() {
        let old = framing(head(.http1_0, .GET, [("Connection", "keep-alive")]), hasLength: false)
        #expect(old.isCloseDelimited && old.closes && old.connection == "close" && old.version == .http1_0)
        let new = framing(head(.http1_1, .GET, [("Host", "a")]), hasLength: false)
        #expect(!new.isCloseDelimited && !new.closes && new.connection == nil && new.version == .http1_1)
    }

    @Test("An old client keeps its connection only if it asks for that")
    func oldKeepAlive() {
        #expect(framing(head(.http1_0, .GET, []), hasLength: true).closes)
        let asked = framing(head(.http1_0, .GET, [("Connection", "keep-alive")]), hasLength: true)
        #expect(!asked.closes && asked.connection == "keep-alive")
    }

    @Test("An answer to HEAD has no body")
    func headHasNoBody() {
        let answer = framing(head(.http1_1, .HEAD, [("Host", "a")]), hasLength: false)
        #expect(!answer.sendsBody && !answer.closes)
    }

    @Test("A sign of life goes only where it changes nothing")
    func fillers() {
        let events = AnswerFiller(contentType: "text/event-stream")
        #expect(events.mayFollow("\n\n".utf8) && !events.mayFollow("ab".utf8))
        let json = AnswerFiller(contentType: "application/json")
        #expect(json.mayFollow(" ".utf8) && !json.mayFollow("{}".utf8))
        #expect(AnswerFiller(contentType: "image/png").text == nil)
    }

    // MARK: Limits

    @Test("Connections leave descriptors to files and records, however few there are")
    func descriptors() {
        #expect(ConnectionLimits.affordable(wanted: 10_000, limit: 1_048_576, used: 60) == 10_000)
        #expect(ConnectionLimits.affordable(wanted: 10_000, limit: 1_024, used: 60) == 932)
        #expect(ConnectionLimits.affordable(wanted: 10_000, limit: 64, used: 44) == 10)
        #expect(ConnectionLimits.affordable(wanted: 10_000, limit: 64, used: 64) == 1)
    }

    @Test("A server for metrics has a small share of the connections, and neither server has none")
    func shares() {
        func shares(_ most: Int, _ hasMetricsServer: Bool) -> [Int] {
            let shares = ConnectionLimits.shares(of: most, hasMetricsServer: hasMetricsServer)
            return [shares.main, shares.metrics]
        }
        #expect(shares(10_000, false) == [10_000, 0])
        #expect(shares(10_000, true) == [9_968, 32])
        #expect(shares(80, true) == [70, 10])
        #expect(shares(1, true) == [1, 1])
    }

    private func makeRegistry(most: Int, isBehindProxies: Bool = false) -> ConnectionRegistry {
        var limits = ConnectionLimits()
        limits.mostPerAddress = most
        return ConnectionRegistry(limits: limits, isBehindProxies: isBehindProxies)
    }

    @Test("One address has so many connections and no more, and gets new ones when old ones are closed")
    func perAddress() {
        let registry = makeRegistry(most: 2)
        let open = (0..<2).map { _ in ConnectionSignals() }
        for signals in open { #expect(registry.admit(signals, from: "203.0.113.5")) }
        #expect(!registry.admit(ConnectionSignals(), from: "203.0.113.5"))
        #expect(registry.admit(ConnectionSignals(), from: "203.0.113.6"))
        registry.remove(open[0], from: "203.0.113.5")
        #expect(registry.admit(ConnectionSignals(), from: "203.0.113.5"))
        #expect(!registry.admit(ConnectionSignals(), from: "203.0.113.5"))
    }

    @Test("One network of IPv6 counts as one address")
    func networks() {
        let registry = makeRegistry(most: 1)
        #expect(registry.admit(ConnectionSignals(), from: "2001:db8::1"))
        #expect(!registry.admit(ConnectionSignals(), from: "2001:db8::2"))
        #expect(registry.admit(ConnectionSignals(), from: "2001:db8:0:1::1"))
    }

    @Test("Programs of this machine and trusted proxies have no limit of their own")
    func exempt() {
        for address in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            let registry = makeRegistry(most: 1)
            for _ in 0..<3 { #expect(registry.admit(ConnectionSignals(), from: address)) }
        }
        let proxied = makeRegistry(most: 1, isBehindProxies: true)
        for _ in 0..<3 { #expect(proxied.admit(ConnectionSignals(), from: "203.0.113.5")) }
    }

    // MARK: The stop

    @Test("A stop is told once, to those who wait and to those who come later")
    func stop() async {
        let registry = makeRegistry(most: 9)
        let early = ConnectionSignals()
        #expect(registry.admit(early, from: nil))
        let endings = early.endings()
        registry.stop()
        var told: [ConnectionSignals.Ending] = []
        for await ending in endings { told.append(ending) }
        #expect(told == [.serverStopping])
        let late = ConnectionSignals()
        #expect(registry.admit(late, from: nil))
        #expect(late.isStopping)
        for await ending in late.endings() { #expect(ending == .serverStopping) }
    }

    // MARK: Hosts

    private let accepted = AcceptedHosts(configured: "Paint.Example", local: "192.0.2.7", port: 8080)

    @Test(
        "Links begin at hosts that are ours",
        arguments: [
            "localhost", "localhost:9000", "studio.localhost:8080", "127.0.0.1:1", "[::1]:8080", "paint.example:8080",
            "192.0.2.7:8080",
        ]
    )
    func ours(named: String) {
        #expect(accepted.authority(named: named) == named)
    }

    @Test(
        "Links never begin at a host that a client has made up",
        arguments: [
            "evil.example", "evil.example:8080", "paint.example", "paint.example:81", "localhost.evil.example",
            "127.0.0.1.evil.example", "192.0.2.8:8080", "", "[::2]:8080", "evil.example#localhost",
        ]
    )
    func forged(named: String) {
        #expect(accepted.authority(named: named) == "192.0.2.7:8080")
    }

    @Test("An address of IPv6 is written in brackets")
    func brackets() {
        let six = AcceptedHosts(configured: "::", local: "2001:db8::7", port: 8080)
        #expect(six.authority(named: "evil.example") == "[2001:db8::7]:8080")
        #expect(six.authority(named: "[2001:db8::7]:8080") == "[2001:db8::7]:8080")
    }
}
