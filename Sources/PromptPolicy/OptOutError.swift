/// Why an event does not fit an opt-out registry.
public enum OptOutError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String)
    case idInUse(String)
    /// The entry's state does not allow it.
    case notPossible(id: String, from: OptOutEntry.State, to: OptOutEntry.State)
    /// Before the entry's last change.
    case timeWentBack(id: String)
    case missing(field: String)
    /// Fewer than two letters: it would be found everywhere.
    case notAName(field: String)
    case tooLong(field: String, limit: Int)
    case tooManyNames(limit: Int)

    /// A message for a person.
    public var description: String {
        switch self {
        case .unknown(let id): "There is no opt-out '\(id)'."
        case .idInUse(let id): "There is an opt-out '\(id)' already."
        case .notPossible(let id, let from, let to):
            "The opt-out '\(id)' is \(from.rawValue), so it cannot become \(to.rawValue)."
        case .timeWentBack(let id): "The opt-out '\(id)' was changed later than that."
        case .missing(let field): "The field '\(field)' is missing."
        case .notAName(let field): "The field '\(field)' holds fewer than two letters."
        case .tooLong(let field, let limit): "The field '\(field)' is longer than \(limit) characters."
        case .tooManyNames(let limit): "A request may hold \(limit) names at most."
        }
    }
}
