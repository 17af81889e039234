/// Why something could not be kept or found.
public enum RecordsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The database cannot be opened.
    case cannotOpen(path: String, reason: String)
    /// The database was made by a newer version of this program.
    case tooNew(path: String)
    /// The database was made by an older version of this program, and a server that runs still uses it as it is.
    case inUseByOlder(path: String)
    /// The database said no.
    case database(reason: String)
    /// A file cannot be read or written.
    case file(path: String, operation: String, reason: String)

    /// A message for a person.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "the database \(path) cannot be opened: \(reason)"
        case .tooNew(let path): "the database \(path) was made by a newer version of heatsink; use that one"
        case .inUseByOlder(let path):
            "the database \(path) is in use by a server of an older version; stop that server, or use its version"
        case .database(let reason): "the database failed: \(reason)"
        case .file(let path, let operation, let reason): "cannot \(operation) \(path): \(reason)"
        }
    }
}
