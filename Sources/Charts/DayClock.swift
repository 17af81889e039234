/// What clock and calendar say at a time of a simulated or recorded day, in UTC. Without Foundation, so that it says the
/// same on every machine.
package struct DayClock: Hashable, Sendable {
    private static let day = 86_400
    /// A length up to which the hour alone says which day is meant.
    private static let longestOfOneDay = 100_000.0

    /// Unix seconds.
    package let startsAt: Double
    package let durationSeconds: Double

    package init(startsAt: Double, durationSeconds: Double) {
        self.startsAt = startsAt.isFinite && abs(startsAt) < 1e12 ? startsAt : 0
        self.durationSeconds = durationSeconds.isFinite ? min(max(durationSeconds, 1), 1e10) : 1
    }

    package var namesDays: Bool { durationSeconds > Self.longestOfOneDay }

    /// Seconds from the last midnight before the start to a time that counts from the start.
    package func sinceMidnight(_ seconds: Double) -> Double { midnightToStart + seconds }

    package var midnightToStart: Double {
        startsAt - (startsAt / Double(Self.day)).rounded(.down) * Double(Self.day)
    }

    /// `18:05`, or `day 3, 18:00` where there are several.
    package func text(at seconds: Double) -> String {
        namesDays ? "\(dayName(at: seconds)), \(clock(at: seconds))" : clock(at: seconds)
    }

    /// The day of the start is day 1.
    package func dayName(at seconds: Double) -> String { "day \(whole(seconds) / Self.day + 1)" }

    package func clock(at seconds: Double) -> String {
        let second = whole(seconds) % Self.day
        let text = "\(Self.two(second / 3_600)):\(Self.two(second / 60 % 60))"
        return durationSeconds < 600 ? "\(text):\(Self.two(second % 60))" : text
    }

    /// `2025-03-26`, of the start.
    package var date: String {
        let (year, month, day) = Self.civil(Int((startsAt / Double(Self.day)).rounded(.down)))
        return "\(year)-\(Self.two(month))-\(Self.two(day))"
    }

    private func whole(_ seconds: Double) -> Int { max(0, Int((sinceMidnight(seconds) + 0.5).rounded(.down))) }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// Days since 1970 as a date of the Gregorian calendar. Years are taken to begin in March, so that the leap day is the
    /// last one and months keep their lengths.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let fromMarchOfYear0 = days + 719_468
        let era = (fromMarchOfYear0 >= 0 ? fromMarchOfYear0 : fromMarchOfYear0 - 146_096) / 146_097
        let dayOfEra = fromMarchOfYear0 - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
