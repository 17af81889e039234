/// What the policy did to a request: kept with it, said to whoever asked, and written into its pictures.
public struct RightsNote: Hashable, Sendable, Codable {
    /// The policy's name.
    public var policy: String
    /// What the rules did, such as `rewrite:ghibli`, in the order in which they did it.
    public var actions: [String]
    /// A sentence for each change of the prompt.
    public var changes: [String]
    /// What goes with the pictures.
    public var labels: [String]
    /// The prompt as it was sent, when another one is painted.
    public var askedPrompt: String?
    /// The style as it was sent, when another one is painted.
    public var askedStyle: String?

    public init(
        policy: String,
        actions: [String],
        changes: [String] = [],
        labels: [String] = [],
        askedPrompt: String? = nil,
        askedStyle: String? = nil
    ) {
        self.policy = policy
        self.actions = actions
        self.changes = changes
        self.labels = labels
        self.askedPrompt = askedPrompt
        self.askedStyle = askedStyle
    }
}
