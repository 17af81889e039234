import Foundation
import Testing

@testable import Inference

@Suite("Grids and samplers")
struct SamplerTests {
    /// Follows a field that is known in closed form from 0 to 1.
    private func follow(
        _ sampler: FlowDescription.Sampler,
        steps: Int,
        shift: Double = 1,
        from start: Float = 1,
        _ field: (Float, Float) -> Float
    ) -> Float {
        let grid = StepGrid(stepCount: steps, shift: shift)
        var latent = [start]
        for step in 0..<steps {
            var question = SamplerStep(sampler, grid: grid, step: step, latent: latent, tellsSpan: false)
            asking: while true {
                switch question.advance(question.point.latent.map { field($0, question.point.time) }) {
                case .asks(let next): question = next
                case .ends(let outcome):
                    latent = outcome.latent
                    break asking
                }
            }
        }
        return latent[0]
    }

    @Test("A grid runs from 0 to exactly 1, evenly without a shift, denser near the noise with one")
    func makesGrids() {
        let even = StepGrid(stepCount: 4, shift: 1)
        #expect((0...4).map(even.time) == [0, 0.25, 0.5, 0.75, 1])
        #expect(even.span(2) == 0.25)
        let shifted = StepGrid(stepCount: 4, shift: 3)
        #expect(abs(shifted.time(1) - 0.1) < 1e-12)
        #expect(abs(shifted.time(2) - 0.25) < 1e-12)
        #expect(shifted.time(0) == 0 && shifted.time(4) == 1)
    }

    @Test("A photo begins at the first step that leaves no more than the strength, and at least one step is made")
    func beginsWithStrength() {
        let grid = StepGrid(stepCount: 8, shift: 1)
        #expect(grid.firstStep(strength: 1) == 0)
        #expect(grid.firstStep(strength: 0.5) == 4)
        #expect(grid.firstStep(strength: 0.49) == 5)
        #expect(grid.firstStep(strength: 0.0001) == 7)
        #expect(StepGrid(stepCount: 1, shift: 1).firstStep(strength: 0.2) == 0)
    }

    @Test("A straight path is followed exactly by both, however few the steps", arguments: [1, 2, 7])
    func followsLines(steps: Int) {
        for sampler in FlowDescription.Sampler.allCases {
            #expect(abs(follow(sampler, steps: steps, shift: 2, from: 1) { _, _ in 2.5 } - 3.5) < 1e-5)
        }
    }

    @Test("Euler's steps shrink a decaying value by 1-h each, Heun's by 1-h+h²/2, and its last as Euler's")
    func matchesClosedForms() {
        let length: Float = 0.1
        let euler = pow(1 - length, 10)
        #expect(abs(follow(.euler, steps: 10) { value, _ in -value } - euler) < 1e-6)
        let heun = pow(1 - length + length * length / 2, 9) * (1 - length)
        #expect(abs(follow(.heun, steps: 10) { value, _ in -value } - heun) < 1e-6)
    }

    @Test("The order shows: twice the steps halve Euler's error and do better for Heun's")
    func hasOrder() {
        // A field that is still at the end, so that the last step, which is Euler's, adds next to nothing.
        func error(_ sampler: FlowDescription.Sampler, _ steps: Int) -> Float {
            abs(follow(sampler, steps: steps) { value, time in -value * (1 - time) * (1 - time) } - exp(-1 / 3))
        }
        let euler = error(.euler, 10) / error(.euler, 20)
        let heun = error(.heun, 10) / error(.heun, 20)
        #expect(1.8 < euler && euler < 2.2)
        #expect(heun > 3.4)
        #expect(error(.heun, 10) < error(.euler, 10) / 10)
    }

    @Test("Only a network that wants to know hears how far a step goes")
    func tellsSpan() {
        let grid = StepGrid(stepCount: 4, shift: 1)
        for (tells, span) in [(true, Float(0.25)), (false, 0)] {
            let first = SamplerStep(.heun, grid: grid, step: 1, latent: [0], tellsSpan: tells)
            #expect(first.point.span == span && first.point.time == 0.25)
            guard case .asks(let second) = first.advance([2]) else {
                Issue.record("Heun asks twice")
                return
            }
            #expect(second.point.span == span && second.point.time == 0.5 && second.point.latent == [0.5])
        }
    }

    @Test("Guidance goes from what the network paints of anything through what it paints of this")
    func guides() {
        let guidance = Guidance(scale: 3)
        #expect(guidance.rows == 2)
        #expect(guidance.combined(empty: [1, 0], conditional: [2, -1]) == [4, -3])
        #expect(Guidance(scale: 1).rows == 1)
        #expect(Guidance(scale: 0).combined(empty: [1, 0], conditional: [2, -1]) == [1, 0])
    }
}
