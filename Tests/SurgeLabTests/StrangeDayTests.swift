import Scenarios
import Testing

@testable import SurgeLab

@Suite("Strange days")
struct StrangeDayTests {
    @Test("Whatever a file may say, a day ends, and every request with it", arguments: UInt64(1)...12)
    func ends(seed: UInt64) async throws {
        var random = RandomStream(seed: seed, stream: 9)
        let yaml = Self.yaml(&random)
        let day = try Day(yaml: yaml)
        let policy = Policy.all[random.below(Policy.all.count)]
        let run = try await Laboratory(day).run(policy, threads: 1)
        let ended = run.totals.delivered + run.totals.unserved.values.reduce(0, +)
        #expect(ended == run.totals.asked, "seed \(seed), \(policy.name):\n\(yaml)")
        #expect(run.totals.delivered == 0 || run.totals.deviceSeconds > 0, "seed \(seed)")
    }

    private static func yaml(_ random: inout RandomStream) -> String {
        func one(_ choices: String...) -> String { choices[random.below(choices.count)] }
        let kinds = ["crash", "hang", "slow", "fail", "lie", "heat"]
        let events = (0..<random.below(6)).map { _ in
            let kind = kinds[random.below(kinds.count)]
            return
                "{at: \(random.below(200)), kind: \(kind), share: \(one("0", "0.3", "1")), times: \(one("0.001", "5", "1000")), "
                + "chance: \(one("0", "0.5", "1")), celsius: \(one("-50", "60", "100"))\(one("", ", lasts: 0", ", lasts: 40"))}"
        }
        let thermal = """
            thermal: {idleWatts: \(one("0", "100")), busyWatts: \(one("100", "1e5")), celsiusPerWatt: \(one("1e-3", "0.1", "100")), \
            timeConstant: \(one("1ms", "1min", "1e9")), slowdownAtCelsius: \(one("0", "80", "1e4")), \
            slowdownPerDegree: \(one("0", "0.1", "1")), leastSpeed: \(one("1e-6", "1")), shutdownAtCelsius: \(one("0", "100")), \
            coolDown: \(one("0", "1min"))}
            """
        let client = """
            client: {mode: \(one("held", "async")), patience: \(one("1ms", "20s", "1e10")), patienceSpread: \(one("0", "2")), \
            retries: \(one("0", "3", "1000")), retry: \(one("sdk", "hasty")), pause: \(one("1s", "1e10")), \
            againChance: \(one("0", "0.4")), again: \(one("0", "5s"))\(one("", ", timeout: 3s", ", timeout: 200ms"))}
            """
        return """
            name: strange
            lasts: 4min
            cells: \(one("1", "3"))
            models:
              - name: m
                rungs: [{name: a, cost: \(one("1e-6", "1s", "86400")), quality: 1, steps: \(one("1", "30"))}, {name: b, cost: 100ms, quality: 0.5}]
              - {name: n, rungs: [{name: c, cost: 2s, quality: 0.7}]}
            devices:
              - {name: d, slots: \(one("1", "4", "64")), sharesBatch: \(one("true", "false")), speed: \(one("1e-3", "1", "1e3")), jitter: \(one("0", "0.99")), load: \(one("0", "1min", "1e9")), warmUp: {tasks: \(one("0", "5")), times: \(one("1", "900"))}, batchTimes: \(one("[]", "[0.001]", "[1.2, 1000]")), meanTimeBetweenFailures: \(one("1ms", "1min", "1e10")), repair: \(one("1s", "1min")), \(thermal)}
              - {name: e}
            fleet:
              - {device: d, count: \(one("0", "1", "7")), autoscale: {least: \(one("0", "1")), most: \(one("1", "9")), delay: \(one("0", "1min")), aim: \(one("0.01", "1")), calm: 0}}
              - {device: e, count: 1, models: [n]}
            plans: [{name: free, patience: \(one("1ms", "1min", "1e10"))}, {name: pro, price: 1000000}]
            people:
              - {name: p, plan: free, members: \(one("1", "100")), model: \(one("m", "n")), tail: \(one("1", "6")), size: \(one("1e-6", "1", "64")), pictures: \(one("1", "{1: 0.5, 32: 0.5}")), requests: {perSecond: 3}, \(client)}
              - {name: q, plan: pro, signUps: {total: \(one("0", "50"))}, requests: {perSecond: 1, spread: {share: 0.9, delay: \(one("1ms", "1min"))}}}
            events: [\(events.joined(separator: ", "))]
            """
    }
}
