internal import Charts

/// How hard the devices worked, and how hot they got.
extension LabPlots {
    var fleet: PageSection {
        PageSection(
            title: "The fleet",
            figures: [
                busy, devices, heat, throttling, PageFigure(title: "Pools", tables: [LabTables.pools(report, run)]),
            ]
        )
    }

    /// A line for each pool, if there is anything to see.
    private func figure(
        _ title: String,
        unit: String,
        y: PlotScale?,
        caption: String,
        solid: (PolicyRun.PoolBin) -> Double?,
        dashed: ((PolicyRun.PoolBin) -> Double?)? = nil,
        names: (solid: String, dashed: String) = ("", "")
    ) -> PageFigure {
        guard let y, !pools.isEmpty, !run.series.isEmpty else { return PageFigure(title: "") }
        let frame = frame(.whole, height: 170, y: y, unit: unit, "\(title) over time, by pool")
        func lines(_ value: (PolicyRun.PoolBin) -> Double?, _ isDashed: Bool) -> String {
            pools.map { pool in
                line("s\(pool.index % 8)", isDashed: isDashed, in: frame, bins: run.series) { bin in
                    pool.index < bin.pools.count ? value(bin.pools[pool.index]) : nil
                }
            }
            .joined()
        }
        let drawing = lines(solid, false) + (dashed.map { lines($0, true) } ?? "")
        let kinds = dashed == nil ? [] : [(names.solid, "plain"), (names.dashed, "plain dashed")]
        return PageFigure(
            title: title,
            caption: caption,
            legend: pools.map { ($0.name, "s\($0.index % 8)") } + kinds,
            panels: [.init(drawing: frame.drawing(drawing))]
        )
    }

    private func most(_ value: (PolicyRun.PoolBin) -> Double) -> Double {
        run.series.flatMap { $0.pools.map(value) }.filter(\.isFinite).max() ?? 0
    }

    private var busy: PageFigure {
        let parts = run.pools.map { "\($0.name) \(NumberText.percent($0.busyShare))" }
        return figure(
            "Busy",
            unit: "of the time that devices were up",
            y: Self.shares,
            caption: "Busy over the whole day: \(parts.joined(separator: ", ")).",
            solid: \.busyShare
        )
    }

    private var devices: PageFigure {
        let top = most { Double($0.devices) }
        let failures = run.pools.map(\.failures).reduce(0, +)
        let most = run.pools.map { "\($0.name) \(NumberText.count($0.mostDevices))" }
        let lost =
            failures == 0 ? "None failed." : failures == 1 ? "One failed." : "\(NumberText.count(failures)) failed."
        return figure(
            "Devices up",
            unit: "devices",
            y: top > 0 ? Self.counts(top) : nil,
            caption: "Most at a time: \(most.joined(separator: ", ")). \(lost)",
            solid: { Double($0.devices) }
        )
    }

    private var heat: PageFigure {
        let top = most(\.hottestCelsius)
        let hottest = run.pools.max { $0.hottestCelsius < $1.hottestCelsius }
        let caption = hottest.map {
            "The hottest device, in \($0.name), reached \(NumberText.decimal($0.hottestCelsius, 0)) °C."
        }
        return figure(
            "Temperature",
            unit: "°C",
            y: top > 0 ? Self.counts(top) : nil,
            caption: caption ?? "",
            // No device up: no temperature.
            solid: { $0.devices > 0 && $0.meanCelsius > 0 ? $0.meanCelsius : nil },
            dashed: { $0.devices > 0 && $0.hottestCelsius > 0 ? $0.hottestCelsius : nil },
            names: ("mean", "hottest device")
        )
    }

    private var throttling: PageFigure {
        let top = most(\.throttled)
        let parts = run.pools.map { "\($0.name) \(NumberText.percent($0.throttledShare))" }
        return figure(
            "Speed lost to heat",
            unit: "of full speed",
            y: top > 0 ? .linear(maximum: top) { NumberText.percentShort($0) } : nil,
            caption: "Slowed by heat, of the busy time: \(parts.joined(separator: ", ")).",
            solid: \.throttled
        )
    }
}
