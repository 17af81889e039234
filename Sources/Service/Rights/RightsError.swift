public import Records

/// Why something about rights cannot be done.
public enum RightsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such thing.
    case notFound(String)
    /// A field has a value that is not accepted.
    case invalid(field: String, problem: String)
    /// It was done already, or cannot be done any more.
    case notPossible(code: String, problem: String)
    case records(RecordsError)

    /// A message for a person.
    public var description: String {
        switch self {
        case .notFound(let what): "there is no such \(what)"
        case .invalid(let field, let problem): field.isEmpty ? problem : "'\(field)': \(problem)"
        case .notPossible(_, let problem): problem
        case .records(let error): error.description
        }
    }
}
