internal import Glibc
internal import Synchronization

/// Whether the database's files are still where they were opened.
///
/// SQLite goes on writing into a file that was deleted or moved away, and all of it is lost with the process. Each look
/// takes two calls of `stat`, some microseconds.
final class DatabasePlace: Sendable {
    /// One file, whatever its name.
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64

        /// - Returns: nil when there is no such file.
        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    private let path: String
    private let database: Identity?
    /// The write-ahead log: there from the first commit until the last connection closes.
    private let log = Mutex<Identity?>(nil)

    /// To be made when the database is open.
    init(path: String) {
        self.path = path
        database = Identity(path: path)
    }

    /// - Throws: ``RecordsError/moved(path:)``.
    func check() throws(RecordsError) {
        guard let database, Identity(path: path) == database else { throw .moved(path: path) }
        let found = Identity(path: path + "-wal")
        let isThere = log.withLock { known in
            if known == nil { known = found }
            return found == known
        }
        guard isThere else { throw .moved(path: path + "-wal") }
    }
}
