internal import HTTPTypes
internal import SurgeCore
internal import Testing

@testable import Gateway

/// What every answer carries beside its body.
@Suite("Routes: headers")
struct HeaderRouteTests {
    @Test("Every answer has a request id of its own, errors as well")
    func requestIDs() async throws {
        try await RouterFixture().run { client async throws in
            var ids: Set<String> = []
            for path in ["/healthz", "/v1/models", "/v1/models", "/nothing", "/status"] {
                let answer = try await client.get(path)
                ids.insert(try #require(answer.header("x-request-id")))
            }
            #expect(ids.count == 5)
        }
    }

    @Test("What is left of the day's pictures is told from the first request for a picture on")
    func allowance() async throws {
        try await RouterFixture().run { client async throws in
            #expect(try await client.get("/v1/models").header("x-ratelimit-limit-images") == nil)
            let painted = try await client.generate("a hill", #""n": 2"#)
            for answer in [painted, try await client.get("/v1/models")] {
                #expect(answer.header("x-ratelimit-limit-images") == "100")
                #expect(answer.header("x-ratelimit-remaining-images") == "98")
                let reset = try #require(answer.header("x-ratelimit-reset-images"))
                let seconds = try #require(reset.hasSuffix("s") ? Int(reset.dropLast()) : nil)
                // The clock stands at 22:13:20 of a day, UTC.
                #expect(seconds == 6_400)
            }
            // Each account has its own.
            #expect(try await client.get("/v1/models", as: .stranger).header("x-ratelimit-limit-images") == nil)
        }
    }

    @Test("A refusal costs no picture, and a cancelled job gives its pictures back")
    func costs() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let id = try await client.begin("a hill", #""n": 3"#)
            let refused = try await client.generate("a hill", #""n": 98"#)
            #expect(refused.status == 400)
            #expect(refused.header("x-ratelimit-remaining-images") == "97")
            #expect(try await client.delete("/v1/jobs/\(id)").status == 200)
            #expect(try await client.get("/v1/models").header("x-ratelimit-remaining-images") == "100")
        }
    }

    @Test("Under a plan without an allowance, the burst is told")
    func burst() async throws {
        let change: @Sendable (inout RouterFixture.Options) -> Void = { options in
            options.free.dailyAllowance = nil
            options.free.picturesPerSecond = 1
            options.free.burst = 5
        }
        try await RouterFixture(change).run { client async throws in
            let painted = try await client.generate("a hill", #""n": 2"#)
            #expect(painted.header("x-ratelimit-limit-images") == "5")
            #expect(painted.header("x-ratelimit-remaining-images") == "3")
            #expect(painted.header("x-ratelimit-reset-images") == "2s")
        }
    }

    @Test("Under a plan with neither limit, nothing is told")
    func unlimited() async throws {
        try await RouterFixture { $0.free.dailyAllowance = nil }.run { client async throws in
            let painted = try await client.generate("a hill")
            #expect(painted.status == 200)
            for name in ["limit", "remaining", "reset"] {
                #expect(painted.header("x-ratelimit-\(name)-images") == nil)
            }
        }
    }

    @Test(
        "What belongs to one account is not kept by caches",
        arguments: [
            "/v1/account", "/v1/session", "/v1/gallery", "/v1/shares", "/ops/state", "/ops/audit", "/ops/rights",
        ]
    )
    func cacheControl(path: String) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.get(path, as: .operator)
            #expect(answer.status == 200)
            #expect(answer.header("cache-control") == "no-store")
        }
    }

    @Test("HEAD has the headers of GET and no body", arguments: RouterFixture.Caller.allCases)
    func head(caller: RouterFixture.Caller) async throws {
        let paths = [
            "/healthz", "/readyz", "/status", "/openapi.json", "/v1/models", "/v1/models/steps", "/v1/models/none",
            "/v1/jobs", "/v1/jobs/job_none", "/v1/account", "/v1/session", "/v1/gallery", "/v1/shares", "/v1/policy",
            "/studio", "/ops/audit", "/ops/rights", "/ops/rights/ledger", "/nothing",
        ]
        try await RouterFixture { $0.hasPages = true }.run { client async throws in
            for path in paths {
                let got = try await client.get(path, as: caller)
                let head = try await client.send(.head, path, as: caller)
                #expect(head.status == got.status, "\(path)")
                #expect(head.bytes.isEmpty && !got.bytes.isEmpty, "\(path)")
                let names = { (answer: RouterAnswer) in Set(answer.headers.map(\.name)) }
                #expect(names(head) == names(got), "\(path)")
                for name in ["content-type", "cache-control", "allow", "etag"] {
                    #expect(head.header(name) == got.header(name), "\(path) \(name)")
                }
            }
        }
    }

    @Test(
        "HEAD starts no stream of events",
        arguments: ["/v1/events", "/ops/events", "/status/events"]
    )
    func headOfStreams(path: String) async throws {
        try await RouterFixture().run { client async throws in
            let head = try await client.send(.head, path, as: .operator)
            #expect(head.status == 200 && head.bytes.isEmpty)
            #expect(head.header("content-type") == "text/event-stream")
        }
    }

    @Test(
        "Preflights fail, with or without a key: requests of other sites are not supported",
        arguments: ["/v1/images/generations", "/v1/models", "/v1/session", "/ops/state", "/status"]
    )
    func preflights(path: String) async throws {
        try await RouterFixture().run { client async throws in
            for caller in [RouterFixture.Caller.nobody, .member] {
                let headers = ["origin": "https://elsewhere.example", "access-control-request-method": "POST"]
                let answer = try await client.send(.options, path, as: caller, headers: headers)
                #expect(answer.status == 405 && answer.code == "method_not_allowed")
                #expect(answer.header("allow")?.isEmpty == false)
                #expect(!answer.headers.contains { $0.name.canonicalName.hasPrefix("access-control-") })
            }
        }
    }

    @Test("Answers about a job say what it is, what was promised and what it got")
    func jobHeaders() async throws {
        try await RouterFixture().run { client async throws in
            let painted = try await client.generate("a hill", #""quality": "medium", "seed": 7"#)
            let id = try #require(painted.header("heatsink-job"))
            #expect(painted.header("heatsink-requested-quality") == "medium")
            #expect(painted.header("heatsink-seed") == "7")
            #expect(painted.header("heatsink-rung") == "medium")
            #expect(painted.header("heatsink-rung-quality").flatMap { Double($0) } == 0.7)
            #expect(painted.header("heatsink-position") == nil)
            #expect(painted.header("heatsink-decision") == nil)
            let shown = try await client.get("/v1/jobs/\(id)")
            #expect(shown.header("heatsink-job") == id && shown.header("heatsink-rung") == "medium")
        }
    }

    @Test("A job that has not begun says its verdict and what was promised, and no rung")
    func headersOfWaitingJobs() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let answer = try await client.generate("a hill", headers: ["prefer": "respond-async"])
            #expect(answer.status == 202)
            #expect(["run", "queued"].contains(answer.header("heatsink-verdict")))
            let low = try #require(answer.header("heatsink-eta-low-seconds").flatMap { Double($0) })
            let high = try #require(answer.header("heatsink-eta-high-seconds").flatMap { Double($0) })
            #expect(0 <= low && low <= high)
        }
    }
}
