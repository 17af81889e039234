@testable import SurgeLab

/// Reports that lack something, or have too much of it, by name.
enum OddReport: CaseIterable, Sendable {
    case empty
    case week
    case plain
    case undelivered
    case hostile
    case crowded
    case binless

    var report: LabReport {
        switch self {
        case .empty: ExampleLabReport.empty
        case .week: ExampleLabReport.week()
        case .plain: ExampleLabReport.plain
        case .undelivered: ExampleLabReport.undelivered
        case .hostile: ExampleLabReport.hostile
        case .crowded: ExampleLabReport.crowded
        case .binless: ExampleLabReport.binless
        }
    }
}

extension ExampleLabReport {
    /// One plan, one policy, no heat, no bound, no groups, no sign-ups, an hour with a hole in it.
    static var plain: LabReport {
        var report = week(bins: 60)
        var run = report.runs[0]
        run.plans = [run.plans[1]]
        run.groups = []
        run.totals.signUps = 0
        for pool in run.pools.indices { run.pools[pool].hottestCelsius = 0 }
        for bin in run.series.indices {
            run.series[bin].fromSeconds /= 168
            run.series[bin].toSeconds /= 168
            run.series[bin].plans = [run.series[bin].plans[1]]
            if bin == 30 { run.series[bin].plans[0].p99 = nil }
            for pool in run.pools.indices {
                run.series[bin].pools[pool].meanCelsius = 0
                run.series[bin].pools[pool].hottestCelsius = 0
                run.series[bin].pools[pool].throttled = 0
            }
        }
        report.durationSeconds = 3_600
        report.scale = 1
        report.plans = ["free"]
        report.runs = [run]
        report.bound = nil
        return report
    }

    /// Six policies under which nobody got anything.
    static var undelivered: LabReport {
        var report = week(bins: 40)
        report.payingPlans = nil
        for index in report.runs.indices {
            report.runs[index].totals.delivered = 0
            report.runs[index].totals.meanQuality = nil
            report.runs[index].totals.dollarsPerThousandPictures = nil
            for plan in report.runs[index].plans.indices {
                let figures = report.runs[index].plans[plan]
                report.runs[index].plans[plan] = .init(
                    name: figures.name,
                    plan: figures.plan,
                    asked: figures.asked,
                    delivered: 0,
                    rungs: [:]
                )
            }
            for bin in report.runs[index].series.indices {
                for plan in report.runs[index].series[bin].plans.indices {
                    report.runs[index].series[bin].plans[plan].delivered = 0
                    report.runs[index].series[bin].plans[plan].p50 = nil
                    report.runs[index].series[bin].plans[plan].p99 = nil
                    report.runs[index].series[bin].plans[plan].quality = nil
                    report.runs[index].series[bin].plans[plan].rungs = [0, 0, 0, 0, 0]
                }
            }
        }
        return report
    }

    /// Names that are markup, or speak to a terminal.
    static var hostile: LabReport {
        let name = "<script>\"&'\u{1b}[31m\n"
        var report = week(bins: 30)
        report.scenario += name
        report.summary += name
        report.sources = [name]
        report.plans = report.plans.map { $0 + name }
        report.models[0].name = name
        for pool in report.fleet.indices { report.fleet[pool].device = name }
        for index in report.runs.indices {
            report.runs[index].policy += name
            report.runs[index].summary += name
            report.runs[index].totals.refusals[name] = 9_999_999
            for plan in report.plans.indices { report.runs[index].plans[plan].name = report.plans[plan] }
            for group in report.runs[index].groups.indices { report.runs[index].groups[group].name += name }
            for pool in report.runs[index].pools.indices { report.runs[index].pools[pool].name += name }
        }
        return report
    }

    /// More plans, groups, policies and pools than the terminal has lines for.
    static var crowded: LabReport {
        var report = week(bins: 30)
        report.runs = (0..<5).flatMap { _ in report.runs }
        for index in report.runs.indices {
            report.runs[index].plans = (0..<6).flatMap { _ in report.runs[index].plans }
            report.runs[index].pools = (0..<9).flatMap { _ in report.runs[index].pools }
        }
        return report
    }

    /// Totals without anything over time.
    static var binless: LabReport {
        var report = week(bins: 30)
        for index in report.runs.indices { report.runs[index].series = [] }
        return report
    }
}
