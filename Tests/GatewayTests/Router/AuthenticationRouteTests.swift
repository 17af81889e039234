internal import HTTPTypes
internal import Records
internal import TestKit
internal import Testing

@testable import Gateway

/// Who may use which route: by key, by session, as an operator.
@Suite("Routes: keys, sessions and operators")
struct AuthenticationRouteTests {
    /// An operation of the published description.
    private struct Operation: Sendable {
        let method: HTTPRequest.Method
        let path: String
        /// As the description writes it.
        let route: String
        let needsAccount: Bool
        /// Its answer is a stream of events, which would not end here.
        let streams: Bool
    }

    /// Every operation that `/openapi.json` lists.
    private static func operations(_ client: RouterClient) async throws -> [Operation] {
        let document = try await client.get("/openapi.json", as: .nobody).json
        var operations: [Operation] = []
        for route in document["paths"].names.sorted() {
            // Names with full stops do not occur in routes but here, so the path is walked by hand.
            guard case .object(let paths) = document["paths"], let methods = paths[route] else { continue }
            for name in methods.names.sorted() {
                guard let method = HTTPRequest.Method(rawValue: name.uppercased()),
                    ["GET", "POST", "DELETE"].contains(method.rawValue)
                else { continue }
                let operation = methods[name]
                let security = operation["security"].items
                let types = operation["responses.200.content"].names
                operations.append(
                    Operation(
                        method: method,
                        path: route.replacing("{picture}", with: "0").replacing("{id}", with: "none")
                            .replacing("{name}", with: "none"),
                        route: route,
                        needsAccount: !security.isEmpty && !security.contains(.object([:])),
                        streams: types.contains("text/event-stream")
                    )
                )
            }
        }
        try #require(operations.count > 50)
        return operations
    }

    @Test("Every route that needs an account refuses a request without a key, in one form")
    func needsKey() async throws {
        try await RouterFixture().run { client async throws in
            for operation in try await Self.operations(client) where operation.needsAccount {
                let answer = try await client.send(operation.method, operation.path, as: .nobody)
                let name = "\(operation.method.rawValue) \(operation.route)"
                #expect(answer.status == 401, "\(name)")
                #expect(answer.code == "invalid_api_key", "\(name)")
                #expect(answer["error.type"] == "invalid_request_error", "\(name)")
                #expect(answer.header("www-authenticate") == "Bearer", "\(name)")
            }
        }
    }

    @Test("A route that needs no account works without a key")
    func needsNoKey() async throws {
        try await RouterFixture().run { client async throws in
            for operation in try await Self.operations(client) where !operation.needsAccount && !operation.streams {
                let answer = try await client.send(operation.method, operation.path, as: .nobody)
                // It may have other reasons to refuse: there is no body, and nothing has the id "none".
                #expect(answer.status != 401, "\(operation.method.rawValue) \(operation.route)")
            }
        }
    }

    @Test("Every route of an operator refuses a member, and none refuses an operator")
    func operatorsOnly() async throws {
        try await RouterFixture().run { client async throws in
            let routes = try await Self.operations(client).filter { $0.route.hasPrefix("/ops/") }
            #expect(routes.count >= 20)
            for operation in routes where !operation.streams {
                let name = "\(operation.method.rawValue) \(operation.route)"
                let refused = try await client.send(operation.method, operation.path)
                #expect(refused.status == 403 && refused.code == "operators_only", "\(name)")
                let taken = try await client.send(operation.method, operation.path, as: .operator)
                #expect(![401, 403].contains(taken.status), "\(name)")
            }
            let events = try await client.get("/ops/events")
            #expect(events.status == 403 && events.code == "operators_only")
        }
    }

    @Test(
        "A key that is none gets 401",
        arguments: [
            "", "Bearer", "Bearer ", "hs_0123456789", "Basic aHNfMDEyMw==", "Bearer sk-0123456789",
            "Bearer hs_0123456789012345678901234567890123456789012",
        ]
    )
    func refusesKeys(header: String) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.get("/v1/models", as: .nobody, headers: ["authorization": header])
            #expect(answer.status == 401 && answer.code == "invalid_api_key")
        }
    }

    @Test("A revoked key stops working within two seconds")
    func revokes() async throws {
        try await RouterFixture().run { client async throws in
            let (store, clock) = (client.fixture.store, client.fixture.clock)
            #expect(try await client.get("/v1/models").status == 200)
            let key = try #require(client.fixture.key(of: .member))
            #expect(try await store.revokeKeys(prefix: key.prefix, at: clock.now()) == 1)
            clock.advance(bySeconds: 2)
            #expect(try await client.get("/v1/models").code == "invalid_api_key")
            #expect(try await client.get("/v1/models", as: .stranger).status == 200)
        }
    }

    // MARK: Sessions

    /// A method, the headers beside the cookie, and the status that follows.
    private static let origins: [(HTTPRequest.Method, [String: String], Int)] = [
        (.get, [:], 200),
        (.get, ["sec-fetch-site": "same-origin"], 200),
        (.get, ["sec-fetch-site": "none"], 200),
        (.get, ["sec-fetch-site": "cross-site"], 403),
        (.get, ["sec-fetch-site": "same-site"], 403),
        (.get, ["origin": "http://localhost"], 200),
        (.get, ["origin": "http://elsewhere.example"], 403),
        (.get, ["sec-fetch-site": "same-origin", "origin": "http://elsewhere.example"], 200),
        (.delete, ["sec-fetch-site": "same-origin"], 200),
        (.delete, ["origin": "http://localhost"], 200),
        (.delete, ["origin": "http://elsewhere.example"], 403),
        (.delete, ["sec-fetch-site": "none"], 403),
        (.delete, [:], 403),
    ]

    @Test("A session works only from this server's own pages", arguments: origins)
    func sameOrigin(method: HTTPRequest.Method, headers: [String: String], status: Int) async throws {
        try await RouterFixture().run { client async throws in
            var headers = headers
            headers["cookie"] = try await client.fixture.session(of: .member)
            let path = method == .get ? "/v1/account" : "/v1/sessions"
            let answer = try await client.send(method, path, as: .nobody, headers: headers)
            #expect(answer.status == status)
            if status == 403 { #expect(answer.code == "cross_site_request") }
            if status == 200, method == .get { #expect(answer["id"] == "acct_member") }
        }
    }

    @Test("A key works whatever page sends it, and a session that is none gets 401")
    func otherCredentials() async throws {
        try await RouterFixture().run { client async throws in
            let cross = ["sec-fetch-site": "cross-site"]
            #expect(try await client.get("/v1/account", headers: cross).status == 200)
            let unknown = ["cookie": "\(SessionCookie.name)=0123456789abcdef0123456789abcdef"]
            let answer = try await client.get("/v1/account", as: .nobody, headers: unknown)
            #expect(answer.status == 401 && answer.code == "invalid_api_key")
            // The text of a key is no session, and the text of a session no key.
            let key = try #require(client.fixture.key(of: .member))
            let swapped = ["cookie": "\(SessionCookie.name)=\(key.text)"]
            #expect(try await client.get("/v1/account", as: .nobody, headers: swapped).status == 401)
        }
    }

    @Test("A session of an operator may do what the operator's key may")
    func operatorSession() async throws {
        try await RouterFixture().run { client async throws in
            let cookie = try await client.fixture.session(of: .operator)
            let headers = ["cookie": cookie, "sec-fetch-site": "same-origin"]
            #expect(try await client.get("/ops/state", as: .nobody, headers: headers).status == 200)
        }
    }
}
