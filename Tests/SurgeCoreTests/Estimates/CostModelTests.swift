import Testing

@testable import SurgeCore

@Suite("The cost model")
struct CostModelTests {
    @Test("Before anything was measured it says what the manifest says")
    func startsWithTheManifest() {
        let model = CostModel(rungCosts: [[0.1, 0.4]])
        #expect(model.seconds(0, 1, size: 2, batch: 1) == 0.8)
    }

    @Test("It learns what a rung takes, and lends it to those never measured", arguments: [0.25, 1, 3])
    func learns(factor: Double) {
        var model = CostModel(rungCosts: [[0.1, 0.4]])
        var speed = 1.0
        for _ in 0..<200 {
            speed = model.learn(0, 1, size: 1, batch: 2, measuredSeconds: 0.4 * factor * speed, speed: speed)
        }
        #expect(abs(model.seconds(0, 1, size: 1, batch: 2) * speed - 0.4 * factor) < 0.02 * factor)
        #expect(abs(model.seconds(0, 1, size: 1, batch: 7) - model.seconds(0, 1, size: 1, batch: 2)) < 1e-9)
        #expect(abs(model.seconds(0, 0, size: 1, batch: 1) - 0.1 * factor) < 0.02 * factor)
    }

    @Test("A worker that slows down changes its speed, and not what a rung is thought to cost")
    func tellsSpeedFromCost() {
        var model = CostModel(rungCosts: [[0.1]])
        var speed = 1.0
        for _ in 0..<300 { speed = model.learn(0, 0, size: 1, batch: 1, measuredSeconds: 0.1, speed: speed) }
        for _ in 0..<20 { speed = model.learn(0, 0, size: 1, batch: 1, measuredSeconds: 0.2, speed: speed) }
        #expect(speed > 1.6)
        #expect(model.seconds(0, 0, size: 1, batch: 1) < 0.14)
    }

    @Test("Times that cannot be teach nothing", arguments: [0, -1, .infinity, .nan])
    func ignoresNonsense(seconds: Double) {
        var model = CostModel(rungCosts: [[0.1]])
        #expect(model.learn(0, 0, size: 1, batch: 1, measuredSeconds: seconds, speed: 1.5) == 1.5)
        #expect(model.seconds(0, 0, size: 1, batch: 1) == 0.1)
    }
}
