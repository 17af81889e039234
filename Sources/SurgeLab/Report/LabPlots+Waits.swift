internal import Charts

/// How long people waited, and how many.
extension LabPlots {
    var waits: PageSection {
        PageSection(
            title: "Waits",
            note: "From the request to the picture, retries included; of what was delivered, by the time of delivery.",
            figures: [waitsOverTime, groups, waiting]
        )
    }

    private var waitsOverTime: PageFigure {
        let values = run.series.flatMap { $0.plans.flatMap { [$0.p50, $0.p99].compactMap { $0 } } }
        guard values.contains(where: { $0 > 0 }) else {
            return PageFigure(title: "Waits by plan", tables: [LabTables.waits(run.plans, first: "plan")])
        }
        let frame = frame(
            .whole,
            height: 280,
            y: .duration(of: values),
            unit: "wait, logarithmic",
            "Waits by plan over time"
        )
        let lines = plans.map { plan in
            let style = style(ofPlan: plan.name)
            return line(style, in: frame, bins: run.series) { Self.bin($0, plan.index)?.p50 }
                + line(style, isDashed: true, in: frame, bins: run.series) { Self.bin($0, plan.index)?.p99 }
        }
        return PageFigure(
            title: "Waits by plan",
            caption: longest,
            legend: plans.map { ($0.name, style(ofPlan: $0.name)) } + [
                ("half wait less", "plain"), ("99 of 100 wait less", "plain dashed"),
            ],
            panels: [.init(drawing: frame.drawing(lines.joined()))],
            tables: [LabTables.waits(run.plans, first: "plan")]
        )
    }

    static func bin(_ bin: PolicyRun.Bin, _ plan: Int) -> PolicyRun.PlanBin? {
        plan < bin.plans.count ? bin.plans[plan] : nil
    }

    private var longest: String {
        let worst = plans.compactMap { plan in
            peak { Self.bin($0, plan.index)?.p99 }.map { (name: plan.name, peak: $0) }
        }
        .sorted { $0.peak.value > $1.peak.value }
        .map { (text: "\($0.name) \(NumberText.duration($0.peak.value))", when: $0.peak.when) }
        return worst.isEmpty ? "" : "The longest p99 of each plan: \(Self.list(worst))."
    }

    private var groups: PageFigure {
        guard run.groups.map(\.name) != run.plans.map(\.name) else { return PageFigure(title: "") }
        return PageFigure(title: "Waits by group of people", tables: [LabTables.waits(run.groups, first: "group")])
    }

    private var waiting: PageFigure {
        guard let peak = peak({ Double($0.waiting) }), peak.value > 0 else { return PageFigure(title: "") }
        let frame = frame(
            .whole,
            height: 170,
            y: Self.counts(peak.value),
            unit: "jobs waiting",
            "Jobs waiting over time"
        )
        return PageFigure(
            title: "The queue",
            caption: """
                Longest at \(peak.when): \(NumberText.inWords(peak.value)) jobs. At the end of the day \
                \(NumberText.inWords(Double(run.series.last?.waiting ?? 0))) are left.
                """,
            panels: [.init(drawing: frame.drawing(line("s0", in: frame, bins: run.series) { Double($0.waiting) }))]
        )
    }
}
