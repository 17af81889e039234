internal import Charts

/// Whether people of one kind were treated alike.
extension LabPlots {
    var fairness: PageSection {
        PageSection(
            title: "Fairness",
            note: "Jain's index over people: 1 when everybody got the same part of what they asked for.",
            figures: [bars]
        )
    }

    /// Groups where the scenario has them, else plans.
    private var people: [PolicyRun.PlanFigures] { run.groups.isEmpty ? run.plans : run.groups }

    private var bars: PageFigure {
        func panel(
            _ title: String,
            _ value: (PolicyRun.PlanFigures) -> Double?,
            _ text: (Double?) -> String
        )
            -> PageFigure.Panel?
        {
            guard people.contains(where: { value($0) != nil }) else { return nil }
            let bars = people.map { each in
                PlotBars.Bar(
                    name: each.name,
                    value: value(each),
                    figure: text(value(each)),
                    style: style(ofPlan: each.plan)
                )
            }
            let plot = PlotBars(bars: bars, width: PageFigure.Layout.halves.width, maximum: 1, description: title)
            return .init(title: title, drawing: plot.drawing)
        }
        let panels = [
            panel("Jain's index of the served share", \.jain) { NumberText.decimal($0, 3) },
            panel("Served, of what was asked", \.servedShare) { NumberText.percent($0) },
        ]
        let several = Set(people.map(\.plan)).count > 1
        return PageFigure(
            title: run.groups.isEmpty ? "By plan" : "By group of people",
            caption: caption,
            layout: .halves,
            legend: several && panels.contains { $0 != nil }
                ? Set(people.map(\.plan)).sorted { place($0) < place($1) }.map { ($0, "\(style(ofPlan: $0)) area") }
                : [],
            panels: panels.compactMap { $0 }
        )
    }

    private func place(_ plan: String) -> Int { report.plans.firstIndex(of: plan) ?? report.plans.count }

    private var caption: String {
        let known = people.compactMap { each in each.jain.map { (each.name, $0) } }
        guard let least = known.min(by: { $0.1 < $1.1 }) else { return "" }
        let totals = run.totals
        let people = LabMeasures.share(Double(totals.peopleServed), of: Double(totals.peopleAsking))
            .map {
                """
                 Of \(NumberText.inWords(Double(totals.peopleAsking))) people who asked, \(NumberText.percent($0)) got at \
                least one picture.
                """
            }
        return "Least even: \(least.0), \(NumberText.decimal(least.1, 3)).\(people ?? "")"
    }
}
