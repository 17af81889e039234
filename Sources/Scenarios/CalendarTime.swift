/// A moment as `2025-03-25T18:00:00Z`, in seconds since 1970 (UTC).
package struct CalendarTime: Hashable, Sendable {
    package var unixSeconds: Int64

    package init(unixSeconds: Int64) {
        self.unixSeconds = unixSeconds
    }

    /// - Parameter text: `2025-03-25`, `2025-03-25T18:00Z` or `2025-03-25T18:00:00Z`. - Returns: nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2],
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), parts.count <= 2
        else { return nil }
        var seconds = 0
        if parts.count == 2 {
            guard parts[1].hasSuffix("Z") else { return nil }
            let clock = parts[1].dropLast().split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard (2...3).contains(clock.count), let hour = clock[0], let minute = clock[1],
                let second = clock.count == 3 ? clock[2] : 0,
                (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
            else { return nil }
            seconds = hour * 3_600 + minute * 60 + second
        }
        unixSeconds = Int64(Self.days(year, month, day) * 86_400 + seconds)
    }

    /// Days from 1970-01-01 in the Gregorian calendar; years begin in March, so that leap days come last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}

extension CalendarTime: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = CalendarTime(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "is no moment like \"2025-03-25T18:00:00Z\""
            )
        }
        self = time
    }
}
