/// Axes of clock time.
extension PlotScale {
    private static let calendarSteps: [Double] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
        604_800,
        1_209_600, 2_419_200,
    ]

    /// The time of a day, with ticks at round times of the clock; where there are several days, midnights name them.
    package static func calendar(_ day: DayClock, mostTicks: Int = 9) -> PlotScale {
        let step =
            calendarSteps.first { day.durationSeconds / $0 <= Double(mostTicks) }
            ?? (day.durationSeconds / Double(mostTicks)).rounded(.up)
        let first = (day.midnightToStart / step - 1e-9).rounded(.up) * step - day.midnightToStart
        // A label at the very end would stand half outside, and name a day that is not shown.
        let end = day.durationSeconds - step / 8
        let ticks = stride(from: max(0, first), to: end, by: step).map { Tick(value: $0, label: label($0, day)) }
        return PlotScale(domain: 0...day.durationSeconds, ticks: ticks, isLogarithmic: false)
    }

    private static func label(_ seconds: Double, _ day: DayClock) -> String {
        let intoDay = day.sinceMidnight(seconds).truncatingRemainder(dividingBy: 86_400)
        return day.namesDays && intoDay < 0.5 ? day.dayName(at: seconds) : day.clock(at: seconds)
    }
}
