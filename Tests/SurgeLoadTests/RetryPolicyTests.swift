internal import Foundation
internal import Testing

@testable import SurgeLoad

@Suite("When a client tries again")
struct RetryPolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int
        var advice = RetryAdvice()
        /// nil: not again.
        let delay: Double?

        var testDescription: String { "\(status) \(advice)" }
    }

    private static func after(_ seconds: String, milliseconds: String? = nil, should: String? = nil) -> RetryAdvice {
        RetryAdvice(shouldRetry: should, afterMilliseconds: milliseconds, after: seconds)
    }

    private static let table = [
        Case(status: 400, delay: nil), Case(status: 401, delay: nil), Case(status: 404, delay: nil),
        Case(status: 422, delay: nil), Case(status: 408, delay: 0.5), Case(status: 409, delay: 0.5),
        Case(status: 429, delay: 0.5), Case(status: 500, delay: 0.5), Case(status: 503, delay: 0.5),
        Case(status: 599, delay: 0.5), Case(status: 429, advice: after("7"), delay: 7),
        Case(status: 429, advice: after("0.25"), delay: 0.25), Case(status: 429, advice: after("120"), delay: 120),
        Case(status: 429, advice: after("120.5"), delay: nil), Case(status: 503, advice: after("1e999"), delay: nil),
        Case(status: 503, advice: after("inf"), delay: 0.5), Case(status: 503, advice: after("nan"), delay: 0.5),
        Case(status: 503, advice: after("0"), delay: 0.5), Case(status: 503, advice: after("-4"), delay: 0.5),
        Case(status: 503, advice: after("soon"), delay: 0.5), Case(status: 503, advice: after("0x10"), delay: 0.5),
        Case(status: 429, advice: after("7", milliseconds: "1500"), delay: 1.5),
        Case(status: 429, advice: after("7", milliseconds: "0"), delay: 0.5),
        Case(status: 429, advice: after("7", milliseconds: "soon"), delay: 7),
        Case(status: 429, advice: after("3", should: "false"), delay: nil),
        Case(status: 400, advice: after("3", should: "true"), delay: 3),
        Case(status: 400, advice: after("121", should: "true"), delay: nil),
        Case(status: 503, advice: after("Wed, 21 Oct 2015 07:28:10 GMT"), delay: 10),
        Case(status: 503, advice: after("Wed, 21 Oct 2015 07:27:00 GMT"), delay: 0.5),
        Case(status: 503, advice: after("Wed, 21 Oct 2015 08:28:00 GMT"), delay: nil),
    ]

    /// Wed, 21 Oct 2015 07:28:00 GMT
    private let date = Date(timeIntervalSince1970: 1_445_412_480)

    @Test("As the official Python client does", arguments: table)
    func follows(_ example: Case) {
        let ending = AttemptEnding.refused(status: example.status, code: nil, advice: example.advice)
        let delay = RetryPolicy(retries: 2).delay(after: ending, retriesTaken: 0, jitter: 0, date: date)
        #expect(delay == example.delay)
    }

    @Test(
        "The delay doubles up to 8 seconds, less at most a quarter",
        arguments: [(0, 0.5), (1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (90, 8)]
    )
    func backsOff(retriesTaken: Int, expected: Double) {
        let policy = RetryPolicy(retries: 100)
        func delay(_ jitter: Double) -> Double? {
            policy.delay(after: .broken, retriesTaken: retriesTaken, jitter: jitter, date: date)
        }
        #expect(delay(0) == expected)
        #expect(delay(1) == expected * 0.75)
    }

    @Test("After the last retry a request has failed")
    func ends() {
        #expect(RetryPolicy(retries: 2).delay(after: .broken, retriesTaken: 2, jitter: 0, date: date) == nil)
        #expect(RetryPolicy(retries: 0).delay(after: .broken, retriesTaken: 0, jitter: 0, date: date) == nil)
    }

    @Test(
        "What reached the client is never sent again",
        arguments: [
            AttemptEnding.delivered(pictures: 1), .streamBroken, .unreadable, .jobFailed(status: "failed", code: nil),
        ]
    )
    func isFinal(ending: AttemptEnding) {
        #expect(RetryPolicy(retries: 9).delay(after: ending, retriesTaken: 0, jitter: 0, date: date) == nil)
    }
}
