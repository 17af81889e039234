/// A request by an artist or a right holder not to be imitated here, and what became of it.
public struct OptOutEntry: Hashable, Codable, Sendable, Identifiable {
    /// Who asks.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        case artist
        case rightHolder = "right-holder"

        /// The kind of rule whose action applies where a policy decides by kind. Who asks is taken to be alive.
        var ruleKind: RuleKind {
            switch self {
            case .artist: .livingArtist
            case .rightHolder: .studio
            }
        }
    }

    /// What the request covers.
    public enum Scope: String, Codable, CaseIterable, Sendable {
        /// Prompts that use the name for a look.
        case style
        /// Prompts that use the name at all.
        case name
        /// Pictures too close to particular works; prompts are not concerned.
        case works
    }

    public enum State: String, Codable, CaseIterable, Sendable {
        /// Waits for the operator.
        case requested
        /// In force.
        case accepted
        case declined
        /// Taken back by who asked, or by the operator.
        case withdrawn
    }

    public let id: String
    public let kind: Kind
    public let name: String
    /// Other languages' forms, pen names.
    public let otherNames: [String]
    public let scope: Set<Scope>
    /// What the request rests on: who they are, where that can be seen.
    public let evidence: String
    /// The plain description that takes the name's place where a policy rewrites.
    public let look: String?
    public internal(set) var state: State
    /// Seconds since 1970.
    public let requestedAt: Int64
    /// When the state last changed.
    public internal(set) var changedAt: Int64
    /// The operator who accepted or declined.
    public internal(set) var decidedBy: String?
    /// Why, for whoever asked.
    public internal(set) var decisionReason: String?
}
