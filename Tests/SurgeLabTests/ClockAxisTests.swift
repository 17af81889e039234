internal import Charts
internal import Testing

@testable import SurgeLab

@Suite("Clock axes and numbers as one says them")
struct ClockAxisTests {
    @Test(
        "Dates of the Gregorian calendar",
        arguments: [
            (0.0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_742_860_800, "2025-03-25"), (-86_400, "1969-12-31"),
            (4_107_542_400, "2100-03-01"),
        ]
    )
    func dates(seconds: Double, date: String) {
        #expect(DayClock(startsAt: seconds, durationSeconds: 60).date == date)
    }

    @Test("The clock says what one needs to know, and no more")
    func clock() {
        let evening = 1_742_860_800 + 17.5 * 3_600
        #expect(DayClock(startsAt: evening, durationSeconds: 300).text(at: 61) == "17:31:01")
        #expect(DayClock(startsAt: evening, durationSeconds: 7_200).text(at: 5_400) == "19:00")
        #expect(DayClock(startsAt: evening, durationSeconds: 604_800).text(at: 23_400) == "day 2, 00:00")
    }

    @Test(
        "Ticks are few, in order, and inside",
        arguments: [0, 1, 90, 600, 3_600, 86_400, 100_000, 259_200, 604_800, 2_592_000, 1e8],
        [0, 1_742_861_813.5]
    )
    func ticks(seconds: Double, start: Double) {
        let day = DayClock(startsAt: start, durationSeconds: seconds)
        let scale = PlotScale.calendar(day)
        #expect(scale.ticks.count <= 10)
        #expect(seconds < 90 || scale.ticks.count > 2)
        #expect(Set(scale.ticks).count == scale.ticks.count)
        #expect(scale.domain == 0...max(1, seconds))
    }

    @Test("Axes of waits reach from the shortest to the longest")
    func durations() {
        for values in [[], [0], [0.0001, 1e7], [3, 3], [1, 1], [40, 4_000]] {
            let scale = PlotScale.duration(of: values)
            #expect(scale.ticks.count > 1)
            #expect(values.allSatisfy { $0 < 0.001 || $0 > 604_800 || scale.domain.contains($0) })
        }
    }

    @Test(
        "Numbers in words",
        arguments: [
            (NumberText.inWords(700_000_000), "700 million"), (NumberText.inWords(7_083_421), "7.08 million"),
            (NumberText.inWords(999_600), "1 million"), (NumberText.inWords(12_449), "12,400"),
            (NumberText.inWords(812), "812"), (NumberText.duration(0.85), "850 ms"),
            (NumberText.duration(59.6), "1 min"),
            (NumberText.duration(200), "3 min 20 s"), (NumberText.duration(7_800), "2 h 10 min"),
            (NumberText.duration(3_599.9), "1 h"), (NumberText.duration(86_400 * 3), "3 days"),
            (NumberText.duration(nil), "-"), (NumberText.money(1.355), "$1.35"),
            (NumberText.money(747_300), "$747,300"),
            (NumberText.axis(5_000, upTo: 15_000), "5 k"), (NumberText.axis(0, upTo: 15_000), "0"),
            (NumberText.axis(0.25, upTo: 1), "0.25"), (NumberText.rate(0.907), "0.91"),
            (NumberText.rate(37.72), "37.7"),
            (NumberText.percent(0.0002), "< 0.1 %"), (NumberText.percent(0.99996), "> 99.9 %"),
            (
                NumberText.keepingUnits("of 98.2 % in 3 min 20 s, day 3"),
                "of 98.2\u{a0}% in 3\u{a0}min\u{a0}20\u{a0}s, day 3"
            ),
        ]
    )
    func words(shown: String, expected: String) {
        #expect(shown == expected)
    }
}
