/// What happens to a prompt that names somebody or something. The later is the stronger: where several rules fire, the
/// strongest decides.
public enum PolicyAction: String, Codable, CaseIterable, Comparable, Sendable {
    /// Nothing but an entry in the list of rules that fired.
    case allow
    /// The picture is made as asked, with a note of what the prompt names.
    case label
    /// The name gives way to a plain description of the look, and the user is told.
    case rewrite
    /// No picture.
    case refuse

    private var strength: Int {
        switch self {
        case .allow: 0
        case .label: 1
        case .rewrite: 2
        case .refuse: 3
        }
    }

    public static func < (one: Self, other: Self) -> Bool { one.strength < other.strength }
}
