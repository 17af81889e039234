internal import HTTPTypes
internal import TestKit
internal import Testing

@testable import Gateway

/// `/ops`: what operators see, and what they change; each change with its entry of the audit.
@Suite("Routes: operations")
struct OperationsRouteTests {
    @Test("The state has every plan, model and worker")
    func state() async throws {
        try await RouterFixture().run { client async throws in
            _ = try await client.paint("a hill")
            let state = try await client.get("/ops/state", as: .operator)
            #expect(state.status == 200)
            let names: Set = [
                "at", "started_at", "version", "accepting", "waiting_jobs", "running_pictures", "governor", "plans",
                "models", "workers", "heavy", "cost", "guests",
            ]
            #expect(state.json.names == names)
            #expect(state.mismatches(["accepting": true, "waiting_jobs": 0, "running_pictures": 0]) == [])
            #expect(state["plans"].items.map { $0["name"] } == ["guest", "free"])
            #expect(state.mismatches(["plans.1.counts.accepted": 1, "plans.1.counts.pictures": 1]) == [])
            #expect(state["models"].items.map { $0["id"] } == [.text(FlowFolder.model)])
            #expect(state["models.0.rungs"].items.map { $0["name"] } == ["low", "medium", "high"])
            #expect(Set(state["workers"].items.compactMap { $0["name"].string }) == ["local", "local-steps"])
        }
    }

    @Test("The last hour comes in columns of one length, as many minutes of it as asked for")
    func history() async throws {
        try await RouterFixture().run { client async throws in
            let history = try await client.get("/ops/history", as: .operator)
            #expect(history.status == 200 && history["interval_seconds"] == 5)
            let count = history["at"].items.count
            for column in ["capacity", "demand_top", "demand_floor", "device_seconds", "wasted"] {
                #expect(history[column].items.count == count, "\(column)")
            }
            #expect(history["plans"].names == ["guest", "free"])
            for minutes in ["0", "61", "x"] {
                let answer = try await client.get("/ops/history?minutes=\(minutes)", as: .operator)
                #expect(answer.status == 400 && answer.parameter == "minutes", "\(minutes)")
            }
        }
    }

    // MARK: Levers

    /// A lever, its body without the reason, and what the audit says of it.
    struct Lever: Sendable {
        let name: String
        let fields: String
        let target: String
        let detail: [String: RouterJSON]
    }

