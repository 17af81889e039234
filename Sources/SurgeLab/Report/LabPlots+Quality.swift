internal import Charts

/// Which quality was given to whom.
extension LabPlots {
    var quality: PageSection {
        PageSection(
            title: "Quality given",
            note:
                "1 is the best that the models can do. Each model has a ladder of rungs: fewer steps, less quality, less work.",
            figures: [meanQuality, rungs]
        )
    }

    private var meanQuality: PageFigure {
        let table = LabTables.quality(report, run.plans)
        guard run.series.contains(where: { $0.plans.contains { $0.quality != nil } }) else {
            return PageFigure(title: "Mean quality by plan", tables: [table])
        }
        let frame = frame(
            .whole,
            height: 200,
            y: Self.counts(1),
            unit: "mean quality",
            "Mean quality of delivered pictures by plan over time"
        )
        let lines = plans.map { plan in
            line(style(ofPlan: plan.name), in: frame, bins: run.series) { Self.bin($0, plan.index)?.quality }
        }
        return PageFigure(
            title: "Mean quality by plan",
            caption: lowest,
            legend: plans.map { ($0.name, style(ofPlan: $0.name)) },
            panels: [.init(drawing: frame.drawing(lines.joined()))],
            tables: [table]
        )
    }

    private var lowest: String {
        let least = plans.compactMap { plan in
            peak { Self.bin($0, plan.index)?.quality.map(-) }.map { (name: plan.name, peak: $0) }
        }
        .sorted { $0.peak.value > $1.peak.value }
        .map { (text: "\($0.name) \(NumberText.decimal(-$0.peak.value, 2))", when: $0.peak.when) }
        return least.isEmpty ? "" : "Lowest of each plan: \(Self.list(least))."
    }

    /// A part of the list of rungs, and of which plans.
    private struct RungPanel {
        let title: String
        let range: Range<Int>
        let plans: [Int]
    }

    private var rungs: PageFigure {
        let panels = rungPanels.compactMap(drawing)
        return PageFigure(
            title: "Rungs of the ladder",
            caption: panels.isEmpty ? "" : bestRungs,
            layout: panels.count > 1 ? .halves : .whole,
            legend: panels.isEmpty ? [] : rungLegend,
            panels: panels
        )
    }

    private func drawing(_ panel: RungPanel) -> PageFigure.Panel? {
        let layout: PageFigure.Layout = rungPanels.count > 1 ? .halves : .whole
        let bins = coarse.map { bin in
            let counts = panel.range.map { rung in
                panel.plans.map { Self.bin(bin, $0).flatMap { rung < $0.rungs.count ? $0.rungs[rung] : nil } ?? 0 }
                    .reduce(0, +)
            }
            let all = Double(max(1, counts.reduce(0, +)))
            return (from: bin.fromSeconds, to: bin.toSeconds, shares: counts.map { Double($0) / all })
        }
        guard bins.contains(where: { $0.shares.contains { $0 > 0 } }) else { return nil }
        let frame = frame(
            layout,
            height: 170,
            y: Self.shares,
            unit: "of pictures",
            "Shares of the rungs, \(panel.title)"
        )
        let styles = panel.range.indices.map { "r\(Self.rampStep($0 - panel.range.lowerBound, of: panel.range.count))" }
        return .init(
            title: panel.title,
            drawing: frame.drawing(PlotStack(styles: styles, bins: bins).drawing(in: frame))
        )
    }

    /// A panel for each plan and model; where those are too many, one for each model.
    private var rungPanels: [RungPanel] {
        let used = usedModels
        let everyone = plans.map(\.index)
        guard used.count * plans.count <= 8 else {
            return used.map { RungPanel(title: $0.name, range: $0.range, plans: everyone) }
        }
        return plans.flatMap { plan in
            used.map { model in
                let title = used.count > 1 ? "\(plan.name), \(model.name)" : plan.name
                return RungPanel(title: title, range: model.range, plans: [plan.index])
            }
        }
    }

    /// Models that delivered anything, with their places in the list of all rungs.
    private var usedModels: [(name: String, range: Range<Int>, rungs: [LabReport.RungFigures])] {
        var start = 0
        var used: [(name: String, range: Range<Int>, rungs: [LabReport.RungFigures])] = []
        for model in report.models {
            let range = start..<(start + model.rungs.count)
            start = range.upperBound
            let given = coarse.contains { bin in
                bin.plans.contains { plan in range.contains { $0 < plan.rungs.count && plan.rungs[$0] > 0 } }
            }
            if given { used.append((model.name, range, model.rungs)) }
        }
        return used
    }

    private var rungLegend: Legend {
        let used = usedModels
        return used.flatMap { model in
            model.rungs.enumerated().map { index, rung in
                let name = used.count > 1 ? "\(model.name) \(rung.name)" : rung.name
                return (
                    "\(name) (\(NumberText.decimal(rung.quality, 2)))",
                    "r\(Self.rampStep(index, of: model.rungs.count))"
                )
            }
        }
    }

    private var bestRungs: String {
        let best = report.models.compactMap { model in model.rungs.first.map { "\(model.name) \($0.name)" } }
        let parts = run.plans.compactMap { plan -> String? in
            let all = plan.rungs.values.reduce(0, +)
            guard all > 0 else { return nil }
            let top = best.map { plan.rungs[$0] ?? 0 }.reduce(0, +)
            return "\(plan.name) \(NumberText.percent(Double(top) / Double(all)))"
        }
        return parts.isEmpty
            ? "" : "Pictures at the best rung: \(parts.joined(separator: ", ")). The best is at the bottom."
    }

    /// Spreads few rungs over the whole ramp, so that they can be told apart.
    private static func rampStep(_ index: Int, of count: Int) -> Int { count < 2 ? 0 : index * 5 / (count - 1) }
}
