/// What a service does about pictures that are not safe to show.
public struct SafetyPolicy: Hashable, Sendable {
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Refuses what is certain, holds what is doubtful.
        case refuse
        /// Refuses nothing, holds both.
        case review
        /// Does not look.
        case off
    }

    /// On: refuses and holds at the standard thresholds.
    public static let standard = SafetyPolicy(mode: .refuse, thresholds: .standard)

    public let mode: Mode
    public let thresholds: SafetyThresholds

    public init(mode: Mode, thresholds: SafetyThresholds) {
        self.mode = mode
        self.thresholds = thresholds
    }

    /// The verdict on a picture by its scores, each 0...1. What is not a number counts as the worst.
    public func verdict(sexual: Double, graphic: Double) -> SafetyVerdict {
        guard mode != .off else { return .clear }
        let findings = [SafetyFinding(kind: .sexual, score: sexual), SafetyFinding(kind: .graphic, score: graphic)]
        let worst = findings.max { second, first in !second.score.isNaN && !(first.score <= second.score) }
        guard let worst, !(worst.score < thresholds.review) else { return .clear }
        return mode == .refuse && !(worst.score < thresholds.refuse) ? .refused(worst) : .review(worst)
    }
}
