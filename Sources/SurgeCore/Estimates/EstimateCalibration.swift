/// Turns a predicted wait into an interval that holds as often as it says.
///
/// For each plan and order of magnitude, the share of actual to predicted time is followed at two quantiles by stochastic
/// approximation: a bound that held moves in a little, one that did not moves out a lot, in the ratio that makes the
/// aimed-at share of outcomes fall inside, whatever their distribution (Gibbs and Candès, "Adaptive conformal inference
/// under distribution shift", NeurIPS 2021).
struct EstimateCalibration: Sendable, Codable {
    private struct Bounds: Sendable, Codable {
        var low = 0.5
        var high = 2.0
    }

    /// How much of the outcomes is aimed to fall below the interval, and above it. Outcomes are heard of late, after the wait
    /// itself, and in a surge the next waits are longer: the aim is higher than the nine of ten that are promised.
    private static let missShare = 0.03
    private static let step = 0.12
    private static let classCount = 12

    private var bounds: [Bounds]
    /// Outcomes, and those that fell inside the interval that their owner was told.
    private(set) var outcomes: [Int]
    private(set) var insides: [Int]

    init(planCount: Int) {
        bounds = Array(repeating: Bounds(), count: planCount * Self.classCount)
        outcomes = Array(repeating: 0, count: planCount)
        insides = Array(repeating: 0, count: planCount)
    }

    /// 0 for less than a quarter of a second, one more for each doubling.
    private static func magnitude(_ seconds: Double) -> Int {
        seconds < 0.25 ? 0 : min(classCount - 4, Int(seconds.exponent)) + 3
    }

    func interval(plan: PlanIndex, predictedSeconds: Double) -> Estimate {
        let bounds = bounds[plan * Self.classCount + Self.magnitude(predictedSeconds)]
        return Estimate(lowSeconds: predictedSeconds * bounds.low, highSeconds: predictedSeconds * bounds.high)
    }

    mutating func learn(plan: PlanIndex, predictedSeconds: Double, actualSeconds: Double, told: Estimate) {
        outcomes[plan] += 1
        if told.lowSeconds <= actualSeconds, actualSeconds <= told.highSeconds { insides[plan] += 1 }
        guard predictedSeconds > 0 else { return }
        let index = plan * Self.classCount + Self.magnitude(predictedSeconds)
        let ratio = actualSeconds / predictedSeconds
        let inward = Self.step * Self.missShare
        let outward = Self.step * (1 - Self.missShare)
        let high = bounds[index].high * (ratio > bounds[index].high ? 1 + outward : 1 - inward)
        let low = bounds[index].low * (ratio < bounds[index].low ? 1 - outward : 1 + inward)
        bounds[index].high = min(max(high, 1.02), 20)
        bounds[index].low = min(max(low, 0.02), 0.98)
    }
}
