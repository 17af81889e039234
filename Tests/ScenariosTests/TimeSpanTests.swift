import Testing

@testable import Scenarios

@Suite("Lengths of time and moments")
struct TimeSpanTests {
    @Test(
        "Spans are read as people write them",
        arguments: [
            ("90", 90), ("90s", 90), ("20min", 1_200), ("1h30min", 5_400), ("2d 6h", 194_400), ("250ms", 0.25),
            ("0.5h", 1_800), ("1w", 604_800), ("0s", 0),
        ]
    )
    func reads(text: String, seconds: Double) {
        #expect(TimeSpan(text)?.seconds == seconds)
    }

    @Test("What is no span is none", arguments: ["", "s", "min5", "5 parsecs", "1h30", "--1s", "1e999d", "."])
    func refuses(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test(
        "Moments are read to the second",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2025-03-26T00:00:00Z", 1_742_947_200), ("2000-02-29T12:30Z", 951_827_400),
            ("2025-06-03", 1_748_908_800),
        ]
    )
    func moments(text: String, seconds: Int64) {
        #expect(CalendarTime(text)?.unixSeconds == seconds)
    }

    @Test(
        "What is no moment is none",
        arguments: ["", "now", "2025-13-01", "2025-03-26T25:00Z", "2025-03-26T10:00", "T"]
    )
    func noMoment(text: String) {
        #expect(CalendarTime(text) == nil)
    }
}
