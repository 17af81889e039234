internal import Charts

/// The same day under other policies.
extension LabPlots {
    /// One figure that policies are compared by.
    struct Comparison: Sendable {
        let title: String
        /// What the full width of a bar stands for; nil: the longest.
        var maximum: Double?
        let value: @Sendable (LabMeasures) -> Double?
        let text: @Sendable (Double?) -> String
    }

    static func comparisons(_ report: LabReport) -> [Comparison] {
        let paying = report.plans.contains { report.pays($0) }
        return [
            Comparison(title: "Delivered, of what was asked", maximum: 1, value: \.deliveredShare) {
                NumberText.percent($0)
            },
            Comparison(
                title: paying ? "p99 wait of those who pay" : "p99 wait",
                value: { paying ? $0.payingP99 : $0.freeP99 },
                text: { NumberText.duration($0) }
            ),
            Comparison(title: "Ended with a no", maximum: 1, value: \.refusedShare) { NumberText.percent($0) },
            Comparison(title: "Mean quality", maximum: 1, value: \.run.totals.meanQuality) {
                NumberText.decimal($0, 2)
            },
            Comparison(title: "Device time wasted", maximum: 1, value: \.wasteShare) { NumberText.percent($0) },
            Comparison(
                title: "Cost of a thousand pictures",
                value: { $0.run.totals.dollarsPerThousandPictures },
                text: { NumberText.money($0) }
            ),
            Comparison(title: "People who got a picture", maximum: 1, value: \.servedPeopleShare) {
                NumberText.percent($0)
            },
            Comparison(title: "Delivered, of the bound", maximum: 1, value: \.ofBound) {
                NumberText.percent($0)
            },
            Comparison(title: "Quality given, of the bound", maximum: 1, value: \.qualityOfBound) {
                NumberText.percent($0)
            },
        ]
    }

    var policies: PageSection {
        guard report.runs.count > 1 else { return PageSection(title: "", figures: []) }
        let named = report.runs.filter { !$0.summary.isEmpty }
        let terms = named.map { "<dt>\(HTMLText.escaped($0.policy))</dt><dd>\(HTMLText.escaped($0.summary))</dd>" }
        return PageSection(
            title: "Policies side by side",
            note: "The same people, requests, patience and devices; only what decides is exchanged.\(boundNote)",
            preface: terms.isEmpty ? "" : "<dl>\(terms.joined())</dl>",
            figures: [bars, deliveries]
        )
    }

    private var boundNote: String {
        report.boundShare.map {
            " The bound is what somebody could do who knew the whole day beforehand: \(NumberText.percent($0)) delivered."
        } ?? ""
    }

    private var bars: PageFigure {
        let measures = report.measures
        let panels = Self.comparisons(report).map { comparison -> PageFigure.Panel in
            let drawing = Self.bars(comparison, measures, width: PageFigure.Layout.thirds.width)
            return .init(title: comparison.title, drawing: drawing?.drawing ?? "")
        }
        return PageFigure(
            title: "What each comes to",
            caption: verdict + Self.reading,
            layout: .thirds,
            panels: panels,
            tables: [LabTables.policies(report)]
        )
    }

    /// nil when no policy has this figure, or all have nothing of it.
    static func bars(_ comparison: Comparison, _ measures: [LabMeasures], width: Double) -> PlotBars? {
        let values = measures.map(comparison.value)
        guard values.contains(where: { ($0 ?? 0) > 0 }) else { return nil }
        let bars = zip(measures, values).enumerated().map { index, each in
            PlotBars.Bar(
                name: each.0.run.policy,
                value: each.1,
                figure: comparison.text(each.1),
                style: style(ofPolicy: index)
            )
        }
        return PlotBars(bars: bars, width: width, maximum: comparison.maximum, description: comparison.title)
    }

    /// How to read bars of which some are good and some bad.
    static let reading = "Short bars are good for waits, refusals, waste and cost; long ones for the rest."

    /// Who delivers most, and how the first policy stands to that.
    private var verdict: String {
        let shares = report.measures.compactMap { each in each.deliveredShare.map { (each.run.policy, $0) } }
        guard let ours = shares.first, ours.0 == run.policy, shares.count > 1 else { return "" }
        if !shares.contains(where: { $0.1 > 0 }) { return "None delivers anything. " }
        guard let best = shares.max(by: { $0.1 < $1.1 }), let next = shares.dropFirst().max(by: { $0.1 < $1.1 }) else {
            return ""
        }
        let text = NumberText.percent
        if best.1 > ours.1 { return "\(best.0) delivers most, \(text(best.1)); \(ours.0) \(text(ours.1)). " }
        guard next.1 > 0 else { return "\(ours.0) delivers \(text(ours.1)), all others nothing. " }
        let times = NumberText.decimal(ours.1 / next.1, 2)
        return
            "\(ours.0) delivers \(text(ours.1)), \(times) times as much as the next best, \(next.0) (\(text(next.1))). "
    }

    private var deliveries: PageFigure {
        let all = report.runs.map { LabBins.merged($0.series, most: 140) }
        let top = all.flatMap { $0 }.map { max($0.rate(\.asked), $0.rate(\.delivered)) }.max() ?? 0
        guard top > 0 else { return PageFigure(title: "") }
        let panels = report.runs.enumerated().map { index, run in
            let frame = frame(
                .halves,
                height: 150,
                y: Self.counts(top),
                unit: "requests a second",
                "Asked and delivered over time under \(run.policy)"
            )
            let drawing =
                area("demand", in: frame, bins: all[index]) { $0.rate(\.asked) }
                + line(index == 0 ? "s0" : "s1", in: frame, bins: all[index]) { $0.rate(\.delivered) }
            return PageFigure.Panel(title: run.policy, drawing: all[index].isEmpty ? "" : frame.drawing(drawing))
        }
        return PageFigure(
            title: "Asked and delivered under each",
            caption: worstHours,
            layout: .halves,
            legend: [("asked", "demand area"), ("delivered", "s0"), ("delivered, other policies", "s1")],
            panels: panels
        )
    }

    /// What each delivers while demand is greatest.
    private var worstHours: String {
        guard let peak = peak({ $0.rate(\.asked) }), peak.value > 0 else { return "" }
        let parts = report.runs.compactMap { run in
            run.series.max { $0.rate(\.asked) < $1.rate(\.asked) }
                .map { "\(run.policy) \(NumberText.rate($0.rate(\.delivered)))" }
        }
        return """
            While demand is greatest (\(peak.when), \(NumberText.rate(peak.value)) a second), delivered a second: \
            \(parts.joined(separator: ", ")).
            """
    }
}
