import Foundation
import Scenarios
import Testing

@testable import SurgeLab

@Suite("The laboratory")
struct LaboratoryTests {
    static func day(
        _ people: String,
        lasts: String = "1h",
        device: String = "{name: d}",
        count: Int = 1,
        rest: String = ""
    ) throws -> Day {
        try Day(
            yaml: """
                name: small
                lasts: \(lasts)
                models:
                  - name: m
                    rungs: [{name: top, cost: 1s, quality: 1, steps: 10}, {name: low, cost: 250ms, quality: 0.5, steps: 4}]
                devices: [\(device)]
                fleet: [{device: d, count: \(count)}]
                plans: [{name: free, dailyAllowance: none, picturesPerSecond: none}, {name: pro}]
                people: [\(people)]
                \(rest)
                """
        )
    }

    private func run(
        _ day: Day,
        _ policy: Policy = .ours,
        scale: Double = 1,
        threads: Int = 1
    ) async throws -> PolicyRun {
        try await Laboratory(day, scale: scale).run(policy, threads: threads)
    }

    private func bytes(_ report: LabReport) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(report)
    }

    @Test("The same day and seed give the same bytes on one thread and on several, and another seed gives others")
    func deterministic() async throws {
        var day = try Day(reference: "retry-storm").compressed(to: 120)
        day.cells = 3
        func report(_ threads: Int, seed: UInt64? = nil) async throws -> Data {
            try bytes(await Laboratory(day, scale: 0.5, seed: seed).report([.ours, .firstCome], threads: threads))
        }
        let first = try await report(1)
        #expect(try await report(3) == first)
        #expect(try await report(1, seed: 4) != first)
    }

    @Test("One device, equal times and no end of patience wait as theory says", arguments: [0.3, 0.6])
    func theory(load: Double) async throws {
        let day = try Self.day(
            "{name: p, plan: free, members: 10, requests: {perSecond: \(load)}, client: {patience: 9h}}",
            lasts: "90min"
        )
        let run = try await run(day, .firstCome)
        // Pollaczek and Khinchine: with equal service times of a second, the mean wait is load ÷ (2 (1 − load)).
        let bins = run.series.flatMap(\.plans)
        #expect(run.totals.delivered == run.totals.asked)
        let waits = try await Laboratory(day).metrics(.firstCome, 1) { _ in }.groups[0].waits
        let expected = 1 + load / (2 * (1 - load))
        #expect(abs((waits.mean ?? 0) / expected - 1) < 0.1)
        #expect(bins.reduce(0) { $0 + $1.delivered } >= run.totals.delivered - 30)
        #expect(abs(run.pools[0].busyShare / load - 1) < 0.08)
    }

    @Test(
        "Tasks that take turns wait as in a queue, tasks that advance alike as where all share",
        arguments: [true, false]
    )
    func turns(areTaken: Bool) async throws {
        let day = try Self.day(
            "{name: p, plan: free, members: 10, requests: {perSecond: 0.6}, client: {patience: 9h}}",
            lasts: "2h",
            device: "{name: d, slots: 40, takesTurns: \(areTaken)}"
        )
        let waits = try await Laboratory(day).metrics(.firstCome, 1) { _ in }.groups[0].waits
        // With equal service times of a second: Pollaczek and Khinchine, and processor sharing, 1 ÷ (1 − load).
        let expected = areTaken ? 1 + 0.6 / (2 * 0.4) : 1 / 0.4
        #expect(abs((waits.mean ?? 0) / expected - 1) < 0.1)
    }

    @Test("Every request is delivered or has a reason, on every day under every policy", arguments: ShippedDays.names)
    func conservation(name: String) async throws {
        // A few minutes of it, with everything that happens in it.
        let day = try Day(reference: name).compressed(to: 240)
        let scale = name == "ghibli-week" ? 0.001 : name == "bot-flood" ? 0.02 : 1
        let laboratory = try Laboratory(day, scale: scale)
        for policy in [Policy.ours, .tokenBucket, .bounded, .priority] {
            let totals = await laboratory.run(policy, threads: 2).totals
            #expect(totals.asked > 0)
            #expect(totals.delivered + totals.unserved.values.reduce(0, +) == totals.asked, "\(policy.name)")
            #expect(totals.attempts >= totals.asked)
            #expect(totals.wastedDeviceSeconds <= totals.deviceSeconds)
        }
    }

    @Test("Nobody delivers more, or better, than the bound")
    func bound() async throws {
        let day = try Self.day(
            "{name: p, plan: free, members: 500, requests: {perSecond: 6}, client: {patience: 20s, patienceSpread: 0.4}}",
            lasts: "15min"
        )
        let report = await (try Laboratory(day)).report([.ours, .firstCome, .lowestRung], threads: 2)
        let bound = try #require(report.bound)
        for run in report.runs {
            #expect(Double(run.totals.delivered) <= bound.delivered * 1.000001)
            #expect(run.totals.qualitySum <= bound.qualitySum * 1.000001)
        }
        // Six a second, where one device does four of the cheap ones.
        #expect(bound.delivered < 0.75 * Double(bound.asked))
        // And it is no empty word: ours comes near.
        #expect(Double(report.runs[0].totals.delivered) > 0.85 * bound.delivered)
    }

    @Test("Under a surge ours delivers to nearly everybody what first come, first served cannot")
    func surge() async throws {
        let day = try Self.day(
            """
            {name: p, plan: free, members: 500, requests: {perSecond: 6}, client: {patience: 20s}},
            {name: q, plan: pro, members: 20, requests: {perSecond: 0.3}, client: {patience: 20s}}
            """,
            lasts: "20min",
            count: 2
        )
        let (ours, other) = (try await run(day), try await run(day, .firstCome))
        #expect(Double(ours.totals.delivered) > 0.95 * Double(ours.totals.asked))
        #expect(Double(other.totals.delivered) < 0.5 * Double(other.totals.asked))
        let pro = try #require(ours.plans.first { $0.name == "pro" })
        #expect((pro.p99 ?? .infinity) < 2)
        #expect(ours.totals.preemptions > 0)
    }

    @Test(
        "A device that dies, falls silent, slows or lies costs waiting, and loses nothing",
        arguments: [
            "crash", "hang", "slow", "lie", "fail",
        ]
    )
    func faults(kind: String) async throws {
        let day = try Self.day(
            "{name: p, plan: free, members: 50, requests: {perSecond: 1}, client: {patience: 4min}}",
            lasts: "10min",
            count: 3,
            rest: "events: [{at: 2min, kind: \(kind), share: 0.34, times: 4, chance: 0.5, lasts: 3min}]"
        )
        let run = try await run(day)
        #expect(Double(run.totals.delivered) >= 0.99 * Double(run.totals.asked))
        #expect(run.pools[0].failures == (kind == "crash" || kind == "hang" ? 1 : 0))
        #expect(run.totals.lostWorkers == (kind == "crash" || kind == "hang" ? 1 : 0))
    }

    @Test(
        "Heat slows devices, and more of it stops them until they have cooled",
        arguments: [(70.0, false), (95, true)]
    )
    func heat(celsius: Double, dies: Bool) async throws {
        let thermal = """
            thermal: {idleWatts: 50, busyWatts: 400, celsiusPerWatt: 0.1, timeConstant: 1min, slowdownAtCelsius: 85, \
            slowdownPerDegree: 0.01, leastSpeed: 0.5, shutdownAtCelsius: 118, coolDown: 2min}
            """
        let day = try Self.day(
            "{name: p, plan: free, members: 50, requests: {perSecond: 1.5}, client: {patience: 2min}}",
            lasts: "30min",
            device: "{name: d, \(thermal)}",
            count: 2,
            rest: "events: [{at: 5min, kind: heat, celsius: \(celsius), lasts: 15min}]"
        )
        let run = try await run(day)
        #expect(run.pools[0].throttledShare > 0.01)
        #expect((run.pools[0].failures > 0) == dies)
        #expect(run.pools[0].hottestCelsius > celsius)
        let cold = try #require(run.series.first { $0.fromSeconds >= 240 })
        #expect(cold.pools[0].throttled == 0)
    }

    @Test("A fleet grows with the work after its delay, to its ceiling and no further, and shrinks again")
    func autoscaling() async throws {
        let day = try Day(
            yaml: """
                name: growing
                lasts: 1h
                models: [{name: m, rungs: [{name: top, cost: 1s, quality: 1}]}]
                devices: [{name: d}]
                fleet: [{device: d, count: 1, autoscale: {least: 1, most: 6, delay: 3min, calm: 2min}}]
                people:
                  - name: p
                    plan: pro
                    members: 100
                    requests: {perSecond: 6, trend: [{at: 0s, level: 0.05}, {at: 10min, level: 0.05}, {at: 11min, level: 1},
                      {at: 30min, level: 1}, {at: 31min, level: 0.02}]}
                    client: {patience: 5min}
                """
        )
        let run = try await run(day)
        func devices(at seconds: Double) -> Int {
            run.series.last { $0.fromSeconds <= seconds }?.pools[0].devices ?? -1
        }
        #expect(devices(at: 5 * 60) == 1)
        #expect(devices(at: 12 * 60) == 1)
        #expect(devices(at: 25 * 60) == 6)
        #expect(devices(at: 55 * 60) == 1)
        #expect(run.pools[0].mostDevices == 6)
    }

    @Test("A client library that times out sends again, and finds its own job")
    func timeouts() async throws {
        let day = try Self.day(
            "{name: p, plan: free, members: 50, requests: {perSecond: 3}, client: {patience: 1min, timeout: 1500ms, retries: 9}}",
            lasts: "5min",
            count: 1
        )
        let run = try await run(day, .ours)
        #expect(run.totals.attempts > run.totals.asked)
        #expect(run.totals.wastedDeviceSeconds < 0.1 * run.totals.deviceSeconds)
    }
}

extension Day {
    /// The same day in less time: everything happens sooner, and as much is asked for in a second.
    fileprivate func compressed(to seconds: Double) -> Day {
        var day = self
        let factor = seconds / durationSeconds
        day.durationSeconds = seconds
        for index in day.events.indices {
            day.events[index].at.seconds *= factor
            if let lasts = day.events[index].lasts {
                day.events[index].lasts = TimeSpan(seconds: lasts.seconds * factor)
            }
        }
        for index in day.people.indices {
            day.people[index].requests = day.people[index].requests.compressed(factor)
            day.people[index].signUps = day.people[index].signUps?.compressed(factor)
        }
        return day
    }
}

extension DemandCurve {
    fileprivate func compressed(_ factor: Double) -> DemandCurve {
        var curve = self
        curve.total = total.map { $0 * factor }
        for index in curve.trend.indices { curve.trend[index].at.seconds *= factor }
        for index in curve.bursts.indices {
            curve.bursts[index].at.seconds *= factor
            curve.bursts[index].lasts.seconds *= factor
            curve.bursts[index].total = bursts[index].total.map { $0 * factor }
        }
        return curve
    }
}
