internal import Charts

/// The two drawings that speak for a report where there is no page, as in a README: SVG files that stand alone, in the
/// colours of whoever looks at them.
package enum LabFigures {
    private static let width = 860.0
    private static let margin = 20.0

    /// What each policy comes to, as bars.
    package static func sideBySide(_ report: LabReport) -> String {
        let (columns, gap) = (2, 36.0)
        let room = (width - 2 * margin - gap * Double(columns - 1)) / Double(columns)
        let shown = LabPlots.comparisons(report)
            .compactMap { each in LabPlots.bars(each, report.measures, width: room).map { (each.title, $0) } }
            .prefix(6)
        guard let height = shown.first?.1.height else { return nothing(report) }
        let step = height + 44
        let panels = shown.enumerated().map { index, panel in
            let x = margin + Double(index % columns) * (room + gap)
            let y = 66 + Double(index / columns) * step
            return group(x, y, "<text class=\"title\" x=\"0\" y=\"0\">\(HTMLText.escaped(panel.0))</text>")
                + group(x, y + 8, panel.1.content)
        }
        let rows = (shown.count + columns - 1) / columns
        let high = 70 + Double(rows) * step
        let reading = "<text x=\"0\" y=\"0\">\(HTMLText.escaped(LabPlots.reading))</text>"
        return file(
            height: high,
            title: "\(report.scenario): policies side by side",
            content: group(margin, high - 14, reading) + panels.joined()
        )
    }

    /// Demand, and what each policy delivered, over the day.
    package static func day(_ report: LabReport) -> String {
        guard let plots = LabPlots(report) else { return nothing(report) }
        let all = report.runs.map { LabBins.merged($0.series, most: 200) }
        let top = all.flatMap { $0 }.map { max($0.rate(\.asked), $0.rate(\.delivered)) }.max() ?? 0
        guard top > 0 else { return nothing(report) }
        let frame = PlotFrame(
            width: width - 2 * margin,
            height: 300,
            x: .calendar(report.clock),
            y: LabPlots.counts(top),
            description: "Asked and delivered over time",
            unit: "requests a second"
        )
        // Ours last, so that it lies above the others.
        let lines = all.indices.reversed().map { index in
            plots.line(style(index), in: frame, bins: all[index]) { $0.rate(\.delivered) }
        }
        let demand = plots.area("demand", in: frame, bins: all.first ?? []) { $0.rate(\.asked) }
        let names = [("asked", "demand")] + report.runs.enumerated().map { ($0.element.policy, style($0.offset)) }
        let legend = legend(names)
        return file(
            height: 66 + legend.height + 300,
            title: "\(report.scenario): asked and delivered",
            content: group(margin, 48, legend.content)
                + group(margin, 54 + legend.height, frame.inner(demand + lines.joined()))
        )
    }

    private static func nothing(_ report: LabReport) -> String {
        file(height: 50, title: "\(report.scenario): nothing to show", content: "")
    }

    private static func style(_ index: Int) -> String { index == 0 ? "s0 ours" : "s\((index - 1) % 7 + 1)" }

    /// Names behind a stroke of their colour, in as many lines as they need.
    private static func legend(_ names: [(name: String, style: String)]) -> (content: String, height: Double) {
        var (x, y) = (0.0, 0.0)
        var content = ""
        for (name, style) in names {
            let length = 28 + Double(min(name.count, 40)) * 6.8 + 14
            if x > 0, x + length > width - 2 * margin { (x, y) = (0, y + 20) }
            content += """
                <rect class="area \(style)" x="\(SVGPath.number(x))" y="\(SVGPath.number(y + 4))" width="18" \
                height="\(style == "demand" ? "9" : "4")" rx="1"/>\
                <text x="\(SVGPath.number(x + 24))" y="\(SVGPath.number(y + 12))">\(HTMLText.escaped(String(name.prefix(40))))</text>
                """
            x += length
        }
        return (content, y + 20)
    }

    private static func group(_ x: Double, _ y: Double, _ content: String) -> String {
        "<g transform=\"translate(\(SVGPath.number(x)) \(SVGPath.number(y)))\">\(content)</g>"
    }

    /// With paper of its own: the page around it may be of another colour than its viewer prefers.
    private static func file(height: Double, title: String, content: String) -> String {
        let (wide, high) = (SVGPath.number(width), SVGPath.number(height))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(wide) \(high)" width="\(wide)" height="\(high)" role="img">
            <title>\(HTMLText.escaped(title))</title>
            <style>
            \(style)
            </style>
            <rect class="paper" width="\(wide)" height="\(high)" rx="8"/>
            <text class="heading" x="\(SVGPath.number(margin))" y="31">\(HTMLText.escaped(title))</text>
            \(content)
            </svg>

            """
    }

    private static let style = """
        :root { \(PageStyle.light) --demand: #d5d1c6; }
        @media (prefers-color-scheme: dark) { :root { \(PageStyle.dark) --demand: #3d434b; } }
        svg { font-family: system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
          font-variant-numeric: tabular-nums; }
        text { fill: var(--soft); font-size: 12px; } .heading { fill: var(--ink); font-size: 17px; font-weight: 600; }
        .title { fill: var(--ink); font-size: 13px; font-weight: 600; } .figure { fill: var(--ink); }
        .paper { fill: var(--paper); } .demand { --color: var(--demand); }
        \(PageStyle.marks)
        .line { stroke-width: 1.4; } .line.ours { stroke-width: 2.6; }
        """
}
