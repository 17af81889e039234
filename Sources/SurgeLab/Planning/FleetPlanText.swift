internal import Charts

/// A plan for a terminal.
package enum FleetPlanText {
    package static func text(of plan: FleetPlan) -> String {
        var lines = ["\(plan.scenario): \(plan.promise)"]
        if let smallest = plan.smallest, let trial = plan.trials.first(where: { $0.devices == smallest }) {
            lines.append(
                "\(NumberText.count(smallest)) devices of \(plan.device) keep it (to about \(plan.resolution)), for "
                    + "\(money(trial.dollars)) in all, \(dollars(trial.dollarsPerThousandPictures)) a thousand pictures."
            )
        } else {
            lines.append("None of the fleets that were tried keeps it.")
        }
        if !plan.binding.isEmpty { lines.append("What binds: \(plan.binding.joined(separator: "; ")).") }
        lines.append("")
        lines.append(table(plan).text)
        return lines.joined(separator: "\n")
    }

    private static func table(_ plan: FleetPlan) -> ReportTable {
        let clauses = plan.trials.first?.checks.map(\.clause) ?? []
        let header =
            ["devices", "kept", "served", "quality", "busy", "$ a thousand", "what the last 100 bought"] + clauses
        var previous: FleetPlan.Trial?
        let rows = plan.trials.map { trial -> [String] in
            defer { previous = trial }
            let mark = trial.devices == plan.smallest ? " <" : ""
            return [
                NumberText.count(trial.devices) + mark, trial.isKept ? "yes" : "no",
                NumberText.percent(trial.servedShare), NumberText.decimal(trial.meanQuality, 3),
                NumberText.percent(trial.busyShare), dollars(trial.dollarsPerThousandPictures), gain(previous, trial),
            ] + trial.checks.map(value)
        }
        return ReportTable(title: "Fleets that were tried", header: header, rows: rows)
    }

    private static func value(_ check: PromiseCheck) -> String {
        let mark = check.isKept ? "" : " !"
        guard let value = check.value else { return (check.isKept ? "-" : "never") + mark }
        if check.isWait { return NumberText.seconds(value) + mark }
        return (check.clause.contains("quality") ? NumberText.decimal(value, 3) : NumberText.percent(value)) + mark
    }

    /// What a hundred further devices brought, between two fleets.
    private static func gain(_ before: FleetPlan.Trial?, _ after: FleetPlan.Trial) -> String {
        guard let before, after.devices > before.devices else { return NumberText.none }
        let hundreds = Double(after.devices - before.devices) / 100
        let quality = ((after.meanQuality ?? 0) - (before.meanQuality ?? 0)) / hundreds
        let served = (after.servedShare - before.servedShare) * 100 / hundreds
        return "quality \(signed(quality, 3)), served \(signed(served, 2)) points"
    }

    private static func signed(_ value: Double, _ digits: Int) -> String {
        (value >= 0 ? "+" : "") + NumberText.decimal(value, digits)
    }

    private static func dollars(_ value: Double?) -> String {
        value.map { "$\(NumberText.decimal($0, 2))" } ?? NumberText.none
    }
    private static func money(_ value: Double) -> String { "$\(NumberText.count(Int(value.rounded())))" }
}
