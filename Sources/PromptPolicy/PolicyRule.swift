/// One name that a policy knows, in all the forms in which people write it.
public struct PolicyRule: Hashable, Sendable, Identifiable {
    /// Short, stable, in lower case: what the ledger keeps.
    public let id: String
    public let kind: RuleKind
    /// The forms that mean nothing else. The first is the one that sentences use.
    public let names: [String]
    /// Common misspellings that are further from a name than the matcher's own tolerance.
    public let misspelt: [String]
    /// Forms that also mean something else. They fire only beside words of style (of a title, for works and characters)
    /// or together with one of ``companions``.
    public let doubtfulNames: [String]
    /// Words whose presence anywhere in the prompt settles what a doubtful name means.
    public let companions: [String]
    /// Phrases that contain a name and mean something else.
    public let innocentPhrases: [String]
    /// When the person was born.
    public let born: Int?
    /// When the person, or the last maker of the work, died.
    public let died: Int?
    /// Why the rule is there, if its kind does not say it.
    public let reason: String?
    /// The plain description that takes the name's place.
    public let look: String?
    /// What happens under a named policy instead of what it says for the kind.
    public let actionsByPolicy: [String: PolicyAction]
}
