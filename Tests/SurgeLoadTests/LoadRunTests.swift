internal import Foundation
internal import Synchronization
internal import TestKit
internal import Testing

@testable import SurgeLoad

@Suite("Runs against a small server")
struct LoadRunTests {
    /// A kind of server, a kind of client, and what the report must say of five requests.
    struct Case: Sendable, CustomTestStringConvertible {
        let behaviour: SmallAnswers.Behaviour
        var mode = LoadMode.held
        var retries = 0
        var pictures = 0
        var attempts = 5
        /// Kind, status, code, sendings, requests.
        var failure: LoadReport.Failure?

        var testDescription: String { "\(behaviour), \(mode), \(retries) retries" }
    }

    private static func failure(
        _ kind: String,
        _ status: Int? = nil,
        _ code: String? = nil,
        attempts: Int = 5,
        requests: Int = 5
    ) -> LoadReport.Failure {
        LoadReport.Failure(kind: kind, status: status, code: code, attempts: attempts, requests: requests)
    }

    private static let busy = "rate_limit_exceeded"
    private static let table = [
        Case(behaviour: .picture, pictures: 10),
        Case(behaviour: .slow, pictures: 10),
        Case(behaviour: .spaces, pictures: 10),
        Case(behaviour: .unreadable, retries: 2, failure: failure("answer not readable")),
        Case(behaviour: .empty, retries: 2, failure: failure("answer not readable")),
        Case(behaviour: .cut, failure: failure("connection error")),
        Case(behaviour: .cut, retries: 1, attempts: 10, failure: failure("connection error", attempts: 10)),
        Case(behaviour: .closes, failure: failure("connection error")),
        Case(
            behaviour: .closesOnce,
            retries: 2,
            pictures: 10,
            attempts: 10,
            failure: failure("connection error", requests: 0)
        ),
        Case(
            behaviour: .busyOnce,
            retries: 2,
            pictures: 10,
            attempts: 10,
            failure: failure("refused", 429, busy, requests: 0)
        ),
        Case(behaviour: .busy, retries: 2, attempts: 15, failure: failure("refused", 429, busy, attempts: 15)),
        Case(behaviour: .refuses, retries: 2, failure: failure("refused", 400, "invalid_value")),
        Case(behaviour: .silent, retries: 2, failure: failure("gave up")),
        Case(behaviour: .events, mode: .streamed, pictures: 5),
        Case(behaviour: .eventsCut, mode: .streamed, retries: 2, failure: failure("stream cut short")),
        Case(behaviour: .eventsFail, mode: .streamed, retries: 2, failure: failure("job failed", nil, busy)),
        Case(behaviour: .job, mode: .async, pictures: 5),
        Case(behaviour: .picture, mode: .async, pictures: 10),
        Case(behaviour: .jobFails, mode: .async, failure: failure("job failed", nil, "internal_error")),
        Case(behaviour: .jobStays, mode: .async, failure: failure("gave up")),
    ]

    @Test("Everything is counted exactly", arguments: table)
    func counts(_ example: Case) async throws {
        try await SmallServer.run { server, url in
            let isUnanswered = example.behaviour == .silent || example.behaviour == .jobStays
            let report = try await Self.play(
                example.behaviour,
                mode: example.mode,
                retries: example.retries,
                patience: isUnanswered ? 10 : Self.longPatience,
                against: url
            )
            if example.behaviour == .silent {
                // The server hears of closed connections when it gets to it.
                try await eventually { server.seen.withLock { $0.left } == 5 }
            }
            let delivered = example.pictures > 0 ? 5 : 0
            #expect(report.totals.planned == 5)
            #expect(report.totals.sent == 5)
            #expect(report.totals.attempts == example.attempts)
            #expect(report.totals.deliveredPictures == example.pictures)
            #expect(report.totals.deliveredRequests == delivered)
            #expect(report.totals.failedRequests == 5 - delivered)
            #expect(report.failures == (example.failure.map { [$0] } ?? []))
            #expect(report.seconds.reduce(0) { $0 + $1.offered } == 5)
            #expect(report.seconds.reduce(0) { $0 + $1.delivered } == delivered)
            #expect(report.seconds.last?.waiting == 0)
            let seen = server.seen.withLock { $0 }
            // Five different requests, and every retry has the bytes of the first sending.
            #expect(seen.bodies.count == 5)
            #expect(seen.bodies.values.reduce(0, +) == example.attempts)
            #expect(seen.left == (example.behaviour == .silent ? 5 : 0))
            #expect(seen.deleted == (example.behaviour == .jobStays ? 5 : 0))
        }
    }

