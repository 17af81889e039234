import Scenarios
import Testing

@testable import SurgeLab

@Suite("Counting waits")
struct LatencyHistogramTests {
    @Test("Quantiles are exact to about one part in a hundred")
    func quantiles() {
        var waits = WaitHistogram()
        var random = RandomStream(seed: 5)
        var exact: [Int64] = []
        for _ in 0..<20_000 {
            let wait = Int64(-PortableMath.log(1 - random.unit()) * 3_000_000)
            waits.record(wait)
            exact.append(wait)
        }
        exact.sort()
        for share in [0.01, 0.5, 0.9, 0.99, 0.999] {
            let wanted = Double(exact[Int(share * 20_000) - 1]) / 1_000_000
            #expect(abs((waits.quantile(share) ?? 0) / wanted - 1) < 0.016)
        }
        #expect(waits.maximum == exact.last.map { Double($0) / 1_000_000 })
    }

    @Test("Parts add up to the whole in any order")
    func merging() {
        var (all, first, second) = (WaitHistogram(), WaitHistogram(), WaitHistogram())
        for wait in stride(from: Int64(1), to: 5_000_000, by: 777) {
            all.record(wait)
            if wait.isMultiple(of: 2) { first.record(wait) } else { second.record(wait) }
        }
        var (left, right) = (first, second)
        left.merge(second)
        right.merge(first)
        #expect(left == all)
        #expect(right == all)
    }

    @Test("Waits below nothing and beyond all bounds are counted, and none is none")
    func ends() {
        var waits = WaitHistogram()
        #expect(waits.quantile(0.5) == nil)
        waits.record(-5)
        waits.record(.max)
        #expect(waits.count == 2)
        #expect((waits.quantile(0.25) ?? 1) < 2e-6)
    }
}
