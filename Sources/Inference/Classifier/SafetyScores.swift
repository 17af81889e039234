/// What the safety network sees in a picture.
///
/// Three classes share 1: sexual, graphic, and everything else. Plain pictures have about 0.03 in each of the first two, not 0.
public struct SafetyScores: Hashable, Sendable {
    /// Pornographic or highly suggestive, 0...1.
    public let sexual: Double
    /// Gore, 0...1. The network's authors had few examples of it.
    public let graphic: Double

    public init(sexual: Double, graphic: Double) {
        self.sexual = sexual
        self.graphic = graphic
    }
}
