internal import Charts

/// A report for a terminal.
public enum LoadReportText {
    /// All tables of a report.
    public static func text(of report: LoadReport) -> String {
        var parts = [heading([report])]
        parts += report.health.warnings.map { "WARNING: \($0)" }
        parts.append(ReportTables.headline([report]).text)
        let tables = [
            ReportTables.waits(report), ReportTables.fairness(report), ReportTables.rungs(report),
            ReportTables.promises(report), ReportTables.failures(report),
        ]
        parts += tables.filter { !$0.rows.isEmpty }.map(\.text)
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// What matters most of several runs, side by side, then each run's waits.
    static func text(of reports: [LoadReport]) -> String {
        var parts = [heading(reports)]
        for report in reports { parts += report.health.warnings.map { "WARNING (\(report.label)): \($0)" } }
        parts.append(ReportTables.headline(reports).text)
        for report in reports {
            parts.append("\(report.label)\n\(String(repeating: "=", count: report.label.count))")
            parts.append(ReportTables.waits(report).text)
            parts.append(ReportTables.fairness(report).text)
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func heading(_ reports: [LoadReport]) -> String {
        guard let first = reports.first else { return "" }
        let targets = reports.map(\.target).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return "\(first.scenario.name)\n\(first.scenario.summary)\n\(targets.joined(separator: ", "))"
    }
}

extension LoadScenario {
    /// One line that says what the load is.
    var summary: String {
        let heads = users.reduce(0) { $0 + $1.count }
        let plans = Set(users.map(\.plan)).count
        let when =
            switch arrivals {
            case .poisson(let rate): "\(NumberText.short(rate)) requests/s"
            case .steps(let steps):
                "up to \(NumberText.short(steps.map(\.ratePerSecond).max() ?? 0)) requests/s in \(steps.count) steps"
            case .day(let speed, let scale):
                "a day at speed \(NumberText.short(speed)) with \(NumberText.short(scale)) of its people"
            case .trace(let file): "trace \(file.split(separator: "/").last ?? "")"
            }
        let people = "\(NumberText.count(heads)) users under \(plans) \(plans == 1 ? "plan" : "plans")"
        return "\(NumberText.short(durationSeconds)) s, \(when), \(people), seed \(seed)"
    }
}