    private static let levers = [
        Lever(
            name: "plan",
            fields: #""plan": "free", "settings": {"burst": "5"}"#,
            target: "free",
            detail: ["burst": "5"]
        ),
        Lever(name: "defer", fields: #""plan": "guest", "minutes": 10"#, target: "guest", detail: ["minutes": "10"]),
        Lever(name: "pause", fields: #""model": "steps", "minutes": 0"#, target: "steps", detail: ["minutes": "0"]),
        Lever(
            name: "drain",
            fields: #""worker": "local", "drain": true"#,
            target: "local",
            detail: ["drain": "true"]
        ),
    ]

    @Test("Each lever answers with its entry of the audit, which lists it", arguments: levers)
    func pulls(lever: Lever) async throws {
        try await RouterFixture().run { client async throws in
            let body = "{\(lever.fields), \"reason\": \"a test\"}"
            let answer = try await client.post("/ops/levers/\(lever.name)", as: .operator, json: body)
            #expect(answer.status == 200 && answer["object"] == "lever")
            let entry = answer["audit"]
            #expect(entry.names == ["id", "at", "account", "name", "action", "target", "detail", "reason"])
            #expect(entry.mismatches(["account": "acct_operator", "name": "operator", "reason": "a test"]) == [])
            #expect(entry.mismatches(["action": .text(lever.name), "target": .text(lever.target)]) == [])
            #expect(entry.mismatches(["detail": .object(lever.detail), "at": 1_700_000_000]) == [])
            let audit = try await client.get("/ops/audit", as: .operator)
            #expect(audit.mismatches(["object": "list", "data": .list([entry])]) == [])
            // A member's attempt changes nothing and is not in the audit.
            #expect(try await client.post("/ops/levers/\(lever.name)", json: body).status == 403)
            #expect(try await client.get("/ops/audit", as: .operator)["data"].items.count == 1)
        }
    }

    private static let long = String(repeating: "x", count: 501)

    /// A lever, a body that is refused, and the field at fault; nil: whichever.
    private static let refused: [(String, String, String?)] = [
        ("plan", #"{"plan": "free", "settings": {"burst": "5"}}"#, "reason"),
        ("plan", #"{"plan": "free", "settings": {"burst": "5"}, "reason": ""}"#, "reason"),
        ("plan", #"{"plan": "free", "settings": {}, "reason": "\#(long)"}"#, "reason"),
        ("plan", #"{"plan": "none", "settings": {}, "reason": "r"}"#, "plan"),
        ("plan", #"{"plan": "free", "reason": "r"}"#, "settings"),
        ("plan", #"{"plan": "free", "settings": {"burst": "many"}, "reason": "r"}"#, "burst"),
        ("plan", #"{"plan": "free", "settings": {"burst": "0"}, "reason": "r"}"#, "burst"),
        ("plan", #"{"plan": "free", "settings": {"rank": "1"}, "reason": "r"}"#, nil),
        ("plan", #"{"plan": "free", "settings": {"colour": "1"}, "reason": "r"}"#, nil),
        ("defer", #"{"plan": "free", "minutes": 1441, "reason": "r"}"#, "minutes"),
        ("defer", #"{"plan": "free", "minutes": -1, "reason": "r"}"#, "minutes"),
        ("defer", #"{"plan": "none", "minutes": 1, "reason": "r"}"#, "plan"),
        ("pause", #"{"model": "none", "minutes": 1, "reason": "r"}"#, "model"),
        ("pause", #"{"model": "steps", "reason": "r"}"#, "minutes"),
        ("drain", #"{"worker": "none", "drain": true, "reason": "r"}"#, "worker"),
        ("drain", #"{"worker": "local", "reason": "r"}"#, "drain"),
    ]

    @Test("A lever that makes no sense is refused by name, and leaves no entry", arguments: refused)
    func refuses(lever: String, body: String, field: String?) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.post("/ops/levers/\(lever)", as: .operator, json: body)
            #expect(answer.status == 400)
            if let field { #expect(answer.parameter == field) }
            #expect(try await client.get("/ops/audit", as: .operator)["data"].items.isEmpty)
        }
    }

    @Test("Changes of a plan replace each other, and without settings it is as configured")
    func changesPlan() async throws {
        try await RouterFixture().run { client async throws in
            func set(_ settings: String) async throws -> RouterJSON {
                let body = "{\"plan\": \"free\", \"settings\": {\(settings)}, \"reason\": \"r\"}"
                #expect(try await client.post("/ops/levers/plan", as: .operator, json: body).status == 200)
                return try await client.get("/ops/state", as: .operator)["plans.1"]
            }
            let first = try await set(#""burst": "5""#)
            #expect(first.mismatches(["settings.burst": "5", "configured_settings.burst": "10"]) == [])
            #expect(first["changed_settings"] == .object(["burst": "5"]))
            let second = try await set(#""daily-allowance": "7""#)
            #expect(second.mismatches(["settings.burst": "10", "settings.daily-allowance": "7"]) == [])
            _ = try await client.paint("a hill")
            #expect(try await client.get("/v1/account")["allowance.limit"] == 7)
            let none = try await set("")
            #expect(none.mismatches(["changed_settings": .object([:]), "settings.daily-allowance": "100"]) == [])
        }
    }

    @Test("A model that is paused begins no picture until that ends")
    func pauses() async throws {
        try await RouterFixture().run { client async throws in
            func pause(_ minutes: Int) async throws {
                let body = "{\"model\": \"steps\", \"minutes\": \(minutes), \"reason\": \"r\"}"
                #expect(try await client.post("/ops/levers/pause", as: .operator, json: body).status == 200)
            }
            try await pause(5)
            let held = try await client.get("/ops/state", as: .operator)
            #expect(held["models.0.held_until"] == 1_700_000_300)
            let id = try await client.begin("a hill")
            #expect(try await client.get("/v1/jobs/\(id)")["status"] == "queued")
            #expect(client.fixture.steps.begun.isEmpty)
            try await pause(0)
            try await eventually { try await client.get("/v1/jobs/\(id)")["status"] == "completed" }
            #expect(try await client.get("/ops/state", as: .operator)["models.0.held_until"] == .null)
        }
    }

    @Test("A server whose only worker for a model is drained is not ready")
    func drains() async throws {
        try await RouterFixture().run { client async throws in
            func drain(_ isDraining: Bool) async throws {
                let body = "{\"worker\": \"local-steps\", \"drain\": \(isDraining), \"reason\": \"r\"}"
                #expect(try await client.post("/ops/levers/drain", as: .operator, json: body).status == 200)
            }
            try await drain(true)
            let drained = try await client.get("/readyz", as: .nobody)
            #expect(drained.status == 503 && drained["status"] == "unavailable")
            #expect(drained["problems.0.code"] == "no_worker" && drained.header("retry-after") != nil)
            try await drain(false)
            #expect(try await client.get("/readyz", as: .nobody).status == 200)
        }
    }
}
