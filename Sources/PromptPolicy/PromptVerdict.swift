/// What a policy says about a prompt.
public struct PromptVerdict: Hashable, Sendable {
    public enum Decision: Hashable, Sendable {
        /// The prompt is used as it is.
        case allow
        /// Another prompt is used, which the user is to be shown.
        case rewritten(prompt: String, changes: [PromptChange])
        /// The prompt is used as it is; the sentences go with the picture.
        case labelled([String])
        /// No picture. The sentence is for the user.
        case refused(rule: String, sentence: String)
    }

    public let decision: Decision
    /// Every rule whose name was found, also those under which nothing happens, in the order of the text; for the ledger,
    /// which keeps no prompts.
    public let firedRules: [FiredRule]
    /// The policy that was applied.
    public let policy: String
}

/// A rule that fired, and what it asked for.
public struct FiredRule: Hashable, Codable, Sendable {
    /// Of an opt-out, `opt-out:` and its id.
    public let id: String
    public let kind: RuleKind
    public let action: PolicyAction
}

/// One name that gave way to a description.
public struct PromptChange: Hashable, Sendable {
    public let rule: String
    /// As the user wrote it.
    public let original: String
    public let replacement: String

    /// For the user.
    public var sentence: String { "‘\(original)’ was replaced by ‘\(replacement)’." }
}
