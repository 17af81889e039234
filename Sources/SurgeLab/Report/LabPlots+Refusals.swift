internal import Charts

/// Who was told no, or later, and who gave up.
extension LabPlots {
    var refusals: PageSection {
        PageSection(
            title: "Refused, deferred, given up",
            note: "A refused sending may be sent again; a request is lost only when it ends without a picture.",
            figures: [overTime, reasons]
        )
    }

    private var overTime: PageFigure {
        let parts: [(name: String, style: String, count: (PolicyRun.PlanBin) -> Int)] = [
            ("refused", "s1", \.refused), ("deferred", "s4", \.deferred), ("gave up", "s3", \.gaveUp),
        ]
        let shown = parts.compactMap { part in
            peak { $0.rate(part.count) }.flatMap { $0.value > 0 ? (part: part, peak: $0) : nil }
        }
        guard let top = shown.map(\.peak.value).max() else {
            return PageFigure(title: "", caption: "")
        }
        let frame = frame(
            .whole,
            height: 200,
            y: Self.counts(top),
            unit: "a second",
            "Refused and deferred sendings and given-up requests over time"
        )
        let lines = shown.map { each in line(each.part.style, in: frame, bins: run.series) { $0.rate(each.part.count) }
        }
        let peaks = shown.map { (text: "\($0.part.name) \(NumberText.rate($0.peak.value))", when: $0.peak.when) }
        return PageFigure(
            title: "Over the day",
            caption: "Most a second: \(Self.list(peaks)).",
            legend: shown.map { ($0.part.name, $0.part.style) },
            panels: [.init(drawing: frame.drawing(lines.joined()))]
        )
    }

    private var reasons: PageFigure {
        func bars(_ title: String, _ counts: [String: Int], of whole: Int, _ style: String) -> PageFigure.Panel? {
            let sorted = Array(LabReport.sorted(counts).prefix(10))
            guard !sorted.isEmpty else { return nil }
            let bars = sorted.map { each in
                let share = NumberText.percent(LabMeasures.share(Double(each.count), of: Double(whole)))
                return PlotBars.Bar(
                    name: each.name,
                    value: Double(each.count),
                    figure: "\(NumberText.inWords(Double(each.count))) (\(share))",
                    style: style
                )
            }
            let plot = PlotBars(bars: bars, width: PageFigure.Layout.halves.width, description: title)
            return .init(title: title, drawing: plot.drawing)
        }
        let totals = run.totals
        var no = totals.refusals
        if totals.deferred > 0 { no["deferred, not refused"] = totals.deferred }
        let panels = [
            bars("Sendings that got no or later (of all)", no, of: totals.attempts, "s1"),
            bars("Requests without a picture (of all)", totals.unserved, of: totals.asked, "s3"),
        ]
        return PageFigure(title: "In all", caption: unserved, layout: .halves, panels: panels.compactMap { $0 })
    }

    private var unserved: String {
        let lost = run.totals.unserved.values.reduce(0, +)
        guard lost > 0 else { return "Every request ended with a picture." }
        let share = NumberText.percent(LabMeasures.share(Double(lost), of: Double(run.totals.asked)))
        let most = LabReport.sorted(run.totals.unserved).first?.name ?? ""
        return """
            \(NumberText.inWords(Double(lost))) requests (\(share)) ended without a picture; the commonest end: \(most). \
            Each request was sent \(NumberText.decimal(Double(run.totals.attempts) / Double(max(1, run.totals.asked)), 2)) \
            times in the mean.
            """
    }
}
