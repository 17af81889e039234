/// Why a policy's file, or a file of rules, cannot be taken.
public enum PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A field that makes no sense.
    /// - Parameter line: from 1, of the file that `field` is in.
    case invalid(line: Int, field: String, reason: String, remedy: String)
    /// Not YAML at all.
    case notYAML(line: Int?, reason: String)

    /// A message for a person.
    public var description: String {
        switch self {
        case .invalid(let line, let field, let reason, let remedy): "line \(line), \(field): \(reason); \(remedy)"
        case .notYAML(let line, let reason):
            "\(line.map { "line \($0): " } ?? "")this is no YAML (\(reason)); check indentation, quotes and brackets"
        }
    }
}
