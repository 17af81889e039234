import Testing

@testable import Inference

@Suite("Noise by counter")
struct FlowNoiseTests {
    @Test(
        "The values are those of the Python recipe",
        arguments: [
            (UInt64(0), [-0.45275775, 0.20776604, 2.650606, -0.49042282, -0.9886041, 1.8721014] as [Float]),
            (UInt64(1), [-0.028249746, -1.0656177, -0.22791952, 0.08309417, 0.10309095, -1.269662]),
            (UInt64.max, [0.40389818, -0.24716993, -1.5578115, 0.7785845, 0.37761974, -0.74491614]),
            (UInt64(20_251_125), [-0.0328828, -0.379450, -0.37116906, 0.47997332, 0.73219353, 0.7999815]),
        ]
    )
    func matchesPython(seed: UInt64, golden: [Float]) {
        for (value, expected) in zip(FlowNoise.values(6, seed: seed), golden) {
            #expect(abs(value - expected) < 1e-6)
        }
    }

    @Test("Each value follows from its place alone: a longer run begins with a shorter one, odd lengths included")
    func dependsOnPlaceAlone() {
        let long = FlowNoise.values(1_001, seed: 9)
        #expect(long.count == 1_001)
        for count in [0, 1, 2, 7, 1_000] { #expect(FlowNoise.values(count, seed: 9) == Array(long.prefix(count))) }
    }

    @Test("The values are spread as a normal distribution")
    func isNormal() {
        let values = FlowNoise.values(40_000, seed: 3).map(Double.init)
        let mean = values.reduce(0, +) / 40_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
        #expect(abs(mean) < 0.02)
        #expect(abs(variance - 1) < 0.03)
        #expect(values.allSatisfy { $0.isFinite })
        let inside = values.count { abs($0) < 1 }
        #expect(abs(Double(inside) / 40_000 - 0.6827) < 0.01)
    }

    @Test("The first picture has the job's seed, the others have their own")
    func givesSeeds() {
        #expect(FlowNoise.seed(ofPicture: 0, job: 7) == 7)
        #expect(FlowNoise.seed(ofPicture: 1, job: 7) == 0xBA3C_A2A6_8A57_C9A4)
        #expect(FlowNoise.seed(ofPicture: 9, job: 7) == 0x532C_3CBE_CB66_C8CB)
        #expect(Set((0..<1_000).map { FlowNoise.seed(ofPicture: $0, job: .max) }).count == 1_000)
    }
}
