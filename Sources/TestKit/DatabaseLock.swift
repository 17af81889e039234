internal import GRDB

/// Holds a database's write lock, as another process may.
public final class DatabaseLock: Sendable {
    private let queue: DatabaseQueue

    public init(path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { try $0.beginTransaction(.immediate) }
    }

    public func release() throws {
        try queue.inDatabase { try $0.rollback() }
    }
}
