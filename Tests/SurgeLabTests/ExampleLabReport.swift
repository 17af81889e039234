internal import Foundation

@testable import SurgeLab

/// Reports that no laboratory made: a week with a surge, from a few formulas.
enum ExampleLabReport {
    static let plans = ["guest", "free", "plus", "pro"]
    private static let shareOfDemand = [0.34, 0.5, 0.12, 0.04]
    private static let hour = 3_600.0

    /// Four plans, two pools, six policies.
    static func week(bins: Int = 336) -> LabReport {
        var report = empty
        report.scenario = "A week like March 2025"
        report.summary = "A million sign-ups in an hour, and 700 million pictures in the week after."
        report.sources = ["Sign-ups and pictures: public statements of March and April 2025 & after."]
        report.scale = 0.01
        report.cells = 8
        report.durationSeconds = 7 * 24 * hour
        report.plans = plans
        report.payingPlans = ["plus", "pro"]
        report.models = [
            .init(
                name: "flux",
                rungs: [
                    rung("30 steps", 4, 1), rung("20 steps", 2.7, 0.94), rung("12 steps", 1.6, 0.85),
                    rung("8 steps", 1.1, 0.74), rung("4 steps", 0.6, 0.6),
                ]
            )
        ]
        report.fleet = [
            .init(name: "owned", device: "H100", count: 20, dollarsPerHour: 1.9),
            .init(name: "rented", device: "L40S", count: 16, dollarsPerHour: 0.9),
        ]
        let policies: [(String, String, Double)] = [
            ("ours", "Fair queue, quality governor, deadlines, honest refusals.", 1),
            ("first-come", "One queue, in order of arrival, best quality for all.", 0.3),
            ("priority", "Plans in order of rank, best quality for all.", 0.52),
            ("rate-limit", "First come, with a fixed rate for each person.", 0.47),
            ("shed", "First come; refuses when the queue is longer than a minute.", 0.66),
            ("shortest-first", "The cheapest picture first.", 0.6),
        ]
        report.runs = policies.map { run($0.0, $0.1, skill: $0.2, bins: bins, of: report) }
        let asked = report.runs[0].totals.asked
        report.bound = .init(asked: asked, delivered: Double(asked) * 0.998, qualitySum: Double(asked) * 0.9)
        return report
    }

    static var empty: LabReport {
        LabReport(
            scenario: "Nothing",
            summary: "",
            sources: [],
            seed: 7,
            scale: 1,
            cells: 1,
            startsAt: 1_742_860_800,
            durationSeconds: hour,
            plans: [],
            models: [],
            fleet: [],
            runs: [],
            bound: nil
        )
    }

    private static func rung(_ name: String, _ cost: Double, _ quality: Double) -> LabReport.RungFigures {
        .init(name: name, costDeviceSeconds: cost, quality: quality)
    }

    /// How much is asked for at a time, 1 in the mean: nights and days, and the surge of the third day.
    private static func demand(_ hours: Double) -> Double {
        let daily = 1 + 0.4 * cos((hours - 19) * .pi / 12)
        let since = hours - 62
        let surge = since < 0 ? 0 : since < 3 ? since * 1.6 : 4.8 / (1 + (since - 3) / 40)
        return daily * (0.45 + surge * 0.55)
    }

    private static func run(
        _ policy: String,
        _ summary: String,
        skill: Double,
        bins: Int,
        of report: LabReport
    )
        -> PolicyRun
    {
        let length = report.durationSeconds / Double(bins)
        let series = (0..<bins).map { index -> PolicyRun.Bin in
            let load = demand((Double(index) + 0.5) * length / hour)
            return bin(from: Double(index) * length, length: length, load: load, skill: skill)
        }
        let figures = plans.indices.map { planFigures($0, series, skill, report) }
        return PolicyRun(
            policy: policy,
            summary: summary,
            totals: totals(series, figures, skill),
            plans: figures,
            groups: groups(figures),
            pools: [
                .init(
                    name: "owned",
                    busyShare: 0.86,
                    deviceHours: 3_360,
                    mostDevices: 20,
                    hottestCelsius: 88,
                    throttledShare: 0.021,
                    failures: 1
                ),
                .init(
                    name: "rented",
                    busyShare: 0.71,
                    deviceHours: 1_210,
                    mostDevices: 16,
                    hottestCelsius: 81,
                    throttledShare: 0.004,
                    failures: 0
                ),
            ],
            series: series
        )
    }

    private static func bin(from: Double, length: Double, load: Double, skill: Double) -> PolicyRun.Bin {
        let asked = shareOfDemand.map { Int($0 * load * 9 * length) }
        let excess = max(0, load - 1.1)
        let served = plans.indices.map { plan -> Double in
            let pays = plan >= 2 ? (skill == 1 ? 1.028 : skill) : skill
            return min(1, max(0.04, 1 - excess * (1 - 0.97 * pays) * [1.2, 0.9, 1, 1][plan]))
        }
        return PolicyRun.Bin(
            fromSeconds: from,
            toSeconds: from + length,
            signUps: Int(load * load * load * 260 * length / hour),
            waiting: Int(excess * excess * 4_000 + load * 30),
            plans: plans.indices.map { planBin($0, asked[$0], served[$0], excess: excess, load: load, skill: skill) },
            pools: pools(load)
        )
    }

