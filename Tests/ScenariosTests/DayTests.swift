import SurgeCore
import Testing

@testable import Scenarios

@Suite("Days")
struct DayTests {
    static let small = """
        name: small
        lasts: 10min
        models: [{name: m, rungs: [{name: top, cost: 1s, quality: 1}, {name: low, cost: 250ms, quality: 0.5}]}]
        devices: [{name: d}]
        fleet: [{device: d, count: 2}]
        people: [{name: p, plan: free, members: 100, requests: {perSecond: 1}}]

        """

    @Test("Every day that comes with Heatsink can be read", arguments: ShippedDays.names)
    func shipped(name: String) throws {
        let day = try Day(reference: name)
        #expect(day.name == name)
        #expect(!day.summary.isEmpty)
        #expect(!day.sources.isEmpty)
    }

    @Test("The week is as large as the public figures say")
    func week() throws {
        let day = try Day(reference: "ghibli-week")
        func sum(_ curves: [(PeopleGroup, DemandCurve)], from: Double = 0, to: Double = 604_800) -> Double {
            let count = 20_160
            return curves.reduce(0) { sum, pair in
                let rates = pair.1.rates(
                    count: count,
                    durationSeconds: day.durationSeconds,
                    startsAt: day.startsAt.unixSeconds,
                    zoneHours: pair.0.zoneHours
                )
                let seconds = day.durationSeconds / Double(count)
                return sum + rates[Int(from / seconds)..<Int(to / seconds)].reduce(0, +) * seconds
            }
        }
        let signUps = day.people.compactMap { group in group.signUps.map { (group, $0) } }
        let all = day.people.map { ($0, $0.requests) } + signUps
        #expect(abs(sum(all) - 700e6) < 1e6)
        let people = Double(day.people.reduce(0) { $0 + $1.members }) + sum(signUps)
        #expect(abs(people - 130e6) < 2e6)
        var stream = RequestStream(day, seed: 1, share: 0.005)
        var hours = [Int](repeating: 0, count: 168)
        while stream.nextMicroseconds < .max {
            if let request = stream.next(), request.isSignUp { hours[Int(request.atMicroseconds / 3_600_000_000)] += 1 }
        }
        #expect(abs((hours.max() ?? 0) - 5_000) < 400)
        #expect(hours.firstIndex(of: hours.max() ?? 0) == 5 * 24 + 15)
        let early = day.people.filter { $0.plan == "free" }.map { ($0, $0.requests) }
        #expect(sum(early, to: 2 * 86_400) == 0)
    }

    @Test(
        "What is wrong is named, with the remedy",
        arguments: [
            ("lasts: 10min", "lasts: soon", "lasts"),
            ("lasts: 10min", "lasts: 0s", "lasts"),
            ("plan: free", "plan: gold", "people"),
            ("count: 2", "count: -2", "fleet[0].count"),
            ("device: d", "device: e", "fleet"),
            ("cost: 1s", "cost: 0s", "models[0].rungs"),
            ("members: 100", "memebers: 100", "people[0].memebers"),
            ("perSecond: 1", "perSecond: -1", "people[0].requests.total"),
            ("perSecond: 1", "perSecond: 1, hours: noon", "people[0].requests.hours"),
            ("perSecond: 1", "perSecond: 1, spread: {share: 1, delay: 5s}", "people[0].requests.spread"),
            ("members: 100", "members: 100, client: {mode: shouted}", "people[0].client.mode"),
            ("members: 100", "members: 100, rung: best", "people"),
            ("name: d", "name: d, slots: 0", "devices[0].slots"),
            ("name: small", "nam: small", "nam"),
            ("lasts: 10min", "lasts: 1e300", "lasts"),
            ("lasts: 10min", "lasts: -5", "lasts"),
            ("cost: 1s", "cost: 1e-300", "models[0].rungs"),
            ("name: d", "name: d, speed: 1e300", "devices[0].speed"),
            ("name: d", "name: d, seconds: {m: {top: [1e300]}}", "devices[0].seconds"),
            ("name: d", "name: d, batchTimes: [.nan]", "devices[0].seconds"),
            ("count: 2", "count: 2, ambientCelsius: 1e9", "fleet[0].ambientCelsius"),
            ("members: 100", "members: 100, client: {patience: 1e300}", "people[0].client.patience"),
            ("members: 100", "members: 100, pictures: {1: .inf}", "people[0].pictures"),
        ]
    )
    func wrong(text: String, replacement: String, field: String) throws {
        let yaml = Self.small.replacing(text, with: replacement)
        let error = #expect(throws: ScenarioError.self) { try Day(yaml: yaml) }
        guard case .invalid(let named, _, let remedy) = try #require(error) else {
            Issue.record("it is a wrong field")
            return
        }
        #expect(named == field)
        #expect(!remedy.isEmpty)
    }

    @Test("Plans begin as Heatsink's own, and say what differs")
    func plans() throws {
        let day = try Day(
            yaml: Self.small + "plans: [{name: free, patience: 90s, dailyAllowance: none}, {name: team, rank: 1}]"
        )
        #expect(day.plans.map(\.name) == ["free", "team"])
        #expect(day.plans[0].patienceSeconds == 90)
        #expect(day.plans[0].dailyAllowance == nil)
        #expect(day.plans[0].weight == 3)
    }

    @Test("A name that is no day says which there are")
    func unknown() {
        let error = #expect(throws: ScenarioError.self) { try Day(reference: "doomsday") }
        #expect(error?.description.contains("quiet-day") == true)
    }
}
