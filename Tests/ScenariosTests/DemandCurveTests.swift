import Testing

@testable import Scenarios

@Suite("Demand over a day")
struct DemandCurveTests {
    private func sum(_ rates: [Double], _ seconds: Double) -> Double {
        rates.reduce(0, +) * seconds / Double(rates.count)
    }

    @Test("A total is spread over the day, whatever its shape", arguments: ["flat", "evening", "office"])
    func total(hours: String) throws {
        var curve = DemandCurve(total: 70_000)
        curve.hours = try #require(DemandCurve.namedHours[hours])
        curve.trend = [.init(at: 0, level: 0.2), .init(at: 43_200, level: 3)]
        let rates = curve.rates(count: 4_096, durationSeconds: 86_400, startsAt: 0, zoneHours: 5.5)
        #expect(abs(sum(rates, 86_400) - 70_000) < 0.01)
        #expect(rates.allSatisfy { $0 >= 0 })
    }

    @Test("Evening comes earlier where clocks are ahead")
    func zones() throws {
        var curve = DemandCurve(perSecond: 1)
        curve.hours = try #require(DemandCurve.namedHours["evening"])
        func peak(_ zone: Double) -> Int {
            let rates = curve.rates(count: 24, durationSeconds: 86_400, startsAt: 0, zoneHours: zone)
            return rates.indices.max { rates[$0] < rates[$1] } ?? -1
        }
        #expect(peak(0) == 21)
        #expect(peak(6) == 15)
        #expect(peak(-3) == 0)
    }

    @Test("A burst adds what it says, also when it begins between two stretches")
    func bursts() {
        var curve = DemandCurve(perSecond: 1)
        curve.bursts = [.init(at: 1_003, lasts: 600, total: 5_000), .init(at: 50, lasts: 100, times: 3)]
        let rates = curve.rates(count: 100, durationSeconds: 10_000, startsAt: 0, zoneHours: 0)
        #expect(abs(sum(rates, 10_000) - (10_000 + 5_000 + 200)) < 1)
    }
}
