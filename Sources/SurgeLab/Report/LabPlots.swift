internal import Charts

/// What all plots of the page share: the run that it is about, its axis of time, and colours that mean the same everywhere.
struct LabPlots: Sendable {
    typealias Legend = [(name: String, style: String)]

    let report: LabReport
    let run: PolicyRun
    let clock: DayClock
    /// Merged, for small drawings and for areas.
    let coarse: [PolicyRun.Bin]

    /// Nothing can be drawn of a report without a run.
    init?(_ report: LabReport) {
        guard let run = report.runs.first else { return nil }
        self.report = report
        self.run = run
        clock = report.clock
        coarse = LabBins.merged(run.series, most: 140)
    }

    // MARK: Names and colours

    func style(ofPlan name: String) -> String { "s\((report.plans.firstIndex(of: name) ?? 0) % 8)" }
    static func style(ofPolicy index: Int) -> String { index == 0 ? "s0" : "muted" }

    /// The plans as bins list them, with their place there.
    var plans: [(index: Int, name: String)] {
        let listed = run.series.first?.plans.count ?? 0
        let names = listed == run.plans.count ? run.plans.map(\.name) : report.plans
        return Array(names.prefix(listed).enumerated()).map { ($0.offset, $0.element) }
    }

    /// The pools as bins list them.
    var pools: [(index: Int, name: String)] {
        let listed = run.series.first?.pools.count ?? 0
        return Array(run.pools.prefix(listed).enumerated()).map { ($0.offset, $0.element.name) }
    }

    // MARK: Frames

    func frame(
        _ layout: PageFigure.Layout,
        height: Double = 240,
        y: PlotScale,
        unit: String,
        _ description: String
    )
        -> PlotFrame
    {
        PlotFrame(
            width: layout.width,
            height: height,
            x: .calendar(clock, mostTicks: layout == .whole ? 9 : 7),
            y: y,
            description: description,
            unit: unit
        )
    }

    static func counts(_ maximum: Double) -> PlotScale {
        .linear(maximum: maximum) { NumberText.axis($0, upTo: maximum) }
    }

    static let shares = PlotScale.linear(maximum: 1) { "\(Int(($0 * 100).rounded())) %" }

    // MARK: Marks

    /// A line over the bins, broken where there is nothing to say.
    func line(
        _ style: String,
        isDashed: Bool = false,
        in frame: PlotFrame,
        bins: [PolicyRun.Bin],
        _ value: (PolicyRun.Bin) -> Double?
    ) -> String {
        var pieces: [[(x: Double, y: Double)]] = [[]]
        for bin in bins {
            if let value = value(bin) {
                pieces[pieces.count - 1].append((bin.middle, value))
            } else if pieces.last?.isEmpty == false {
                pieces.append([])
            }
        }
        return
            pieces.map { PlotSeries(name: "", style: style, isDashed: isDashed, points: $0).drawing(in: frame) }
            .joined()
    }

    /// An area under a value of each bin.
    func area(
        _ style: String,
        in frame: PlotFrame,
        bins: [PolicyRun.Bin],
        _ value: (PolicyRun.Bin) -> Double
    ) -> String {
        PlotStack(styles: [style], bins: bins.map { ($0.fromSeconds, $0.toSeconds, [value($0)]) }).drawing(in: frame)
    }

    /// Several peaks in a line: the time once where it is the same, and no more than fit.
    static func list(_ peaks: [(text: String, when: String)]) -> String {
        let shown = peaks.prefix(4)
        let more = peaks.count > shown.count ? " and \(peaks.count - shown.count) more" : ""
        if shown.count > 1, let when = shown.first?.when, shown.allSatisfy({ $0.when == when }) {
            return "\(shown.map(\.text).joined(separator: ", ")) (each at \(when))\(more)"
        }
        return shown.map { "\($0.text) (\($0.when))" }.joined(separator: ", ") + more
    }

    /// Where a value is greatest, and when.
    func peak(_ value: (PolicyRun.Bin) -> Double?) -> (value: Double, when: String)? {
        var best: (value: Double, at: Double)?
        for bin in run.series {
            if let value = value(bin), value > best?.value ?? -.infinity { best = (value, bin.fromSeconds) }
        }
        return best.map { ($0.value, clock.text(at: $0.at)) }
    }
}

extension PolicyRun.Bin {
    var middle: Double { (fromSeconds + toSeconds) / 2 }
    /// Never nothing, so that rates can be taken.
    var length: Double { max(toSeconds - fromSeconds, 1e-6) }

    /// Of all plans, a second.
    func rate(_ count: (PolicyRun.PlanBin) -> Int) -> Double { Double(plans.map(count).reduce(0, +)) / length }
    /// Of one plan, a second.
    func rate(ofPlan index: Int, _ count: (PolicyRun.PlanBin) -> Int) -> Double {
        index < plans.count ? Double(count(plans[index])) / length : 0
    }
}

/// Neighbouring bins put together, for drawings that have no room for all. Waits and qualities of the parts are dropped:
/// they cannot be added.
enum LabBins {
    static func merged(_ bins: [PolicyRun.Bin], most: Int) -> [PolicyRun.Bin] {
        let width = max(1, (bins.count + most - 1) / most)
        return stride(from: 0, to: bins.count, by: width).map { start in
            let parts = bins[start..<min(bins.count, start + width)]
            return parts.dropFirst().reduce(into: bins[start]) { $0.add($1) }
        }
    }
}

extension PolicyRun.Bin {
    fileprivate mutating func add(_ later: PolicyRun.Bin) {
        toSeconds = later.toSeconds
        signUps += later.signUps
        waiting = later.waiting
        for index in plans.indices where index < later.plans.count { plans[index].add(later.plans[index]) }
        pools = later.pools
    }
}

extension PolicyRun.PlanBin {
    fileprivate mutating func add(_ later: PolicyRun.PlanBin) {
        asked += later.asked
        delivered += later.delivered
        refused += later.refused
        deferred += later.deferred
        gaveUp += later.gaveUp
        p50 = nil
        p99 = nil
        quality = nil
        for index in rungs.indices where index < later.rungs.count { rungs[index] += later.rungs[index] }
    }
}
