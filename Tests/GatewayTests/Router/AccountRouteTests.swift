internal import HTTPTypes
internal import Records
internal import TestKit
internal import Testing

@testable import Gateway

/// Sessions, guests, and the end of an account.
@Suite("Routes: accounts")
struct AccountRouteTests {
    private static let fields: Set<String> = [
        "id", "object", "name", "plan", "is_guest", "is_operator", "created_at", "allowance", "credits", "passkeys",
    ]

    @Test("An account is shown to its owner with what is left of its day")
    func account() async throws {
        try await RouterFixture().run { client async throws in
            _ = try await client.paint("a hill", #""n": 3"#)
            let account = try await client.get("/v1/account")
            #expect(account.status == 200 && account.json.names == Self.fields)
            #expect(account.mismatches(["id": "acct_member", "object": "account", "plan": "free"]) == [])
            #expect(account.mismatches(["is_guest": false, "is_operator": false]) == [])
            #expect(account.mismatches(["created_at": 1_700_000_000, "passkeys": .list([])]) == [])
            #expect(account.mismatches(["allowance.limit": 100, "allowance.remaining": 97]) == [])
            #expect(account["allowance.resets_in_seconds"] == 6_400)
            #expect(account["credits"] == .null)
            #expect(try await client.get("/v1/account", as: .operator)["is_operator"] == true)
        }
    }

    // MARK: Sessions

    @Test("Nobody is told so without an error")
    func nobody() async throws {
        try await RouterFixture().run { client async throws in
            let session = try await client.get("/v1/session", as: .nobody)
            #expect(session.status == 200)
            let expected: [String: RouterJSON] = [
                "object": "session", "account": .null, "guests_allowed": true, "passkeys_possible": true,
            ]
            #expect(session.json == .object(expected))
            #expect(try await client.get("/v1/session")["account.id"] == "acct_member")
        }
    }

    @Test("A key opens a session, whose cookie only this server's pages can use", arguments: [false, true])
    func signsIn(isSecure: Bool) async throws {
        let url = isSecure ? "https://paint.example" : "http://paint.example"
        try await RouterFixture { $0.gateway.publicURL = url }.run { client async throws in
            let key = try #require(client.fixture.key(of: .member))
            let answer = try await client.post("/v1/session", as: .nobody, json: "{\"key\": \"\(key.text)\"}")
            #expect(answer.status == 200 && answer["id"] == "acct_member")
            let header = try #require(answer.header("set-cookie"))
            let attributes = Set(header.split(separator: ";").dropFirst().map { $0.trimmingWhitespace().lowercased() })
            #expect(attributes.contains("samesite=strict") && attributes.contains("path=/"))
            #expect(attributes.contains { $0.hasPrefix("httponly") })
            #expect(attributes.contains { $0.hasPrefix("secure") } == isSecure)
            let cookie = try #require(answer.cookie)
            #expect(!cookie.contains(key.text))
            let headers = ["cookie": cookie, "sec-fetch-site": "same-origin"]
            #expect(try await client.get("/v1/account", as: .nobody, headers: headers).status == 200)
            // It ends with its key.
            let now = client.fixture.clock.now()
            #expect(try await client.fixture.store.revokeKeys(prefix: key.prefix, at: now) == 1)
            client.fixture.clock.advance(bySeconds: 2)
            #expect(try await client.get("/v1/account", as: .nobody, headers: headers).status == 401)
        }
    }

    @Test("No session for a key that is none, nor for another site's page")
    func refusesSignIn() async throws {
        try await RouterFixture().run { client async throws in
            let wrong = try await client.post("/v1/session", as: .nobody, json: #"{"key": "hs_none"}"#)
            #expect(wrong.status == 401 && wrong.code == "invalid_api_key")
            #expect(wrong.header("set-cookie") == nil)
            let key = try #require(client.fixture.key(of: .member))
            let cross = try await client.post(
                "/v1/session",
                as: .nobody,
                json: "{\"key\": \"\(key.text)\"}",
                headers: ["sec-fetch-site": "cross-site"]
            )
            #expect(cross.status == 403 && cross.code == "cross_site_request")
            let form = try await client.post(
                "/v1/session",
                as: .nobody,
                json: "key=\(key.text)",
                headers: ["content-type": "application/x-www-form-urlencoded"]
            )
            #expect(form.status == 415)
        }
    }

    @Test("Signing out ends the session at once; a key cannot be ended there")
    func signsOut() async throws {
        try await RouterFixture().run { client async throws in
            let cookie = try await client.fixture.session(of: .member)
            let headers = ["cookie": cookie, "sec-fetch-site": "same-origin"]
            #expect(try await client.get("/v1/account", as: .nobody, headers: headers).status == 200)
            let gone = try await client.delete("/v1/session", as: .nobody, headers: headers)
            #expect(gone.status == 204 && gone.bytes.isEmpty)
            #expect(gone.header("set-cookie")?.hasPrefix("\(SessionCookie.name)=;") == true)
            #expect(try await client.get("/v1/account", as: .nobody, headers: headers).status == 401)
            #expect(try await client.delete("/v1/session").status == 400)
            #expect(try await client.get("/v1/account").status == 200)
        }
    }

    @Test("All sessions but the one that asks end together; keys stay")
    func endsOthers() async throws {
        try await RouterFixture().run { client async throws in
            var cookies: [String] = []
            for _ in 0..<3 { cookies.append(try await client.fixture.session(of: .member)) }
            let foreign = try await client.fixture.session(of: .stranger)
            func headers(_ cookie: String) -> [String: String] {
                ["cookie": cookie, "sec-fetch-site": "same-origin"]
            }
            let answer = try await client.delete("/v1/sessions", as: .nobody, headers: headers(cookies[0]))
            #expect(answer.status == 200 && answer.json == .object(["object": "sessions", "ended": 2]))
            for (cookie, status) in [(cookies[0], 200), (cookies[1], 401), (cookies[2], 401), (foreign, 200)] {
                let shown = try await client.get("/v1/account", as: .nobody, headers: headers(cookie))
                #expect(shown.status == status)
            }
            #expect(try await client.get("/v1/account").status == 200)
        }
    }

    // MARK: Guests

    private func challenge(_ client: RouterClient) async throws -> String {
        let answer = try await client.get("/v1/guests/challenge", as: .nobody)
        #expect(answer.status == 200 && answer.json.names == ["challenge", "bits", "algorithm", "expires_at"])
        #expect(answer.mismatches(["bits": 0, "algorithm": "sha-256"]) == [])
        let left = try #require(answer["expires_at"].double) - Double(client.fixture.clock.now().unixSeconds)
        #expect(left == 300)
        return try #require(answer["challenge"].string)
    }

    private func enter(_ client: RouterClient, _ challenge: String) async throws -> RouterAnswer {
        try await client.post(
            "/v1/guests",
            as: .nobody,
            json: "{\"challenge\": \"\(challenge)\", \"proof\": \"1\"}"
        )
    }

    @Test("A guest gets an account with a session, and a picture with that")
    func guests() async throws {
        try await RouterFixture().run { client async throws in
            let made = try await enter(client, try await challenge(client))
            #expect(made.status == 201 && made.json.names == Self.fields)
            #expect(made.mismatches(["is_guest": true, "plan": "guest", "is_operator": false]) == [])
            let headers = ["cookie": try #require(made.cookie), "sec-fetch-site": "same-origin"]
            let painted = try await client.generate("a hill", as: .nobody, headers: headers)
            #expect(painted.status == 200 && painted.header("x-ratelimit-limit-images") == "10")
        }
    }

    @Test("A challenge works once, for five minutes, and as it was given")
    func challenges() async throws {
        try await RouterFixture().run { client async throws in
            let first = try await challenge(client)
            #expect(try await enter(client, first).status == 201)
            let again = try await enter(client, first)
            #expect(again.status == 400 && again.code == "invalid_proof")
            let late = try await challenge(client)
            client.fixture.clock.advance(bySeconds: 301)
            #expect(try await enter(client, late).code == "invalid_proof")
            let changed = try await challenge(client)
            #expect(try await enter(client, "1\(changed)").code == "invalid_proof")
            let body = #"{"challenge": "x"}"#
            let bare = try await client.post("/v1/guests", as: .nobody, json: body)
            #expect(bare.code == "missing_required_parameter" && bare.parameter == "proof")
        }
    }

    @Test("An address has a limit of new accounts, and of pictures for all its guests together")
    func guestLimits() async throws {
        let change: @Sendable (inout RouterFixture.Options) -> Void = { options in
            options.gateway.guestAccountsPerHour = 2
            options.gateway.guestPicturesPerDay = 1
        }
        try await RouterFixture(change).run { client async throws in
            var cookies: [String] = []
            for _ in 0..<2 {
                let made = try await enter(client, try await challenge(client))
                cookies.append(try #require(made.cookie))
            }
            let third = try await enter(client, try await challenge(client))
            #expect(third.status == 429 && third["error.type"] == "rate_limit_error")
            #expect(third.header("retry-after").flatMap { Int($0) }.map { $0 >= 1 } == true)
            let answers = try await [
                client.generate(
                    "a hill",
                    as: .nobody,
                    headers: ["cookie": cookies[0], "sec-fetch-site": "same-origin"]
                ),
                client.generate(
                    "a lake",
                    as: .nobody,
                    headers: ["cookie": cookies[1], "sec-fetch-site": "same-origin"]
                ),
            ]
            #expect(answers.map(\.status) == [200, 429])
            #expect(answers[1].header("retry-after") != nil)
            // Members at the same address are not concerned.
            #expect(try await client.generate("a lake").status == 200)
        }
    }

    @Test("Where no guests are let in, there are none")
    func noGuests() async throws {
        try await RouterFixture { $0.gateway.guestPlan = nil }.run { client async throws in
            #expect(try await client.get("/v1/session", as: .nobody)["guests_allowed"] == false)
            let answer = try await enter(client, "x")
            #expect(answer.status == 404 && answer.code == "guests_not_allowed")
        }
    }

    // MARK: The end

    @Test("An account goes only when that is confirmed in words, and then with all that is its own")
    func deletes() async throws {
        try await RouterFixture().run { client async throws in
            let job = try await client.paint("a hill", #""n": 2"#)
            let share = try await client.post("/v1/shares", json: "{\"job\": \"\(job)\"}")
            let page = try #require(share["id"].string)
            for body in ["{}", #"{"confirm": "yes"}"#, #"{"confirm": true}"#] {
                let answer = try await client.send(.delete, "/v1/account", json: body)
                #expect(answer.status == 400 && answer.parameter == "confirm", "\(body)")
            }
            let confirmed = #"{"confirm": "delete everything"}"#
            let deleted = try await client.send(.delete, "/v1/account", json: confirmed)
            #expect(deleted.status == 200)
            let expected: [String: RouterJSON] = [
                "object": "account", "deleted": true, "jobs": 1, "pictures": 2, "shares": 1,
            ]
            #expect(deleted.json == .object(expected))
            #expect(try await client.get("/v1/account").status == 401)
            #expect(try await client.get("/s/\(page)/picture", as: .nobody).status == 404)
            #expect(try await client.get("/v1/account", as: .stranger).status == 200)
        }
    }
}
