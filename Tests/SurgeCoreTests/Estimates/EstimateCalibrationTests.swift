import TestKit
import Testing

@testable import SurgeCore

@Suite("The calibration of estimates")
struct EstimateCalibrationTests {
    enum Shape: CaseIterable {
        case even
        case skewed
        case tooShort
        case tooLong
        case twoHumps

        /// Actual over predicted time.
        func ratio(_ random: inout SeededGenerator) -> Double {
            let share = Double.random(in: 0..<1, using: &random)
            return switch self {
            case .even: 0.5 + share
            case .skewed: 0.3 / (1.05 - share)
            case .tooShort: 3 + share
            case .tooLong: 0.1 + 0.1 * share
            case .twoHumps: share < 0.5 ? 0.6 + share * 0.1 : 2 + share * 0.1
            }
        }
    }

    @Test("Nine in ten outcomes fall inside, whatever their distribution", arguments: Shape.allCases)
    func covers(shape: Shape) {
        var random = SeededGenerator(seed: 11)
        var calibration = EstimateCalibration(planCount: 1)
        func learn(_ count: Int) {
            for _ in 0..<count {
                let predicted = Double.random(in: 4..<8, using: &random)
                let told = calibration.interval(plan: 0, predictedSeconds: predicted)
                let actual = predicted * shape.ratio(&random)
                calibration.learn(plan: 0, predictedSeconds: predicted, actualSeconds: actual, told: told)
            }
        }
        learn(2_000)
        let (outcomes, insides) = (calibration.outcomes[0], calibration.insides[0])
        learn(10_000)
        let coverage = Double(calibration.insides[0] - insides) / Double(calibration.outcomes[0] - outcomes)
        #expect(coverage >= 0.88)
    }

    @Test("An interval is one, for every prediction", arguments: [0, 1e-9, 0.2, 0.25, 1, 1e4, 1e300, .infinity])
    func isOrdered(seconds: Double) {
        let estimate = EstimateCalibration(planCount: 2).interval(plan: 1, predictedSeconds: seconds)
        #expect(estimate.lowSeconds <= estimate.highSeconds)
    }
}
