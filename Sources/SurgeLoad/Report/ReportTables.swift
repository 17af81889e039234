internal import Charts

/// The tables of a report, for the terminal and for the page.
enum ReportTables {
    /// What matters most, one column a run.
    static func headline(_ reports: [LoadReport]) -> ReportTable {
        var rows: [[String]] = []
        func add(_ name: String, _ value: (LoadReport) -> String) { rows.append([name] + reports.map(value)) }
        add("pictures per second, whole run") { NumberText.decimal($0.totals.picturesPerSecond, 2) }
        add("pictures per second, window") { NumberText.decimal($0.window.picturesPerSecond, 2) }
        add("requests delivered") { report in
            let share = Double(report.totals.deliveredRequests) / Double(max(1, report.totals.planned))
            return "\(NumberText.count(report.totals.deliveredRequests)) (\(NumberText.percent(share)))"
        }
        add("sendings refused") { NumberText.count($0.totals.refusedAttempts) }
        for plan in plans(reports) {
            add("served share, \(plan)") { NumberText.percent(waits($0, plan)?.servedShare) }
            add("wait p50, \(plan)") { NumberText.seconds(waits($0, plan)?.p50) }
            add("wait p99, \(plan)") { NumberText.seconds(waits($0, plan)?.p99) }
            add("mean rung quality, \(plan)") { report in
                NumberText.decimal(report.quality.byPlan.first { $0.plan == plan }?.meanRungQuality, 3)
            }
        }
        add("Jain's index, light users") { NumberText.decimal($0.fairness.lightJain, 3) }
        add("told intervals that held") { NumberText.percent($0.eta.last?.coverage) }
        add("device time wasted") { NumberText.percent($0.server.wasteShare) }
        add("backlog gone after") { backlog($0) }
        add("tool's lateness p99") { NumberText.seconds($0.health.p99LatenessSeconds) }
        return ReportTable(title: "At a glance", header: [""] + reports.map(\.label), rows: rows)
    }

    static func backlog(_ report: LoadReport) -> String {
        switch report.backlog.isGone {
        case true?: NumberText.seconds(report.backlog.seconds)
        case false?: "not within \(NumberText.seconds(report.backlog.seconds))"
        case nil: NumberText.none
        }
    }

    private static func plans(_ reports: [LoadReport]) -> [String] {
        reports.first?.waits.filter { $0.group == nil }.map(\.plan) ?? []
    }

    private static func waits(_ report: LoadReport, _ plan: String) -> LoadReport.Waits? {
        report.waits.first { $0.plan == plan && $0.group == nil }
    }

    static func waits(_ report: LoadReport) -> ReportTable {
        let window = report.window
        let rows = report.waits
            // A plan with one group is that group.
            .filter { row in row.group == nil || report.waits.count { $0.plan == row.plan } > 2 }
            .map { row in
                [
                    row.group.map { "  \($0)" } ?? row.plan, NumberText.count(row.planned),
                    NumberText.count(row.delivered), NumberText.percent(row.servedShare), NumberText.seconds(row.p50),
                    NumberText.seconds(row.p90), NumberText.seconds(row.p99), NumberText.seconds(row.maximum),
                ]
            }
        let range = "\(NumberText.short(window.fromSeconds)) to \(NumberText.short(window.toSeconds)) s"
        return ReportTable(
            title: "Waits from the planned time to delivery, requests planned for \(range)",
            header: ["plan", "planned", "delivered", "served", "p50", "p90", "p99", "max"],
            rows: rows
        )
    }

    static func fairness(_ report: LoadReport) -> ReportTable {
        let rows = report.fairness.groups.map { group in
            let shares = Percentiles(report.fairness.users.filter { $0.group == group.group }.map(\.servedShare))
            return [
                group.group + (group.isLight ? " (light)" : ""), NumberText.count(group.users),
                NumberText.percent(shares.value(0)), NumberText.percent(shares.value(0.1)),
                NumberText.percent(shares.value(0.5)), NumberText.decimal(group.jain, 3),
            ]
        }
        let light = [
            "all light users", NumberText.count(report.fairness.lightUsers), "", "", "",
            NumberText.decimal(report.fairness.lightJain, 3),
        ]
        return ReportTable(
            title: "Served share per user, in the window",
            header: ["group", "users", "least", "p10", "median", "Jain"],
            rows: rows + [light]
        )
    }

    static func rungs(_ report: LoadReport) -> ReportTable {
        ReportTable(
            title: "Quality given",
            header: ["rung", "rated", "delivered", "share"],
            rows: report.quality.rungs.map { rung in
                [
                    rung.rung, NumberText.decimal(rung.quality, 2), NumberText.count(rung.delivered),
                    NumberText.percent(rung.share),
                ]
            }
        )
    }

    static func promises(_ report: LoadReport) -> ReportTable {
        let plans = report.eta.map { row in
            [
                row.plan ?? "all plans", NumberText.count(row.told), NumberText.percent(row.coverage),
                NumberText.percent(row.medianRelativeWidth),
                NumberText.decimal(report.quality.byPlan.first { $0.plan == row.plan }?.meanRungQuality, 3),
            ]
        }
        return ReportTable(
            title: "Promises kept: intervals told at acceptance, and mean rung quality",
            header: ["plan", "told", "held", "median width", "mean quality"],
            rows: plans
        )
    }

    static func failures(_ report: LoadReport) -> ReportTable {
        ReportTable(
            title: "Failures",
            header: ["kind", "sendings", "requests"],
            rows: report.failures.map { failure in
                let name = [failure.kind, failure.status.map(String.init), failure.code].compactMap(\.self)
                return [
                    name.joined(separator: " "), NumberText.count(failure.attempts), NumberText.count(failure.requests),
                ]
            }
        )
    }

    static func counters(_ report: LoadReport) -> ReportTable {
        let counters = (report.server.counters ?? [:]).filter { $0.value != 0 }
        return ReportTable(
            title: "What the server counted",
            header: ["counter", "growth"],
            rows: counters.sorted { $0.key < $1.key }.map { [$0.key, NumberText.short($0.value)] }
        )
    }
}
