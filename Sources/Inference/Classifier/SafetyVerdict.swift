/// What is to be done with a picture for what it shows.
public enum SafetyVerdict: Hashable, Sendable {
    case clear
    /// A person has to look at it first.
    case review(SafetyFinding)
    case refused(SafetyFinding)
}

/// What a picture seems to show.
public struct SafetyFinding: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Pornographic or highly suggestive.
        case sexual
        /// Gore.
        case graphic
    }

    public let kind: Kind
    /// 0...1; not a number when the score that was judged was not.
    public let score: Double

    public init(kind: Kind, score: Double) {
        self.kind = kind
        self.score = score
    }

    /// A sentence for the person whose picture it is. It has no score: that would help to search for a way around.
    public var message: String {
        switch kind {
        case .sexual: "The picture seems to show nudity or sexual content."
        case .graphic: "The picture seems to show gore."
        }
    }
}
