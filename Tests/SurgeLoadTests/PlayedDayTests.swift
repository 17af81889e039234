internal import Foundation
internal import Scenarios
internal import Testing

@testable import SurgeLoad

@Suite("Days against a live server")
struct PlayedDayTests {
    private static func text(client: String = "{patience: 20s, patienceSpread: 0.5}", more: String = "") -> String {
        """
        name: small
        lasts: 10min
        models: [{name: painter, rungs: [{name: low, cost: 0.1, quality: 0.5}, {name: top, cost: 0.4, quality: 1}]}]
        devices: [{name: cpu, slots: 2}]
        fleet: [{device: cpu, count: 1}]
        people:
          - {name: many, plan: free, members: 2000, requests: {perSecond: 2}, pictures: {1: 0.8, 3: 0.2}, client: \(client)}
          - {name: few, plan: pro, members: 20, requests: {perSecond: 0.5}, client: {mode: async, retry: hasty, pause: 2s}}
        request: {kind: generation, prompts: ["a lighthouse"], qualities: {low: small}}
        \(more)
        """
    }

    private static func day(_ text: String = Self.text()) throws -> Day { try Day(yaml: text) }

    @Test("The requests are the laboratory's: the same times, people, pictures and patience", arguments: [1.0, 0.25])
    func playsTheRequests(scale: Double) throws {
        let day = try Self.day()
        let played = try PlayedDay(day, speed: 4, scale: scale, seed: 9)
        var stream = RequestStream(day, seed: RandomStream.seed(9, cell: 0), share: scale)
        var simulatedRequests: [SimulatedRequest] = []
        while stream.nextMicroseconds < 600_000_000 { stream.next().map { simulatedRequests.append($0) } }
        let requests = played.schedule.requests
        #expect(requests.count == simulatedRequests.count)
        #expect(requests.map(\.index) == Array(simulatedRequests.indices))
        var known: [Int: SimulatedRequest] = [:]
        for (request, simulated) in zip(requests, simulatedRequests) {
            #expect(abs(request.seconds * 4 - Double(simulated.atMicroseconds) / 1e6) < 1e-6)
            #expect(request.patienceSeconds == Double(simulated.patienceMicroseconds) / 1e6)
            #expect(request.pictures == simulated.pictures)
            let same = known[request.user] ?? simulated
            #expect(same.group == simulated.group && same.person == simulated.person)
            known[request.user] = simulated
        }
        #expect(known.count == played.scenario.users.reduce(0) { $0 + $1.count })
    }

    @Test("People keep their plans, their manners and their patience, whatever the speed")
    func keepsManners() throws {
        let played = try PlayedDay(Self.day(), speed: 60, scale: 1)
        let groups = played.scenario.users
        #expect(groups.map(\.name) == ["many", "few"])
        #expect(groups.map(\.plan) == ["free", "pro"])
        #expect(groups.map(\.mode) == [.held, .async])
        #expect(groups.map(\.retry) == [.sdk, .hasty])
        #expect(groups[1].pauseSeconds == 2)
        #expect(groups[0].patienceSeconds == 20)
        #expect(played.scenario.durationSeconds == 10)
        #expect(played.scenario.measuredWindow == LoadWindow(fromSeconds: 0, toSeconds: 10))
        try played.scenario.validate()
    }

    @Test("A rung that a group asks for becomes the API's word for it")
    func translatesRungs() throws {
        func text(_ rung: String) -> String {
            Self.text().replacing("name: few, plan: pro", with: "name: few, plan: pro, rung: \(rung)")
        }
        #expect(try PlayedDay(Self.day(text("low"))).scenario.users.map(\.quality) == [nil, "small"])
        #expect(throws: LoadError.self) { try PlayedDay(Self.day(text("top"))) }
    }

    @Test("Whatever cannot be played is refused with the field's name")
    func refuses() throws {
        var silent = try Self.day()
        silent.request = nil
        #expect(Self.field { try PlayedDay(silent) } == "request")
        #expect(Self.field { try PlayedDay(Self.day(), speed: 0) } == "speed")
        #expect(Self.field { try PlayedDay(Self.day(), scale: 2) } == "scale")
        var sized = try Self.day()
        sized.people[0].size = 2
        #expect(Self.field { try PlayedDay(sized) } == "people.many.size")
        var quiet = try Self.day()
        for group in quiet.people.indices { quiet.people[group].requests.perSecond = 0 }
        #expect(Self.field { try PlayedDay(quiet) } == "people")
        var long = try Self.day()
        long.durationSeconds = 7_200
        #expect(throws: LoadError.tooLong(seconds: 7_200, limit: 3_600)) { try PlayedDay(long) }
        #expect(try PlayedDay(long, speed: 60).scenario.durationSeconds == 120)
    }

    private static func field(_ body: () throws -> PlayedDay) -> String? {
        do {
            _ = try body()
        } catch LoadError.invalid(let field, _, _) {
            return field
        } catch {}
        return nil
    }

