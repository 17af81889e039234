internal import Scenarios
internal import SurgeCore

/// Plans, ladders, moments and refusals: values that come from outside.
extension ComponentChecks {
    /// Plans that cannot work are turned away, and those that can are not.
    static func planProblems() -> [String] {
        let wrong: [(inout Plan) -> Void] = [
            { $0.name = "" }, { $0.weight = 0 }, { $0.weight = -1 }, { $0.weight = .infinity }, { $0.weight = .nan },
            { $0.patienceSeconds = 0 }, { $0.targetDelaySeconds = 0 }, { $0.horizonSeconds = 0 },
            { $0.picturesPerSecond = 0 }, { $0.picturesPerSecond = -1 }, { $0.burst = 0 }, { $0.mostActiveJobs = 0 },
            { $0.dailyAllowance = -1 }, { $0.floorQuality = -0.1 }, { $0.floorQuality = 1.1 },
            { ($0.floorQuality, $0.ceilingQuality) = (0.6, 0.5) }, { $0.ceilingQuality = 1.1 },
            { $0.priceMillicredits = -1 },
        ]
        let right: [(inout Plan) -> Void] = [
            { $0.dailyAllowance = 0 }, { $0.burst = 1 }, { $0.mostActiveJobs = 1 }, { $0.priceMillicredits = 0 },
            { ($0.floorQuality, $0.ceilingQuality) = (0.5, 0.5) }, { ($0.floorQuality, $0.ceilingQuality) = (0, 0) },
            { $0.floorQuality = 1 }, { $0.picturesPerSecond = 1e-9 }, { $0.rank = -5 },
        ]
        func problem(_ change: (inout Plan) -> Void) -> String? {
            var plan = Plan(name: "probe")
            change(&plan)
            return plan.problem
        }
        var problems: [String] = []
        for (place, change) in wrong.enumerated() where problem(change) == nil {
            problems.append("wrong plan \(place) is taken")
        }
        for (place, change) in right.enumerated() where problem(change) != nil {
            problems.append("right plan \(place) is turned away")
        }
        for plan in Plan.defaults where plan.problem != nil {
            problems.append("the default plan \(plan.name) is wrong")
        }
        return problems.map { "promise 7 (bounded): \($0)" }
    }

    /// Rungs in the order of their cost, found by their names, and spread evenly.
    static func ladderProblems() -> [String] {
        var problems: [String] = []
        func rung(_ name: String, _ side: Int, _ cost: Double, quality: Double = 0.5, steps: Int? = nil) -> Rung {
            Rung(name: name, workingSide: side, costDeviceSeconds: cost, quality: quality, steps: steps)
        }
        // A smaller side may cost more, with more steps.
        let rungs = [rung("e", 900, 5), rung("a", 300, 1), rung("d", 200, 4), rung("b", 400, 2), rung("c", 500, 3)]
        guard let ladder = Ladder(rungs) else { return ["promise 5 (qualityOpenly): a sound ladder is turned away"] }
        if ladder.rungs.map(\.name) != ["a", "b", "c", "d", "e"] || ladder.top.name != "e" {
            problems.append("rungs stand in the order \(ladder.rungs.map(\.name))")
        }
        let named = ladder.index(named: "c") == 2 && ladder.rung(named: "d")?.workingSide == 200
        if !named || ladder.index(named: "x") != nil || ladder.rung(named: "x") != nil {
            problems.append("rungs are not found by their names")
        }
        // Names need not be in the order of costs.
        let crossed = Ladder([rung("q", 100, 1), rung("b", 200, 2)])
        if crossed?.index(named: "b") != 1 || crossed?.rung(named: "b")?.workingSide != 200 {
            problems.append("a rung is taken for another one")
        }
        for (count, expected) in [(0, ""), (1, "a"), (2, "ac"), (3, "abc"), (4, "abcd"), (9, "abcd")] {
            let found = ladder.below(ladder.top, count: count).map(\.name).joined()
            if found != expected { problems.append("\(count) rungs below the top are \(found), not \(expected)") }
        }
        if ladder.below(rung("f", 400, 1), count: 9).map(\.name) != ["a", "d"] {
            problems.append("a rung stands below one of its own side")
        }
        let wrong = [
            [], [rung("a", 1, 1), rung("a", 2, 2)], [rung("a", 0, 1)], [rung("a", 1, 0)], [rung("a", 1, .infinity)],
            [rung("a", 1, 1, quality: 1.01)], [rung("a", 1, 1, quality: -0.01)], [rung("a", 1, 1, steps: 0)],
        ]
        for (place, rungs) in wrong.enumerated() where Ladder(rungs) != nil {
            problems.append("wrong ladder \(place) is taken")
        }
        return problems.map { "promise 5 (qualityOpenly): \($0)" }
    }

    /// Days, spans and the time that is told to who is refused.
    static func timeProblems() -> [String] {
        var problems: [String] = []
        let start = Instant(microseconds: 86_400_000_000 * 20_000)
        if start.day != 20_000 || Instant(microseconds: start.microseconds - 1).day != 19_999 {
            problems.append("a day does not begin at midnight")
        }
        if start.advanced(bySeconds: 1.000_000_6).microseconds - start.microseconds != 1_000_001 {
            problems.append("a span is not rounded to the nearest microsecond")
        }
        if start.seconds(since: start.advanced(bySeconds: 2)) != -2 || !(start < start.advanced(bySeconds: 1e-6)) {
            problems.append("moments are not in order")
        }
        if Instant(microseconds: 0).advanced(bySeconds: .infinity).microseconds != Int64(1e18) {
            problems.append("an endless span has another end")
        }
        let told = [(-5.0, 1), (0, 1), (1, 1), (1.01, 2), (59.2, 60), (119.5, 120), (500, 120), (.infinity, 120)]
        for (seconds, expected) in told where Refusal(.overloaded, afterSeconds: seconds).retryAfterSeconds != expected
        {
            problems.append("who has to wait \(seconds) s is told \(Refusal(.overloaded, afterSeconds: seconds))")
        }
        let retryable = Refusal.Reason.allCases.filter(\.isWorthRetrying)
        if Set(retryable) != [.overloaded, .slowDown, .rateLimited, .tooManyActive] {
            problems.append("worth asking again are \(retryable)")
        }
        return problems.map { "promise 6 (refusalTyped): \($0)" }
    }
}
