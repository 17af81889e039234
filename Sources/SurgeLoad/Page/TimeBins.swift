internal import Charts

/// Seconds of a run put together, so that a plot of an hour has no more points than one of a minute.
struct TimeBins: Sendable {
    struct Bin: Hashable, Sendable {
        let fromSeconds: Double
        let toSeconds: Double
        var offered = 0
        var delivered = 0
        var refused = 0
        /// At its end.
        var waiting = 0
        var rungs: [String: Int] = [:]

        var length: Double { toSeconds - fromSeconds }
    }

    let bins: [Bin]

    /// - Parameter most: how many bins there may be.
    init(_ seconds: [LoadReport.Second], most: Int) {
        let width = max(1, (seconds.count + most - 1) / most)
        bins = stride(from: 0, to: seconds.count, by: width).map { start in
            let end = min(seconds.count, start + width)
            var bin = Bin(fromSeconds: Double(start), toSeconds: Double(end))
            for second in seconds[start..<end] {
                bin.offered += second.offered
                bin.delivered += second.delivered
                bin.refused += second.refused
                bin.waiting = second.waiting
                bin.rungs.merge(second.rungs) { $0 + $1 }
            }
            return bin
        }
    }

    /// As a table that fits under a plot.
    var table: ReportTable {
        ReportTable(
            title: "Requests over time",
            header: ["seconds", "offered", "delivered", "refused", "in flight at the end"],
            rows: bins.map { bin in
                [
                    "\(Int(bin.fromSeconds)) to \(Int(bin.toSeconds))", NumberText.count(bin.offered),
                    NumberText.count(bin.delivered), NumberText.count(bin.refused), NumberText.count(bin.waiting),
                ]
            }
        )
    }
}