    @Test("A day and a load are told apart by what is in them")
    func tellsApart() throws {
        func file(_ text: String) throws -> ScenarioFile {
            let path = NSTemporaryDirectory() + "scenario-\(UUID().uuidString).yaml"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: path) }
            return try ScenarioFile(file: path)
        }
        guard case .day(let day) = try file(Self.text()) else {
            Issue.record("a day was taken for a load")
            return
        }
        #expect(day.name == "small")
        let load = """
            name: load
            durationSeconds: 5
            arrivals: {poisson: {ratePerSecond: 1}}
            users: [{name: all, plan: free, count: 1, shareOfRequests: 1}]
            request: {kind: generation, prompts: ["x"]}
            """
        guard case .load(let scenario) = try file(load) else {
            Issue.record("a load was taken for a day")
            return
        }
        #expect(scenario.name == "load")
        #expect(throws: LoadError.self) { try file(load + "\npeople: []") }
        #expect(throws: LoadError.self) { try file("- 1") }
    }

    @Test("A day played against a server: each sends as many pictures as it wishes; likers ask again")
    func plays() async throws {
        // Ten requests in the first second of an hour: how often they ask again follows from the seed alone.
        let trace = NSTemporaryDirectory() + "day-\(UUID().uuidString).csv"
        try (0..<10).map { "0.\($0)\n" }.joined().write(toFile: trace, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: trace) }
        var day = try Self.day(Self.text(client: "{patience: 1h, againChance: 0.5, again: 100ms}"))
        day.people.removeLast()
        day.people[0].trace = trace
        day.durationSeconds = 3_600
        let played = try PlayedDay(day)
        #expect(played.schedule.requests.count == 10)
        let expected = played.schedule.requests.reduce(0) { count, request in
            var asked: LoadSchedule.Planned? = request
            var times = 0
            while let planned = asked {
                times += 1
                asked = Self.another(planned, of: played.scenario.users[0], seed: played.scenario.seed)
            }
            return count + times
        }
        #expect(expected > 10)
        let report = try await SmallServer.run { _, url in
            try await LoadRun.run(
                day: played,
                target: LoadTarget(url: url),
                keys: ["free": (0..<100).map { "picture-\($0)" }]
            )
        }
        #expect(report.totals.planned == expected)
        #expect(report.totals.deliveredRequests == report.totals.planned)
        #expect(report.waits.first?.refusedShare == 0)
        #expect(report.quality.byPlan.first?.rungs == ["512": report.totals.planned])
        // The report says what was played, and can be read again.
        let read = try JSONDecoder().decode(LoadReport.self, from: JSONEncoder().encode(report))
        #expect(read == report)
    }

    @Test("Who liked a picture asks again after a pause, while the day lasts; who got none does not")
    func likes() throws {
        let day = try PlayedDay(Self.day(Self.text(client: "{againChance: 1, again: 2s}")))
        func another(
            of group: Int = 0,
            after ending: AttemptEnding = .delivered(pictures: 1),
            at seconds: Double
        ) -> LoadSchedule.Planned? {
            let planned = LoadSchedule.Planned(index: 3, seconds: 1, user: 5)
            let group = day.scenario.users[group]
            return Self.another(planned, of: group, after: ending, at: seconds, seed: 1, durationSeconds: 10)
        }
        let next = try #require(another(at: 7.5))
        #expect(next.seconds == 9.5)
        #expect(next.user == 5)
        #expect(next.isAnother)
        #expect(next.index > LoadLimits.requests)
        #expect(another(at: 8) == nil)
        #expect(another(after: .broken, at: 2) == nil)
        #expect(another(of: 1, at: 2) == nil)
    }

    private static func another(
        _ planned: LoadSchedule.Planned,
        of group: LoadGroup,
        after ending: AttemptEnding = .delivered(pictures: 1),
        at seconds: Double = 0,
        seed: UInt64,
        durationSeconds: Double = 3_600
    ) -> LoadSchedule.Planned? {
        let trail = RequestTrail(planned)
        trail.began(at: 0)
        trail.ended(ending, at: seconds)
        trail.finished(ending.failure, at: seconds)
        return group.another(after: trail.record, seed: seed, durationSeconds: durationSeconds)
    }

    @Test("A hasty client pauses as long each time, whatever the server says")
    func isHasty() {
        let policy = RetryPolicy(retries: 3, hastyPauseSeconds: 1.5)
        let endings: [AttemptEnding] = [
            .broken, .timedOut, .refused(status: 429, code: nil, advice: RetryAdvice(after: "60")),
            .refused(status: 400, code: nil, advice: RetryAdvice()),
        ]
        for ending in endings {
            #expect(policy.delay(after: ending, retriesTaken: 2, jitter: 0, date: Date()) == 1.5)
            #expect(policy.delay(after: ending, retriesTaken: 3, jitter: 0, date: Date()) == nil)
        }
    }
}
