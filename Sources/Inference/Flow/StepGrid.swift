/// The moments between noise (0) and picture (1) at which a picture's steps begin.
struct StepGrid: Hashable, Sendable {
    let stepCount: Int
    /// 1: equal steps; more spends more of them near the noise.
    let shift: Double

    /// When step `index` begins; that of `stepCount` is the end, exactly 1.
    func time(_ index: Int) -> Double {
        let even = Double(index) / Double(stepCount)
        return even / (even + shift * (1 - even))
    }

    /// How far step `index` goes.
    func span(_ index: Int) -> Double { time(index + 1) - time(index) }

    /// The step that a photo begins at, the first that leaves at most `strength` of the way. At least one step remains:
    /// a picture that came back as it was sent would look like a fault.
    func firstStep(strength: Double) -> Int {
        let first = (0..<stepCount).first { time($0) >= 1 - strength }
        return first ?? stepCount - 1
    }
}
