import Testing

@testable import Scenarios

@Suite("Streams of requests")
struct RequestStreamTests {
    private func requests(_ day: Day, seed: UInt64 = 1, share: Double = 1) throws -> [SimulatedRequest] {
        var stream = RequestStream(day, seed: seed, share: share, traces: try RequestStream.traces(of: day))
        var requests: [SimulatedRequest] = []
        while stream.nextMicroseconds < .max {
            if let request = stream.next() { requests.append(request) }
        }
        return requests
    }

    private func day(_ people: String, lasts: String = "1h") throws -> Day {
        try Day(
            yaml: DayTests.small.replacing("lasts: 10min", with: "lasts: \(lasts)")
                .replacing(
                    "[{name: p, plan: free, members: 100, requests: {perSecond: 1}}]",
                    with: "[{name: p, plan: free, \(people)}]"
                )
        )
    }

    @Test("A seed repeats every request, another seed gives others")
    func repeats() throws {
        let day = try day("members: 50, requests: {perSecond: 1}")
        let first = try requests(day)
        #expect(try requests(day) == first)
        #expect(try requests(day, seed: 2) != first)
    }

    @Test("Requests come in order, at the rate that is asked for, and a share of the people sends a share")
    func rate() throws {
        let day = try day("members: 1000, requests: {perSecond: 5}")
        let all = try requests(day)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.atMicroseconds <= $1.atMicroseconds })
        #expect(abs(Double(all.count) - 18_000) < 500)
        let part = try requests(day, share: 0.1)
        #expect(abs(Double(part.count) - 1_800) < 160)
        #expect(part.allSatisfy { $0.person < 100 })
    }

    @Test("Who spreads the word brings others, and as many come as were announced")
    func spreads() throws {
        let alone = try requests(day("members: 10, requests: {perSecond: 5}", lasts: "4h"))
        let excited = try requests(
            day("members: 10, requests: {perSecond: 5, spread: {share: 0.7, delay: 20s}}", lasts: "4h")
        )
        #expect(abs(Double(excited.count) / Double(alone.count) - 1) < 0.1)
        // They come in bunches: counts of a minute vary more than chance alone would have it.
        func dispersion(_ requests: [SimulatedRequest]) -> Double {
            var counts = [Double](repeating: 0, count: 240)
            for request in requests { counts[Int(request.atMicroseconds / 60_000_000)] += 1 }
            let mean = counts.reduce(0, +) / 240
            return counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 240 / mean
        }
        #expect(dispersion(alone) < 1.5)
        #expect(dispersion(excited) > 3)
    }

    @Test("Newcomers ask once as they come, and members grow by them")
    func signUps() throws {
        let all = try requests(day("signUps: {total: 500}, requests: {perSecond: 1}"))
        let newcomers = all.filter(\.isSignUp)
        #expect(newcomers.map(\.person) == Array(0..<newcomers.count))
        #expect(abs(newcomers.count - 500) < 80)
        // Nobody asks before somebody is there.
        #expect(all.first?.isSignUp == true)
    }

    @Test("With a tail of three, one in a hundred sends a fifth")
    func tail() throws {
        let all = try requests(day("members: 1000, tail: 3, requests: {perSecond: 10}"))
        let few = all.count { $0.person < 10 }
        #expect(abs(Double(few) / Double(all.count) - 0.215) < 0.015)
    }

    @Test("Half of the people wait longer than the median patience, one in ten longer than three times")
    func patience() throws {
        let all = try requests(
            day("members: 10, requests: {perSecond: 10}, client: {patience: 60s, patienceSpread: 0.5}")
        )
        func share(above seconds: Int64) -> Double {
            Double(all.count { $0.patienceMicroseconds > seconds * 1_000_000 }) / Double(all.count)
        }
        #expect(abs(share(above: 60) - 0.5) < 0.02)
        #expect(abs(share(above: 180) - 0.1) < 0.015)
    }

    @Test("A recorded trace is played as it was, its names being people")
    func traces() throws {
        var day = try day("members: 10, requests: {perSecond: 1}")
        let trace = try ArrivalTrace(csv: "seconds,user\n3,ann\n1,ben\n2,ann\n", file: "x.csv")
        var stream = RequestStream(day, seed: 1, traces: [0: trace])
        var seen: [(Int64, Int)] = []
        while stream.nextMicroseconds < .max {
            if let request = stream.next() { seen.append((request.atMicroseconds, request.person)) }
        }
        #expect(seen.map(\.0) == [1_000_000, 2_000_000, 3_000_000])
        #expect(seen.map(\.1) == [0, 1, 1])
        day.people[0].trace = "/nowhere.csv"
        #expect(throws: ScenarioError.self) { try RequestStream.traces(of: day) }
    }
}
