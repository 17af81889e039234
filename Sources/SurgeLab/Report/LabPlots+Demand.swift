internal import Charts

/// What was asked for and what was delivered, over the day.
extension LabPlots {
    var demand: PageSection {
        PageSection(
            title: "Demand and delivery",
            note: "Each request counts once, however often it was sent. Delivered: to somebody who still waited.",
            figures: [total, byPlan, signUps]
        )
    }

    private var total: PageFigure {
        let peak = peak { $0.rate(\.asked) }
        let top = max(peak?.value ?? 0, self.peak { $0.rate(\.delivered) }?.value ?? 0)
        guard top > 0 else { return PageFigure(title: "") }
        let frame = frame(.whole, y: Self.counts(top), unit: "requests a second", "Asked and delivered over time")
        let drawing =
            area("demand", in: frame, bins: coarse) { $0.rate(\.asked) }
            + line("s0", in: frame, bins: run.series) { $0.rate(\.delivered) }
        let mean = Double(run.totals.asked) / max(report.durationSeconds, 1e-9)
        let caption = peak.map {
            """
            Demand is greatest at \($0.when): \(NumberText.rate($0.value)) requests a second, \
            \(NumberText.decimal($0.value / max(mean, 1e-9), 1)) times the mean.
            """
        }
        return PageFigure(
            title: "All plans",
            caption: caption ?? "",
            legend: [("asked", "demand area"), ("delivered", "s0")],
            panels: [.init(drawing: frame.drawing(drawing))]
        )
    }

    private var byPlan: PageFigure {
        let panels = plans.count < 2 ? [] : plans.compactMap(panel)
        return PageFigure(
            title: "By plan",
            caption: panels.isEmpty ? "" : "Each plan has an axis of its own. \(spread)",
            layout: .halves,
            legend: panels.isEmpty ? [] : [("asked", "demand area")],
            panels: panels,
            tables: [LabTables.plans(run.plans, title: "", first: "plan")]
        )
    }

    private func panel(_ plan: (index: Int, name: String)) -> PageFigure.Panel? {
        let top = coarse.map { max($0.rate(ofPlan: plan.index, \.asked), $0.rate(ofPlan: plan.index, \.delivered)) }
            .max()
        guard let top, top > 0 else { return nil }
        let frame = frame(
            .halves,
            height: 170,
            y: Self.counts(top),
            unit: "requests a second",
            "Asked and delivered over time, plan \(plan.name)"
        )
        let drawing =
            area("demand", in: frame, bins: coarse) { $0.rate(ofPlan: plan.index, \.asked) }
            + line(style(ofPlan: plan.name), in: frame, bins: coarse) { $0.rate(ofPlan: plan.index, \.delivered) }
        return .init(title: "\(plan.name), delivered", style: style(ofPlan: plan.name), drawing: frame.drawing(drawing))
    }

    /// Who got the most of what they asked for, and who the least.
    private var spread: String {
        let served = run.plans.compactMap { plan in plan.servedShare.map { (plan.name, $0) } }
        guard let best = served.max(by: { $0.1 < $1.1 }), let worst = served.min(by: { $0.1 < $1.1 }) else { return "" }
        if best.1 - worst.1 < 0.0005 { return "All were served alike: \(NumberText.percent(best.1))." }
        return """
            Served best: \(best.0), \(NumberText.percent(best.1)) of what they asked for; \
            least: \(worst.0), \(NumberText.percent(worst.1)).
            """
    }

    private var signUps: PageFigure {
        func hourly(_ bin: PolicyRun.Bin) -> Double { Double(bin.signUps) / bin.length * 3_600 }
        guard run.totals.signUps > 0, let peak = peak(hourly), peak.value > 0 else { return PageFigure(title: "") }
        let top = coarse.map(hourly).max() ?? 1
        let frame = frame(
            .whole,
            height: 170,
            y: Self.counts(top),
            unit: "sign-ups an hour",
            "Sign-ups an hour over time"
        )
        return PageFigure(
            title: "Sign-ups",
            caption: """
                \(NumberText.inWords(Double(run.totals.signUps))) in all; most at \(peak.when): \
                \(NumberText.inWords(peak.value)) an hour.
                """,
            panels: [.init(drawing: frame.drawing(area("s2", in: frame, bins: coarse, hourly)))]
        )
    }
}
