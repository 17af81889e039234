internal import Testing

@testable import Scenarios
@testable import SurgeLoad

@Suite("The schedule")
struct LoadScheduleTests {
    private let mixed = Examples.scenario(
        seconds: 500,
        rate: 40,
        groups: [
            Examples.group("light", count: 300, share: 0.7), Examples.group("heavy", plan: "pro", count: 5, share: 0.3),
        ]
    )

    @Test("The same seed gives the same schedule, another seed another one")
    func isDeterministic() throws {
        #expect(try LoadSchedule(mixed) == LoadSchedule(mixed))
        #expect(try LoadSchedule(mixed, seed: 8) != LoadSchedule(mixed))
    }

    @Test("SplitMix64 gives the numbers of its authors' reference")
    func generates() {
        var generator = RandomStream(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        ]
        #expect(expected.map { _ in generator.next() } == expected)
    }

    @Test("Requests are numbered in the order of time, inside the run")
    func isSorted() throws {
        let requests = try LoadSchedule(mixed).requests
        #expect(requests.map(\.index) == Array(requests.indices))
        #expect(zip(requests, requests.dropFirst()).allSatisfy { $0.seconds <= $1.seconds })
        #expect(requests.allSatisfy { (0..<500).contains($0.seconds) })
    }

    @Test("The rate is the one asked for, within four standard deviations")
    func keepsTheRate() throws {
        let count = Double(try LoadSchedule(mixed).requests.count)
        #expect(abs(count - 20_000) < 4 * 20_000.squareRoot())
    }

    @Test("A group sends its share of the requests, each of its users about as many")
    func keepsTheShares() throws {
        let requests = try LoadSchedule(mixed).requests
        let light = requests.count { $0.user < 300 }
        #expect(abs(Double(light) / Double(requests.count) - 0.7) < 0.015)
        let heavy = Dictionary(grouping: requests.filter { $0.user >= 300 }, by: \.user).mapValues(\.count)
        #expect(heavy.count == 5)
        #expect(heavy.values.allSatisfy { (1_000...1_400).contains($0) })
    }

    @Test("Gaps between requests are exponential: their standard deviation is their mean")
    func gapsAreExponential() throws {
        let times = try LoadSchedule(mixed).requests.map(\.seconds)
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        #expect(abs(variance.squareRoot() / mean - 1) < 0.05)
    }

    @Test("Steps change the rate at their time; before the first nothing is sent")
    func keepsSteps() throws {
        var scenario = mixed
        scenario.arrivals = .steps([
            LoadStep(fromSeconds: 100, ratePerSecond: 10), LoadStep(fromSeconds: 200, ratePerSecond: 50),
            LoadStep(fromSeconds: 400, ratePerSecond: 0),
        ])
        let times = try LoadSchedule(scenario).requests.map(\.seconds)
        #expect(times.allSatisfy { $0 >= 100 && $0 < 400 })
        #expect(abs(times.count { $0 < 200 } - 1_000) < 130)
        #expect(abs(times.count { $0 >= 200 } - 10_000) < 400)
    }

    @Test("A trace is kept to the letter; the same name is the same user")
    func keepsTraces() throws {
        let trace = try ArrivalTrace(csv: "seconds,user\n0.5,ann\n# later\n0.25,ben\n2,ann\n700,ann\n", file: "x.csv")
        let requests = LoadSchedule(mixed, seed: 1, trace: trace).requests
        #expect(requests.map(\.seconds) == [0.25, 0.5, 2])
        #expect(requests[1].user == requests[2].user)
        #expect(requests[0].user != requests[1].user)
    }

    @Test("A trace that cannot be understood is refused", arguments: ["", "a,b\nc,d", "0\n-1", "1\nnan"])
    func refusesTraces(csv: String) {
        #expect(throws: ScenarioError.self) { try ArrivalTrace(csv: csv, file: "x.csv") }
    }

    @Test("A rate beyond all bounds stops just above what a run may send")
    func isBounded() throws {
        let scenario = Examples.scenario(seconds: 3_600, rate: 1e9)
        #expect(try LoadSchedule(scenario).requests.count == LoadLimits.requests + 1)
    }

    @Test("Every user has a key of its own plan, and none is taken twice")
    func dealsKeys() throws {
        let scenario = Examples.scenario(groups: [
            Examples.group("a", count: 2, share: 0.5), Examples.group("b", plan: "pro", count: 1, share: 0.2),
            Examples.group("c", count: 1, share: 0.3),
        ])
        let users = try LoadUser.all(of: scenario, keys: ["free": ["f1", "f2", "f3"], "pro": ["p1"]])
        #expect(users.map(\.key) == ["f1", "f2", "p1", "f3"])
        #expect(users.map(\.group) == ["a", "a", "b", "c"])
        #expect(throws: LoadError.notEnoughKeys(plan: "free", needed: 3, given: 2)) {
            try LoadUser.all(of: scenario, keys: ["free": ["f1", "f2"], "pro": ["p1"]])
        }
    }
}
