internal import Charts

/// The plots of a page. Those of several runs share their axes, so that they can be compared by eye.
struct ReportPlots: Sendable {
    private static let bins = 120

    let reports: [LoadReport]
    let width: Double

    struct Plot: Sendable {
        let drawing: String
        /// Name and class of what the colours and dashes mean.
        let legend: [(name: String, style: String)]
    }

    private var plans: [String] { reports.first?.waits.filter { $0.group == nil }.map(\.plan) ?? [] }
    private var time: PlotScale { .time(seconds: Double(reports.map(\.seconds.count).max() ?? 1)) }

    /// Requests per second: offered, delivered, refused.
    func flow(_ report: LoadReport) -> Plot {
        let all = reports.map { TimeBins($0.seconds, most: Self.bins) }
        let peak = all.flatMap(\.bins).map { Double(max($0.offered, $0.delivered, $0.refused)) / $0.length }.max()
        let frame = PlotFrame(
            width: width,
            x: time,
            y: .linear(maximum: peak ?? 1),
            description: "Requests per second over time: offered, delivered and refused",
            window: report.scenario.measuredWindow.seconds
        )
        let bins = TimeBins(report.seconds, most: Self.bins).bins
        func series(_ name: String, _ style: String, _ value: (TimeBins.Bin) -> Int) -> PlotSeries {
            PlotSeries(
                name: name,
                style: style,
                points: bins.map { (($0.fromSeconds + $0.toSeconds) / 2, Double(value($0)) / $0.length) }
            )
        }
        var lines = [series("offered", "muted") { $0.offered }, series("refused", "s1") { $0.refused }]
        lines.append(series("delivered", "s0") { $0.delivered })
        return Plot(drawing: frame.drawing(lines.map { $0.drawing(in: frame) }.joined()), legend: legend(lines))
    }

    /// p50 and p99 by plan, on a logarithmic axis.
    func waits(_ report: LoadReport) -> Plot {
        let frame = PlotFrame(
            width: width,
            x: time,
            y: .logarithmic(of: reports.flatMap { $0.waitsOverTime.flatMap { [$0.p50, $0.p99] } }),
            description: "Waits by plan over the planned time, median and 99th percentile of every five seconds",
            window: report.scenario.measuredWindow.seconds
        )
        let series = plans.enumerated().flatMap { index, plan in
            let own = report.waitsOverTime.filter { $0.plan == plan }
            let middle = LoadReportBuilder.waitsStep / 2
            return [
                PlotSeries(
                    name: "\(plan) p50",
                    style: "s\(index % 6)",
                    points: own.map { ($0.fromSeconds + middle, $0.p50) }
                ),
                PlotSeries(
                    name: "\(plan) p99",
                    style: "s\(index % 6)",
                    isDashed: true,
                    points: own.map { ($0.fromSeconds + middle, $0.p99) }
                ),
            ]
        }
        return Plot(drawing: frame.drawing(series.map { $0.drawing(in: frame) }.joined()), legend: legend(series))
    }

    /// Shares of the rungs among what was delivered, the best at the bottom.
    func rungs(_ report: LoadReport) -> Plot? {
        let names = report.quality.rungs.map(\.rung)
        guard !names.isEmpty else { return nil }
        let frame = PlotFrame(
            width: width,
            x: time,
            y: .linear(maximum: 1) { "\(Int(($0 * 100).rounded())) %" },
            description: "Share of each rung among the deliveries over time"
        )
        let styles = names.indices.map { "r\(Self.rampStep($0, of: names.count))" }
        let bins = TimeBins(report.seconds, most: Self.bins / 2).bins.map { bin in
            let all = Double(max(1, bin.rungs.values.reduce(0, +)))
            return (bin.fromSeconds, bin.toSeconds, names.map { Double(bin.rungs[$0] ?? 0) / all })
        }
        let stack = PlotStack(styles: styles, bins: bins)
        return Plot(drawing: frame.drawing(stack.drawing(in: frame)), legend: Array(zip(names, styles)))
    }

    /// Users of each group, from the worst served to the best.
    func shares(_ report: LoadReport) -> Plot {
        let frame = PlotFrame(
            width: width,
            x: .linear(maximum: 1) { "\(Int(($0 * 100).rounded())) %" },
            y: .linear(maximum: 1) { "\(Int(($0 * 100).rounded())) %" },
            description: "Served share of each user, sorted, by group"
        )
        let series = report.fairness.groups.enumerated().map { index, group in
            let shares = report.fairness.users.filter { $0.group == group.group }.map(\.servedShare).sorted()
            var points = shares.enumerated().map { (x: Double($0.offset) / Double(shares.count), y: $0.element) }
            if let last = shares.last { points.append((1, last)) }
            return PlotSeries(name: group.group, style: "s\(index % 6)", isStepped: true, points: points)
        }
        return Plot(drawing: frame.drawing(series.map { $0.drawing(in: frame) }.joined()), legend: legend(series))
    }

    private func legend(_ series: [PlotSeries]) -> [(name: String, style: String)] {
        series.map { ($0.name, $0.style + ($0.isDashed ? " dashed" : "")) }
    }

    /// Spreads few rungs over the whole ramp, so that they can be told apart.
    private static func rampStep(_ index: Int, of count: Int) -> Int { count < 2 ? 0 : index * 5 / (count - 1) }
}
