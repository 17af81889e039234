internal import HTTPTypes
internal import PromptPolicy
internal import Testing

@testable import Gateway

/// Opt-outs, decisions, appeals and takedowns, for whoever asks and for the operator who decides.
@Suite("Routes: rights")
struct RightsRouteTests {
    private static let strict: @Sendable (inout RouterFixture.Options) -> Void = { $0.policy = .strict }

    private static let optOut = #"""
        {"kind": "artist", "name": "Quillon Farrowmere", "other_names": [], "scope": ["style", "name"], \#
        "evidence": "https://example.org", "contact": "q@example.org"}
        """#

    /// An operator decides. - Parameter path: below `/ops/rights`.
    private func decide(_ client: RouterClient, _ path: String, _ decision: String) async throws -> RouterAnswer {
        let body = "{\"decision\": \"\(decision)\", \"reason\": \"it is so\"}"
        return try await client.post("/ops/rights/\(path)", as: .operator, json: body)
    }

    // MARK: Policy

    @Test("The policy in force is public")
    func policy() async throws {
        try await RouterFixture(Self.strict).run { client async throws in
            let policy = try await client.get("/v1/policy", as: .nobody)
            #expect(policy.status == 200 && policy["object"] == "policy")
            let names: Set = [
                "object", "name", "version", "statement", "rules", "credentials", "watermark", "works", "safety",
                "opt_outs", "text_days", "contact",
            ]
            #expect(policy.json.names == names)
            #expect(policy.mismatches(["watermark": false, "safety": "off", "opt_outs": 0]) == [])
            #expect(policy.mismatches(["credentials.on": false, "works.registered": 0]) == [])
        }
    }

    // MARK: Opt-outs

    @Test("An opt-out is in force from an operator's decision until it is withdrawn")
    func optsOut() async throws {
        try await RouterFixture(Self.strict).run { client async throws in
            let prompt = "a harbour in the style of Quillon Farrowmere"
            let asked = try await client.post("/v1/opt-outs", as: .nobody, json: Self.optOut)
            #expect(asked.status == 201)
            #expect(asked.mismatches(["object": "opt_out", "state": "requested"]) == [])
            #expect(asked["name"] == "Quillon Farrowmere" && Set(asked["scope"].items) == ["name", "style"])
            // Only operators see the evidence and the contact.
            #expect(asked.mismatches(["evidence": .missing, "contact": .missing]) == [])
            let id = try #require(asked["id"].string)
            #expect(try await client.generate(prompt).status == 200)

            let waiting = try await client.get("/ops/rights", as: .operator)
            #expect(waiting.mismatches(["object": "rights", "counts.opt_outs_requested": 1]) == [])
            #expect(waiting["opt_outs.0.contact"] == "q@example.org")
            let listed = try await client.get("/ops/rights/opt-outs?state=requested", as: .operator)
            #expect(listed["data"].items.map { $0["id"] } == [.text(id)])

            let accepted = try await decide(client, "opt-outs/\(id)", "accept")
            #expect(accepted.status == 200 && accepted["state"] == "accepted")
            let refused = try await client.generate(prompt)
            #expect(refused.error == "400 moderation_blocked prompt")
            #expect(try await client.get("/v1/policy", as: .nobody)["opt_outs"] == 1)

            let withdrawn = try await client.delete("/v1/opt-outs/\(id)", as: .nobody)
            #expect(withdrawn.status == 200 && withdrawn["state"] == "withdrawn")
            #expect(try await client.generate(prompt).status == 200)
            #expect(try await client.get("/v1/opt-outs/\(id)", as: .nobody)["state"] == "withdrawn")
        }
    }

    /// The field at fault, and a body that is refused.
    private static let refusedOptOuts: [(String, String)] = [
        ("kind", #"{"name": "A Painter", "scope": ["style"], "evidence": "e"}"#),
        ("kind", #"{"kind": "museum", "name": "A Painter", "scope": ["style"], "evidence": "e"}"#),
        ("name", #"{"kind": "artist", "scope": ["style"], "evidence": "e"}"#),
        ("scope", #"{"kind": "artist", "name": "A Painter", "evidence": "e"}"#),
        ("scope", #"{"kind": "artist", "name": "A Painter", "scope": ["all"], "evidence": "e"}"#),
        ("scope", #"{"kind": "artist", "name": "A Painter", "scope": "style", "evidence": "e"}"#),
        ("evidence", #"{"kind": "artist", "name": "A Painter", "scope": ["style"]}"#),
        ("contact", #"{"kind": "artist", "name": "A Painter", "scope": ["style"], "evidence": "e", "contact": 1}"#),
    ]

    @Test("An opt-out with a field that is missing or not accepted is refused by name", arguments: refusedOptOuts)
    func refusesOptOuts(field: String, body: String) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.post("/v1/opt-outs", as: .nobody, json: body)
            #expect(answer.status == 400 && answer.parameter == field)
            #expect(try await client.get("/ops/rights/opt-outs", as: .operator)["data"].items.isEmpty)
        }
    }

    // MARK: Decisions and appeals

    @Test("A refusal is a decision that can be appealed once, and overturned")
    func appeals() async throws {
        try await RouterFixture(Self.strict).run { client async throws in
            let prompt = "a portrait in the style of Banksy"
            let refused = try await client.generate(prompt)
            #expect(refused.error == "400 moderation_blocked prompt")
            #expect(refused["error.type"] == "image_generation_user_error")
            #expect(refused.header("x-should-retry") == "false")
            let id = try #require(refused["error.decision"].string)
            #expect(refused.header("heatsink-decision") == id)

            let decision = try await client.get("/v1/decisions/\(id)", as: .nobody)
            #expect(decision.status == 200)
            #expect(decision.mismatches(["object": "decision", "kind": "prompt"]) == [])
            #expect(decision.mismatches(["state": "refused", "appeal": .null, "picture": .null]) == [])
            #expect(!decision.text.contains("portrait"))

            let body = "{\"decision\": \"\(id)\", \"text\": \"I am they.\", \"contact\": \"b@example.org\"}"
            let appealed = try await client.post("/v1/appeals", as: .nobody, json: body)
            #expect(appealed.status == 201)
            #expect(appealed.mismatches(["id": .text(id), "appeal.state": "open"]) == [])
            let twice = try await client.post("/v1/appeals", as: .nobody, json: body)
            #expect(twice.status == 409 && twice.code == "already_appealed")

            let open = try await client.get("/ops/rights", as: .operator)
            #expect(open.mismatches(["counts.appeals_open": 1, "appeals.0.text": "I am they."]) == [])
            #expect(open["appeals.0.prompt"] == .text(prompt))
            let overturned = try await decide(client, "appeals/\(id)", "overturn")
            #expect(overturned.status == 200 && overturned["state"] == "overturned")
            #expect(overturned["appeal.answer"] == "it is so")
            #expect(try await decide(client, "appeals/\(id)", "uphold").status == 409)
            #expect(try await client.get("/ops/rights", as: .operator)["counts.appeals_open"] == 0)
        }
    }

    @Test("Nothing is appealed or decided that is not there, nor in other words than these")
    func refusesDecisions() async throws {
        try await RouterFixture().run { client async throws in
            let unknown = try await client.get("/v1/decisions/none", as: .nobody)
            #expect(unknown.status == 404 && unknown.code == "decision_not_found")
            let appeal = #"{"decision": "none", "text": "t"}"#
            #expect(try await client.post("/v1/appeals", as: .nobody, json: appeal).code == "decision_not_found")
            let empty = try await client.post("/v1/appeals", as: .nobody, json: #"{"decision": "none", "text": ""}"#)
            #expect(empty.status == 400 && empty.parameter == "text")
            for path in ["opt-outs/none", "reviews/none", "appeals/none"] {
                let answer = try await decide(client, path, "perhaps")
                #expect(answer.status == 400 && answer.parameter == "decision", "\(path)")
                let silent = try await client.post("/ops/rights/\(path)", as: .operator, json: "{}")
                #expect(silent.status == 400 && silent.parameter == "reason", "\(path)")
            }
            #expect(try await decide(client, "opt-outs/none", "accept").status == 404)
            #expect(try await decide(client, "reviews/none", "release").status == 404)
            #expect(try await decide(client, "appeals/none", "uphold").status == 404)
        }
    }

    // MARK: Takedowns

    @Test("A picture that is taken down is not shown any more, to nobody, and the job says so")
    func takesDown() async throws {
        try await RouterFixture { $0.hasPages = true }.run { client async throws in
            let job = try await client.paint("a hill")
            let share = try #require(
                try await client.post("/v1/shares", json: "{\"job\": \"\(job)\"}")["id"].string
            )
            let url = try #require(try await client.get("/v1/jobs/\(job)")["result.data.0.url"].string)
            let link = String(url.dropFirst("http://localhost".count))
            let body = "{\"job\": \"\(job)\", \"picture\": 0, \"reason\": \"it is theirs\", \"register\": false}"
            #expect(try await client.post("/ops/rights/takedowns", json: body).status == 403)
            let taken = try await client.post("/ops/rights/takedowns", as: .operator, json: body)
            #expect(taken.status == 201)
            #expect(taken.mismatches(["object": "takedown", "work": .null]) == [])
            #expect(taken.mismatches(["pictures": 1, "shares": 1]) == [])
            let decision = try #require(taken["decision"].string)

            let places: [(String, RouterFixture.Caller)] = [
                ("/v1/jobs/\(job)/pictures/0", .member),
                ("/v1/jobs/\(job)/pictures/0?side=64", .member), (link, .nobody), ("/s/\(share)/picture", .nobody),
                ("/v1/jobs/\(job)?response_format=b64_json", .member),
            ]
            for (path, caller) in places {
                let answer = try await client.get(path, as: caller)
                #expect(answer.status == 451 && answer.code == "taken_down", "\(path)")
                #expect(answer["error.decision"] == .text(decision), "\(path)")
            }
            #expect(try await client.get("/s/\(share)", as: .nobody).status == 451)
            #expect(try await client.get("/v1/jobs/\(job)")["pictures.0.taken_down"] == .text(decision))
            let shown = try await client.get("/v1/decisions/\(decision)", as: .nobody)
            #expect(shown.mismatches(["kind": "takedown", "state": "taken_down"]) == [])
            #expect(try await client.get("/ops/rights", as: .operator)["counts.taken_down"] == 1)
        }
    }

    @Test(
        "A takedown says which picture and why",
        arguments: [
            (#"{"reason": "r"}"#, "sha256"), (#"{"sha256": "x", "reason": "r"}"#, "sha256"),
            (#"{"watermark": "x", "reason": "r"}"#, "watermark"), (#"{"job": "job_none"}"#, "reason"),
            (#"{"job": "job_none", "picture": 32, "reason": "r"}"#, "picture"),
            (#"{"job": "job_none", "register": "no", "reason": "r"}"#, "register"),
        ]
    )
    func refusesTakedowns(body: String, field: String) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.post("/ops/rights/takedowns", as: .operator, json: body)
            #expect(answer.status == 400 && answer.parameter == field)
        }
    }

    // MARK: The ledger

    @Test("What was decided is in the ledger, in order, and holds")
    func ledger() async throws {
        try await RouterFixture(Self.strict).run { client async throws in
            let asked = try await client.post("/v1/opt-outs", as: .nobody, json: Self.optOut)
            let id = try #require(asked["id"].string)
            _ = try await decide(client, "opt-outs/\(id)", "accept")
            _ = try await client.generate("a harbour in the style of Quillon Farrowmere")
            let kinds: [RouterJSON] = ["opt-out.requested", "opt-out.accepted", "prompt.refused"]

            let all = try await client.get("/ops/rights/ledger", as: .operator)
            #expect(all["data"].items.map { $0["kind"] } == kinds && all["has_more"] == false)
            let first = try await client.get("/ops/rights/ledger?limit=2", as: .operator)
            #expect(first["data"].items.map { $0["kind"] } == Array(kinds.prefix(2)) && first["has_more"] == true)
            let newest = try await client.get("/ops/rights/ledger?order=newest&limit=1", as: .operator)
            #expect(newest["data"].items.map { $0["kind"] } == ["prompt.refused"])
            let check = try await client.get("/ops/rights/ledger/check", as: .operator)
            #expect(check.status == 200)
            let export = try await client.get("/ops/rights/ledger/export", as: .operator)
            #expect(export.header("content-type") == "application/x-ndjson")
            #expect(export.text.split(separator: "\n").count == 3)
            for query in ["limit=0", "limit=501", "order=sideways", "after=-1", "order=newest&before=0"] {
                let answer = try await client.get("/ops/rights/ledger?\(query)", as: .operator)
                #expect(answer.status == 400, "\(query)")
            }
            #expect(try await client.get("/ops/rights/ledger/check?head=x", as: .operator).parameter == "head")
        }
    }

    // MARK: Verification

    @Test("A picture that was made here is known again without a key; another is not")
    func verifies() async throws {
        try await RouterFixture().run { client async throws in
            let job = try await client.paint("a hill")
            let made = try await client.get("/v1/jobs/\(job)/pictures/0").bytes
            let own = try await client.send(.post, "/v1/verify", as: .nobody, bytes: made)
            #expect(own.status == 200 && own["object"] == "verification")
            #expect(own.mismatches(["made_here": true, "is_altered": false, "model": "steps"]) == [])
            let photo = try RouterFixture.photo()
            let other = try await client.send(.post, "/v1/verify", as: .nobody, bytes: photo)
            #expect(other.status == 200)
            #expect(other.mismatches(["made_here": false, "is_altered": .null]) == [])
            #expect(other.mismatches(["format": "png", "width": 64, "height": 48]) == [])
        }
    }
}
