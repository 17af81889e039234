internal import Records
internal import SurgeCore
internal import TestKit
internal import Testing

@testable import Gateway

/// What a plan allows, as its refusals: each with its status, its code, and whether trying again helps.
@Suite("Routes: plans")
struct PlanRouteTests {
    private func expectRetryLater(_ answer: RouterAnswer, _ code: String) {
        #expect(answer.status == 429 && answer.code == code)
        #expect(answer["error.type"] == "rate_limit_error")
        let seconds = answer.header("retry-after").flatMap { Int($0) }
        #expect(seconds.map { (1...120).contains($0) } == true)
        #expect(answer.header("x-should-retry") != "false")
    }

    private func expectNoRetry(_ answer: RouterAnswer, _ code: String) {
        #expect(answer.status == 429 && answer.code == code)
        #expect(answer["error.type"] == "rate_limit_error")
        #expect(answer.header("retry-after") == nil)
        #expect(answer.header("x-should-retry") == "false")
    }

    @Test("A request for more pictures than the day has left is refused as a whole")
    func allowance() async throws {
        try await RouterFixture { $0.free.dailyAllowance = 2 }.run { client async throws in
            _ = try await client.paint("a hill")
            expectNoRetry(try await client.generate("a lake", #""n": 2"#), "insufficient_quota")
            #expect(try await client.generate("a lake").status == 200)
        }
    }

    @Test("Pictures faster than the plan allows are refused for a while")
    func rate() async throws {
        let change: @Sendable (inout RouterFixture.Options) -> Void = { options in
            options.free.picturesPerSecond = 0.001
            options.free.burst = 1
        }
        try await RouterFixture(change).run { client async throws in
            _ = try await client.paint("a hill")
            expectRetryLater(try await client.generate("a lake"), "rate_limit_exceeded")
            client.fixture.clock.advance(bySeconds: 1_001)
            #expect(try await client.generate("a lake").status == 200)
        }
    }

    @Test("More jobs at a time than the plan allows are refused for a while")
    func activeJobs() async throws {
        let change: @Sendable (inout RouterFixture.Options) -> Void = { options in
            options.free.mostActiveJobs = 1
            options.allowedSteps = 0
        }
        try await RouterFixture(change).run { client async throws in
            let id = try await client.begin("a hill")
            expectRetryLater(try await client.generate("a lake"), "rate_limit_exceeded")
            #expect(try await client.delete("/v1/jobs/\(id)").status == 200)
            _ = try await client.begin("a lake")
        }
    }

    @Test("An account that pays in advance pays the price of what it got, and is refused when it cannot")
    func credits() async throws {
        let change: @Sendable (inout RouterFixture.Options) -> Void = { $0.free.priceMillicredits = 1_000 }
        try await RouterFixture(change).run { client async throws in
            let account = RouterFixture.account(of: .member)
            let isKnown = try await client.fixture.store.update(
                account,
                plan: "free",
                dailyAllowance: nil,
                addedMillicredits: 1_500
            )
            #expect(isKnown)
            #expect(try await client.get("/v1/account")["credits"] == 1.5)
            _ = try await client.paint("a hill")
            #expect(try await client.get("/v1/account")["credits"] == 0.5)
            expectNoRetry(try await client.generate("a lake"), "credit_balance_exhausted")
        }
    }
}
