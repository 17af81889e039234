import HTTPTypes
import Hummingbird
import Testing

@testable import Gateway

@Suite("Where requests come from")
struct VisitorTests {
    private func request(_ method: HTTPRequest.Method, _ headers: HTTPFields) -> Request {
        Request(
            head: HTTPRequest(
                method: method,
                scheme: "http",
                authority: "paint.example:8080",
                path: "/v1/account",
                headerFields: headers
            ),
            body: RequestBody(buffer: .init())
        )
    }

    @Test(
        "Our own pages may do everything, the address bar may read",
        arguments: [
            (HTTPRequest.Method.post, "same-origin"), (.delete, "same-origin"), (.get, "same-origin"), (.get, "none"),
        ]
    )
    func allows(method: HTTPRequest.Method, site: String) throws {
        try SameOrigin.check(request(method, [.fetchSite: site]))
    }

    @Test(
        "Other sites may do nothing with somebody's session, nor may other ports of this host",
        arguments: [
            (HTTPRequest.Method.post, "cross-site"), (.post, "same-site"), (.post, "none"), (.get, "cross-site"),
            (.get, "same-site"), (.delete, "cross-site"),
        ]
    )
    func refuses(method: HTTPRequest.Method, site: String) {
        #expect(throws: APIError.self) { try SameOrigin.check(request(method, [.fetchSite: site])) }
    }

    @Test("Without Sec-Fetch-Site the origin decides, and without both only reading is possible")
    func fallsBackToOrigin() throws {
        try SameOrigin.check(request(.post, [.origin: "http://paint.example:8080"]))
        try SameOrigin.check(request(.get, [:]))
        for origin in ["http://paint.example", "http://evil.example:8080", "null", "http://x.paint.example:8080.evil"] {
            #expect(throws: APIError.self) { try SameOrigin.check(request(.post, [.origin: origin])) }
        }
        #expect(throws: APIError.self) { try SameOrigin.check(request(.post, [:])) }
    }

    @Test(
        "An address is one household: an IPv4 address, or 64 bits of IPv6",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("2001:db8::1", "2001:db8:0:0::/64"), ("::1", "0:0:0:0::/64"),
            ("unknown", "unknown"),
        ]
    )
    func groups(address: String, network: String) {
        #expect(ClientAddress.network(of: address) == network)
    }

    @Test("A cookie's digest is not a key's")
    func separatesCookiesFromKeys() {
        let text = "hs_0123456789012345678901234567890123456789012"
        #expect(SessionCookie.digest(text) != SecretKeyDigest.of(text))
    }
}
