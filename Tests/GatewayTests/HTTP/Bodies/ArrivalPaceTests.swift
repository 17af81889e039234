import Testing

@testable import Gateway

@Suite("How fast a body must arrive")
struct ArrivalPaceTests {
    private func pace(seconds: Double = 100) -> ArrivalPace {
        ArrivalPace(limits: ArrivalPace.Limits(seconds: seconds, graceSeconds: 10, bytesPerSecond: 100))
    }

    @Test("The whole has a deadline, however much of it came")
    func deadline() {
        var pace = pace()
        pace.count(1_000_000)
        pace.beginWaiting(at: 1_000)
        #expect(!pace.isTooSlow(at: 1_100))
        #expect(pace.isTooSlow(at: 1_100.1))
    }

    @Test("After the grace there is a least rate")
    func rate() {
        var pace = pace()
        pace.beginWaiting(at: 0)
        #expect(!pace.isTooSlow(at: 10))
        #expect(pace.isTooSlow(at: 10.1))
        pace.endWaiting(at: 10)
        pace.count(1_000)
        pace.beginWaiting(at: 10)
        #expect(!pace.isTooSlow(at: 19.9))
        #expect(pace.isTooSlow(at: 20.1))
    }

    @Test("Time that the server takes for itself does not count")
    func ownTime() {
        var pace = pace(seconds: 10)
        for second in 0..<10 {
            pace.beginWaiting(at: Double(second) * 1_000)
            pace.endWaiting(at: Double(second) * 1_000 + 0.9)
            pace.count(1)
        }
        #expect(!pace.isTooSlow(at: 1_000_000))
    }

    @Test("What nobody needs has less time from then on")
    func hurries() {
        var pace = pace()
        pace.beginWaiting(at: 0)
        pace.endWaiting(at: 5)
        pace.hurry(atMost: 1)
        pace.beginWaiting(at: 50)
        #expect(!pace.isTooSlow(at: 50.9))
        #expect(pace.isTooSlow(at: 51.1))
    }

    @Test("A body may come in small pieces, but not in a million crumbs")
    func crumbs() {
        var pace = pace()
        for _ in 0..<20_000 { pace.count(1) }
        #expect(!pace.hasTooManyPieces)
        for _ in 0..<20_000 { pace.count(1_000) }
        #expect(!pace.hasTooManyPieces)
        for _ in 0..<200_000 { pace.count(1) }
        #expect(pace.hasTooManyPieces)
    }
}
