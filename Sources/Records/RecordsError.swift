/// Why something could not be kept or found.
public enum RecordsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The database cannot be opened.
    case cannotOpen(path: String, reason: String)
    /// The database was made by a newer version of this program.
    case tooNew(path: String)
    /// The database was made by an older version of this program, and a server that runs still uses it as it is.
    case inUseByOlder(path: String)
    /// The database is damaged. Nothing was written to it since that was found.
    case damaged(path: String, reason: String)
    /// The database was moved or deleted while it was open: what would be written would be lost.
    case moved(path: String)
    /// Another process holds the database's lock for longer than is waited for it.
    case busy(reason: String)
    /// There is no space left for the database.
    case full(reason: String)
    /// The disk or the system does not let the database be read or written now.
    case unavailable(reason: String)
    /// The database said no to this very change.
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
        case .damaged(let path, let reason):
            "the database \(path) is damaged (\(reason)); nothing was written to it. Put a backup in its place, or save "
                + "what can be saved with `sqlite3 \(path) .recover`"
        case .moved(let path):
            "the database \(path) was moved or deleted while it was open; put it back, or restart the server"
        case .busy(let reason): "another process holds the database's lock: \(reason)"
        case .full(let reason): "there is no space left for the database: \(reason)"
        case .unavailable(let reason): "the database cannot be read or written now: \(reason)"
        case .database(let reason): "the database failed: \(reason)"
        case .file(let path, let operation, let reason): "cannot \(operation) \(path): \(reason)"
        }
    }

    /// Whether the same may work later, without a change of the request: the disk, a lock or the system is at fault.
    public var mayPass: Bool {
        switch self {
        case .busy, .full, .unavailable, .moved, .file: true
        case .cannotOpen, .tooNew, .inUseByOlder, .damaged, .database: false
        }
    }
}
