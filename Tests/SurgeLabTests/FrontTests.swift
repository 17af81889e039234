internal import Foundation
internal import Scenarios
internal import SurgeCore
internal import Testing

@testable import SurgeLab

@Suite("The server's own work")
struct FrontTests {
    private static func day(
        network: String,
        device: String,
        client: String = "patience: 1h",
        arrivals: String
    )
        throws -> Day
    {
        let path = NSTemporaryDirectory() + "front-\(UUID().uuidString).csv"
        try arrivals.write(toFile: path, atomically: true, encoding: .utf8)
        return try LaboratoryTests.day(
            "{name: p, plan: free, members: 10, trace: \"\(path)\", client: {\(client)}}",
            lasts: "1min",
            device: device,
            rest: "network: {\(network)}"
        )
    }

    private static func run(_ day: Day) async throws -> PolicyRun {
        defer { day.people[0].trace.map { try? FileManager.default.removeItem(atPath: $0) } }
        return try await Laboratory(day).run(.firstCome, threads: 1)
    }

    private static let work = "intake: 200ms, answer: 300ms"

    @Test(
        "Alone, a request takes its intake, its task and its answer",
        arguments: [", processors: 1", ", processors: 8", ""]
    )
    func alone(processors: String) async throws {
        let day = try Self.day(network: Self.work + processors, device: "{name: d}", arrivals: "1\n20\n")
        #expect(try await Self.run(day).plans[0].longest == 1.5)
    }

    @Test("On one processor, intake, painting and answers slow each other, and not a moment is lost")
    func shares() async throws {
        let day = try Self.day(
            network: Self.work + ", processors: 1",
            device: "{name: d, sharesProcessors: true}",
            arrivals: "0\n0.5\n"
        )
        let plan = try await Self.run(day).plans[0]
        // The first is in at 0.2. From 0.5 to 0.9 the second comes in at half speed, so the first is painted at 1.4; its
        // answer and the second's painting share until 2.0; the second is painted at 2.7 and sent off at 3.0.
        #expect(abs((plan.p50 ?? 0) / 2 - 1) < 0.016)
        #expect(abs((plan.longest ?? 0) - 2.5) < 0.00001)
    }

    @Test("With processors of its own, a device is not slowed")
    func separate() async throws {
        let day = try Self.day(
            network: Self.work + ", processors: 1",
            device: "{name: d}",
            arrivals: "0\n0.5\n"
        )
        let plan = try await Self.run(day).plans[0]
        #expect(abs((plan.p50 ?? 0) / 1.5 - 1) < 0.016)
        // In at 0.7, begun at 1.2, painted at 2.2, sent off at 2.5.
        #expect(abs((plan.longest ?? 0) - 2) < 0.00001)
    }

    @Test(
        "Whoever gives up while a request comes in or an answer goes out leaves nothing behind",
        arguments: [100, 1_300]
    )
    func givesUp(milliseconds: Int) async throws {
        let day = try Self.day(
            network: Self.work + ", processors: 1",
            device: "{name: d, sharesProcessors: true}",
            client: "patience: \(milliseconds)ms, retries: 0",
            arrivals: "0\n10\n"
        )
        let totals = try await Self.run(day).totals
        #expect(totals.asked == 2)
        #expect(totals.delivered == 0)
        #expect(totals.unserved == ["gaveUp": 2])
    }

    @Test("Overload with retries and timeouts ends with every request accounted for")
    func adds() async throws {
        var day = try LaboratoryTests.day(
            "{name: p, plan: free, members: 50, requests: {perSecond: 6}, "
                + "client: {patience: 9s, patienceSpread: 0.5, timeout: 3s, retries: 3}}",
            lasts: "5min",
            device: "{name: d, slots: 3, sharesProcessors: true}",
            rest: "network: {intake: 60ms, answer: 60ms, processors: 2}"
        )
        day.plans[0].patienceSeconds = 10
        let first = try await Laboratory(day).run(.ours, threads: 1)
        #expect(first.totals.asked == first.totals.delivered + first.totals.unserved.values.reduce(0, +))
        #expect(first.totals.unserved["waiting"] == nil)
        #expect(try await Laboratory(day).run(.ours, threads: 1) == first)
    }
}
