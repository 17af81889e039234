/// Why a scenario cannot be taken.
public enum ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A field has a value that makes no sense.
    case invalid(field: String, reason: String, remedy: String)
    /// A file cannot be read, or is not what it should be.
    case unreadable(file: String, reason: String)

    /// A message for a person.
    public var description: String {
        switch self {
        case .invalid(let field, let reason, let remedy): "\(field): \(reason); \(remedy)"
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)"
        }
    }
}
