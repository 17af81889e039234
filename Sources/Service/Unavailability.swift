/// Why nothing new is accepted for the moment, though the server runs. What was accepted is kept, and goes on.
public enum Unavailability: String, Hashable, Sendable, CaseIterable {
    /// Jobs have ended and their ends cannot be written down.
    case endingsUnwritten = "unwritten_endings"
    /// The database or its folder was moved or deleted.
    case recordsMoved = "records_moved"
    /// The database does not take a change: a lock, a full disk, a fault of the disk.
    case recordsUnwritable = "records_unwritable"
    /// No file can be written where uploads and pictures are kept.
    case filesUnwritable = "files_unwritable"
    /// Less space is free than the floor that is configured.
    case spaceLow = "space_low"

    /// For a person who runs the server.
    public var description: String {
        switch self {
        case .endingsUnwritten:
            "ends of jobs cannot be written down; they are tried again until the database takes them"
        case .recordsMoved:
            "the database or its folder was moved or deleted; put it back, or restart the server"
        case .recordsUnwritable: "the database cannot be written: look for a lock, a full disk or a read-only one"
        case .filesUnwritable: "no file can be written in the data folder: look at its disk and its rights"
        case .spaceLow: "less space is free than data.least-free-mib"
        }
    }

    /// Seconds after which asking again may help: none of this passes at once.
    public static let retrySeconds = 5
}