    private static func planBin(
        _ plan: Int,
        _ asked: Int,
        _ served: Double,
        excess: Double,
        load: Double,
        skill: Double
    ) -> PolicyRun.PlanBin {
        let delivered = Int(Double(asked) * served)
        let lost = asked - delivered
        let patience = [4.0, 3, 0.06, 0.02][plan]
        let p50 = 1.4 + excess * excess * patience * 40
        let lowered = min(0.95, max(0, load - [0.5, 0.7, 1.2, 1.7][plan]) * 0.5)
        let weights = (0..<5).map { max(0.001, 1 - abs(Double($0) / 4 - lowered) * 2.2) }
        let all = weights.reduce(0, +)
        return .init(
            asked: asked,
            delivered: delivered,
            refused: lost * 2 / 3,
            deferred: plan < 2 ? Int(Double(delivered) * min(0.4, excess * 0.2)) : 0,
            gaveUp: lost - lost * 2 / 3,
            p50: delivered > 0 ? p50 : nil,
            p99: delivered > 0 ? p50 * (3 + excess * 2 / skill) : nil,
            quality: delivered > 0 ? 1 - lowered * 0.42 : nil,
            rungs: weights.map { Int(Double(delivered) * $0 / all) }
        )
    }

    private static func pools(_ load: Double) -> [PolicyRun.PoolBin] {
        let busy = min(1, load / 1.05)
        return [
            .init(
                devices: load > 2.5 ? 19 : 20,
                busyShare: busy,
                meanCelsius: 38 + 38 * busy,
                hottestCelsius: 41 + 47 * busy,
                throttled: max(0, busy - 0.93) * 0.9
            ),
            .init(
                devices: load > 0.8 ? 16 : 4,
                busyShare: busy * 0.85,
                meanCelsius: 35 + 33 * busy,
                hottestCelsius: 37 + 44 * busy,
                throttled: max(0, busy - 0.97)
            ),
        ]
    }

    private static func planFigures(
        _ plan: Int,
        _ series: [PolicyRun.Bin],
        _ skill: Double,
        _ report: LabReport
    )
        -> PolicyRun.PlanFigures
    {
        let bins = series.map { $0.plans[plan] }
        let (asked, delivered) = (bins.map(\.asked).reduce(0, +), bins.map(\.delivered).reduce(0, +))
        let quality = bins.map { ($0.quality ?? 0) * Double($0.delivered) }.reduce(0, +)
        let names = report.models[0].rungs.map { "flux \($0.name)" }
        let rungs = names.indices.map { rung in (names[rung], bins.map { $0.rungs[rung] }.reduce(0, +)) }
        let longest = bins.compactMap(\.p99).max()
        return .init(
            name: plans[plan],
            plan: plans[plan],
            asked: asked,
            delivered: delivered,
            servedShare: Double(delivered) / Double(asked),
            refusedShare: Double(bins.map(\.refused).reduce(0, +)) / Double(asked),
            p50: 2.1,
            p90: 9.4,
            p99: longest.map { $0 * 0.8 },
            longest: longest.map { $0 * 1.6 },
            meanQuality: quality / Double(max(1, delivered)),
            estimatesHeld: 0.9 + 0.02 * Double(plan),
            jain: 0.99 - (1 - skill) * 0.5,
            rungs: Dictionary(uniqueKeysWithValues: rungs)
        )
    }

    private static func groups(_ figures: [PolicyRun.PlanFigures]) -> [PolicyRun.PlanFigures] {
        figures.flatMap { plan -> [PolicyRun.PlanFigures] in
            guard plan.name == "free" else { return [plan] }
            return [("free, newcomers", 0.02), ("free, regulars", 0), ("free, scripts", -0.3)]
                .map { name, more in
                    var group = plan
                    group.name = name
                    group.asked /= 3
                    group.delivered /= 3
                    group.servedShare = min(1, (plan.servedShare ?? 0) + more)
                    return group
                }
        }
    }

    private static func totals(
        _ series: [PolicyRun.Bin],
        _ figures: [PolicyRun.PlanFigures],
        _ skill: Double
    )
        -> PolicyRun.Totals
    {
        func sum(_ count: (PolicyRun.PlanBin) -> Int) -> Int { series.flatMap(\.plans).map(count).reduce(0, +) }
        let (asked, delivered, refused) = (sum(\.asked), sum(\.delivered), sum(\.refused))
        let quality = figures.map { ($0.meanQuality ?? 0) * Double($0.delivered) }.reduce(0, +)
        let dollars = 3_360 * 1.9 + 1_210 * 0.9
        return .init(
            asked: asked,
            attempts: asked + refused * 2,
            delivered: delivered,
            pictures: delivered,
            refusals: ["queueFull": refused * 2, "rateLimited": refused / 2, "dailyAllowance": refused / 3],
            unserved: ["refused": refused, "gaveUp": sum(\.gaveUp), "failed": 12],
            deferred: sum(\.deferred),
            meanQuality: quality / Double(max(1, delivered)),
            qualitySum: quality,
            deviceSeconds: 13_000_000,
            wastedDeviceSeconds: 13_000_000 * (1 - skill) * 0.6 + 9_000,
            preemptions: 81_000,
            lostWorkers: 1,
            dollars: dollars,
            dollarsPerThousandPictures: dollars / Double(max(1, delivered)) * 1_000,
            signUps: series.map(\.signUps).reduce(0, +),
            peopleAsking: 1_300_000,
            peopleServed: Int(1_300_000 * (0.4 + 0.59 * skill)),
            mostJobs: 61_000
        )
    }
}
