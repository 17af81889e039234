import Foundation
import Testing

@testable import Scenarios

@Suite("Portable mathematics")
struct PortableMathTests {
    @Test("Logarithms and powers of e agree with the system's to the last few bits")
    func agrees() {
        var random = RandomStream(seed: 11)
        for _ in 0..<20_000 {
            let unit = random.unit() + 1e-12
            #expect(abs(PortableMath.log(unit) - log(unit)) <= 2e-15 * max(1, abs(log(unit))))
            let power = (random.unit() - 0.5) * 200
            #expect(abs(PortableMath.exp(power) / exp(power) - 1) < 4e-14)
        }
    }

    @Test("The bits are the same on every machine")
    func bits() {
        #expect(PortableMath.log(0.3).bitPattern == 0xBFF3_4378_FCBD_A720)
        #expect(PortableMath.exp(1).bitPattern == 0x4005_BF0A_8B14_576A)
        #expect(PortableMath.exp(-0.25).bitPattern == 0x3FE8_EBEF_9EAC_820B)
    }

    @Test("Far ends are an end, and no trap")
    func ends() {
        #expect(PortableMath.exp(-1e9) == 0)
        #expect(PortableMath.exp(1e9) == .infinity)
        #expect(PortableMath.log(1) == 0)
    }
}
