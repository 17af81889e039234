/// Axes of waits that may be anything from milliseconds to days.
extension PlotScale {
    private static let durations: [Tick] = [
        Tick(value: 0.001, label: "1 ms"), Tick(value: 0.01, label: "10 ms"), Tick(value: 0.1, label: "0.1 s"),
        Tick(value: 1, label: "1 s"), Tick(value: 10, label: "10 s"), Tick(value: 60, label: "1 min"),
        Tick(value: 600, label: "10 min"), Tick(value: 3_600, label: "1 h"), Tick(value: 21_600, label: "6 h"),
        Tick(value: 86_400, label: "1 day"), Tick(value: 604_800, label: "7 days"),
    ]

    /// Logarithmic, with marks that people count in.
    package static func duration(of values: [Double]) -> PlotScale {
        let positive = values.filter { $0 > 0 && $0.isFinite }
        let shortest = positive.min() ?? 1
        let longest = positive.max() ?? 10
        let low = durations.lastIndex { $0.value <= shortest } ?? 0
        let high =
            durations.firstIndex { $0.value >= longest && $0.value > durations[low].value } ?? durations.count - 1
        let from = min(low, high - 1)
        return PlotScale(
            domain: durations[from].value...durations[high].value,
            ticks: Array(durations[from...high]),
            isLogarithmic: true
        )
    }
}
