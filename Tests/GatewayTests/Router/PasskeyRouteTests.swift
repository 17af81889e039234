internal import HTTPTypes
internal import Records
internal import TestKit
internal import Testing

@testable import Gateway

/// Refusals of `/v1/passkeys`. Passkeys that hold are tested where their answers are checked.
@Suite("Routes: passkeys")
struct PasskeyRouteTests {
    @Test("A new passkey needs a state that was given to this account and not used yet, and a credential that holds")
    func registration() async throws {
        try await RouterFixture().run { client async throws in
            func add(_ state: String, _ more: String) async throws -> RouterAnswer {
                try await client.post("/v1/passkeys", json: "{\"state\": \"\(state)\"\(more)}")
            }
            func begin(as caller: RouterFixture.Caller = .member) async throws -> String {
                let answer = try await client.send(.post, "/v1/passkeys/registration", as: caller)
                #expect(answer.status == 200 && answer.json.names == ["state", "options"])
                return try #require(answer["state"].string)
            }
            let bare = try await client.post("/v1/passkeys", json: "{}")
            #expect(bare.code == "missing_required_parameter" && bare.parameter == "state")
            #expect(try await add("none", "").code == "invalid_state")
            let state = try await begin()
            let without = try await add(state, "")
            #expect(without.code == "missing_required_parameter" && without.parameter == "credential")
            #expect(try await add(state, "").code == "invalid_state")
            let junk = try await add(try await begin(), ", \"credential\": {}")
            #expect(junk.status == 400 && junk.code == "invalid_passkey")
            let foreign = try await add(try await begin(as: .stranger), ", \"credential\": {}")
            #expect(foreign.code == "invalid_state")
            let late = try await begin()
            client.fixture.clock.advance(bySeconds: 301)
            #expect(try await add(late, ", \"credential\": {}").code == "invalid_state")
            #expect(try await client.get("/v1/account")["passkeys"] == .list([]))
        }
    }

    @Test("Signing in with a passkey needs its state, and a passkey")
    func assertion() async throws {
        try await RouterFixture().run { client async throws in
            let begun = try await client.send(.post, "/v1/passkeys/challenge", as: .nobody)
            #expect(begun.status == 200 && begun.json.names == ["state", "options"])
            let state = try #require(begun["state"].string)
            let body = "{\"state\": \"\(state)\", \"credential\": {}}"
            let junk = try await client.post("/v1/passkeys/session", as: .nobody, json: body)
            #expect(junk.status == 400 && junk.code == "invalid_passkey")
            #expect(junk.header("set-cookie") == nil)
            let again = try await client.post("/v1/passkeys/session", as: .nobody, json: body)
            #expect(again.status == 400 && again.code == "invalid_state")
        }
    }

    @Test("Where the public address is no name, passkeys are not possible")
    func passkeysNeedName() async throws {
        try await RouterFixture { $0.gateway.publicURL = "http://192.0.2.7:8080" }.run { client async throws in
            #expect(try await client.get("/v1/session", as: .nobody)["passkeys_possible"] == false)
            for path in ["/v1/passkeys/registration", "/v1/passkeys/challenge"] {
                let answer = try await client.send(.post, path)
                #expect(answer.status == 400 && answer.code == "passkeys_not_possible", "\(path)")
            }
        }
    }

    @Test("A passkey is forgotten by its owner, and by nobody else")
    func forgetsPasskey() async throws {
        try await RouterFixture().run { client async throws in
            let passkey = PasskeyRecord(
                id: "p",
                account: RouterFixture.account(of: .member),
                name: "phone",
                content: "{}",
                createdAt: client.fixture.clock.now()
            )
            try await client.fixture.store.create(passkey, promotingTo: "free")
            #expect(try await client.get("/v1/account")["passkeys.0.name"] == "phone")
            let foreign = try await client.delete("/v1/passkeys/p", as: .stranger)
            #expect(foreign.status == 404 && foreign.code == "passkey_not_found")
            let own = try await client.delete("/v1/passkeys/p")
            #expect(own.status == 200 && own["passkeys"] == .list([]) && own["signed_out"] != true)
        }
    }
}
