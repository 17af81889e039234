internal import Charts
internal import Testing

@testable import SurgeLoad

@Suite("Axes")
struct PlotScaleTests {
    @Test(
        "A linear axis ends at a round number at or above the maximum",
        arguments: [(0.0, 1e-9), (1, 1), (7, 8), (10, 10), (34, 40), (101, 150)]
    )
    func linear(maximum: Double, end: Double) {
        let scale = PlotScale.linear(maximum: maximum)
        #expect(scale.domain.upperBound >= maximum)
        #expect(abs(scale.domain.upperBound - end) <= end * 1e-9)
        #expect((2...6).contains(scale.ticks.count))
    }

    @Test("A logarithmic axis gives every factor of ten the same room", arguments: [0.03, 0.3, 3])
    func logarithmic(value: Double) {
        let scale = PlotScale.logarithmic(of: [0.012, 4_000])
        #expect(scale.domain == 0.01...5_000)
        #expect(abs(scale.share(value * 10) - scale.share(value) - 1 / 5.699) < 0.001)
        #expect(scale.share(0) == 0)
        #expect(scale.share(1e9) == 1)
    }

    @Test("Axes of nothing are still axes")
    func empty() {
        #expect(PlotScale.logarithmic(of: []).ticks.count > 1)
        #expect(PlotScale.logarithmic(of: [5, 5]).ticks.count > 1)
        #expect(PlotScale.time(seconds: 0).domain.upperBound > 0)
    }

    @Test("An hour has no more bins than a minute")
    func bins() {
        let seconds = (0..<3_600).map {
            LoadReport.Second(second: $0, offered: 1, delivered: 2, refused: 3, waiting: $0, rungs: ["a": 1])
        }
        let bins = TimeBins(seconds, most: 120).bins
        #expect(bins.count == 120)
        #expect(bins.allSatisfy { $0.offered == 30 && $0.delivered == 60 && $0.refused == 90 && $0.rungs == ["a": 30] })
        #expect(bins.last?.waiting == 3_599)
    }
}