    @Test("What the server tells of quality and time is in the report")
    func reportsWhatIsTold() async throws {
        let quick = try await SmallServer.run { _, url in try await Self.play(.picture, against: url) }
        #expect(quick.quality.rungs == [LoadReport.RungShare(rung: "512", quality: 0.5, delivered: 5, share: 1)])
        #expect(quick.quality.byPlan.map(\.meanRungQuality) == [0.5])
        #expect(quick.quality.requested == ["high": 5])
        #expect(quick.quality.verdicts == ["run": 5])
        #expect(quick.eta.map(\.plan) == ["free", nil])
        #expect(quick.eta.map(\.medianRelativeWidth) == [2, 2])
        let slow = try await SmallServer.run { _, url in try await Self.play(.slow, against: url) }
        #expect(slow.eta.map(\.told) == [5, 5])
        #expect(slow.eta.map(\.coverage) == [0, 0])
        let waits = try #require(slow.waits.first)
        #expect(waits.delivered == 5)
        #expect(try #require(waits.p50) >= 0.3)
    }

    @Test("The server's own figures are read before and after, and its backlog is waited for")
    func readsFigures() async throws {
        let report = try await SmallServer.run { _, url in try await Self.play(.picture, against: url) }
        // One look before, three until it is idle, one after.
        #expect(report.server.deviceSeconds == 40)
        #expect(report.server.wasteShare == 0.1)
        #expect(
            report.server.counters == [
                "heatsink_device_seconds_total": 40, "heatsink_wasted_device_seconds_total": 4,
            ]
        )
        #expect(report.backlog.isGone == true)
        #expect(try #require(report.backlog.seconds) >= 0.5)
    }

    @Test("A run that must not be is refused before anything is sent")
    func refuses() async throws {
        let scenario = Examples.scenario(seconds: 3_600, rate: 100)
        let keys = ["free": (0..<10).map(String.init)]
        await #expect(throws: LoadError.remoteTarget(host: "example.com")) {
            try await LoadRun.run(scenario: scenario, target: LoadTarget(url: "http://example.com"), keys: keys)
        }
        let target = try LoadTarget(url: "http://127.0.0.1:1")
        await #expect(throws: LoadError.tooManyRequests(planned: 100_001, limit: 100_000)) {
            try await LoadRun.run(scenario: scenario, target: target, keys: keys)
        }
        await #expect(throws: LoadError.tooLong(seconds: 3_601, limit: 3_600)) {
            try await LoadRun.run(scenario: Examples.scenario(seconds: 3_601), target: target, keys: keys)
        }
        await #expect(throws: LoadError.unreachable(url: "http://127.0.0.1:1")) {
            try await LoadRun.run(scenario: Examples.scenario(), target: target, keys: keys)
        }
    }

    @Test("A run that is cancelled ends at once")
    func cancels() async throws {
        try await SmallServer.run { server, url in
            let run = Task { try await Self.play(.silent, against: url) }
            try await eventually { server.seen.withLock { $0.bodies.count } == 5 }
            run.cancel()
            let start = ContinuousClock.now
            await #expect(throws: CancellationError.self) { try await run.value }
            // Long before anybody's patience ends, however busy the machine is.
            #expect(ContinuousClock.now - start < .seconds(600))
        }
    }

    /// As long as a run may last: whoever is answered waits no longer than for the answer.
    private static let longPatience = 3_600.0

    /// Five requests within half a second, by users whose keys name the behaviour.
    private static func play(
        _ behaviour: SmallAnswers.Behaviour,
        mode: LoadMode = .held,
        retries: Int = 0,
        patience: Double = longPatience,
        against url: String
    ) async throws -> LoadReport {
        let path = NSTemporaryDirectory() + "surge-load-\(UUID().uuidString).csv"
        try "0\n0.1\n0.2\n0.3\n0.4\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let group = Examples.group(count: 3, patience: patience, retries: retries, mode: mode)
        var scenario = Examples.scenario(seconds: 0.5, groups: [group])
        scenario.arrivals = .trace(file: path)
        scenario.window = LoadWindow(fromSeconds: 0, toSeconds: 0.5)
        let keys = (0..<3).map { "\(behaviour.rawValue)-\($0)" }
        return try await LoadRun.run(scenario: scenario, target: LoadTarget(url: url), keys: ["free": keys])
    }
}
