import Testing

@testable import SurgeCore

@Suite("The rate limit")
struct RateLimitTests {
    private func check(
        _ arrival: Int64,
        now: Int64,
        count: Int = 1,
        rate: Double = 2,
        burst: Int = 3
    ) -> RateLimit.Answer {
        RateLimit.check(theoreticalArrival: arrival, now: now, count: count, picturesPerSecond: rate, burst: burst)
    }

    @Test("Two a second and three at once, by hand")
    func byHand() {
        let start: Int64 = 10_000_000
        #expect(check(0, now: start) == .conforms(theoreticalArrival: 10_500_000))
        #expect(check(10_500_000, now: start) == .conforms(theoreticalArrival: 11_000_000))
        #expect(check(11_000_000, now: start) == .conforms(theoreticalArrival: 11_500_000))
        #expect(check(11_500_000, now: start) == .exceeds(retryAfterMicroseconds: 500_000))
        #expect(check(11_500_000, now: start + 500_000) == .conforms(theoreticalArrival: 12_000_000))
    }

    @Test("More than the burst passes when the account is fresh, and is paid for after")
    func passesLargeDemands() {
        #expect(check(0, now: 1_000_000, count: 10) == .conforms(theoreticalArrival: 6_000_000))
        #expect(check(6_000_000, now: 1_000_000, count: 10) == .exceeds(retryAfterMicroseconds: 5_000_000))
    }

    @Test("What remains is what would be taken", arguments: [0.1, 1, 3, 7, 29.97, 1_000])
    func remainingIsTrue(rate: Double) {
        var arrival: Int64 = 0
        for step in 0..<60 {
            let now = 5_000_000 + Int64(step) * 77_777
            let left = RateLimit.remaining(theoreticalArrival: arrival, now: now, picturesPerSecond: rate, burst: 8)
            for count in 1...8 {
                let answer = check(arrival, now: now, count: count, rate: rate, burst: 8)
                guard case .conforms = answer else {
                    #expect(count > left)
                    continue
                }
                #expect(count <= left)
            }
            if case .conforms(let next) = check(arrival, now: now, count: 1, rate: rate, burst: 8) { arrival = next }
        }
    }

    @Test("No rate is too small or too large to be computed with", arguments: [1e-300, 1e-13, 1e300])
    func survivesAnyRate(rate: Double) {
        guard case .conforms(let arrival) = check(0, now: 1, count: 32, rate: rate) else {
            Issue.record("a fresh account is refused")
            return
        }
        #expect(arrival > 1)
        _ = check(arrival, now: 2, count: 32, rate: rate)
    }
}
