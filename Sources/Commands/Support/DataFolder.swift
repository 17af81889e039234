internal import Foundation
internal import Glibc
internal import Records

/// The folder under which everything lies that the server keeps.
struct DataFolder: Sendable {
    private static let lockAttempts = 10
    private static let lockPauseMicroseconds: UInt32 = 50_000

    let path: String
    /// Whether this process is the server of the folder: it holds the lock.
    private(set) var isOwned = false

    /// What the server keeps under it, besides the files of pictures.
    private static let entries = [
        "heatsink.sqlite", "heatsink.sqlite-wal", "heatsink.sqlite-shm", "heatsink.sqlite-journal", "link-signing.key",
        "watermark.key", "server.lock", FirstKey.fileName, "credentials",
    ]

    /// Makes the folder if it is missing, and takes everybody else's rights in it away.
    init(_ path: String) throws {
        self.path = path
        do {
            let wasOpen = try PrivateFiles.claim(folder: path)
            for entry in Self.entries { try PrivateFiles.tighten("\(path)/\(entry)") }
            if wasOpen { try tightenFiles() }
        } catch {
            throw CommandFailure("the data folder cannot be used: \(error)")
        }
    }

    /// The most that looking for damage may hold up a start, in seconds. SQLite's quick check reads some 600 MB a second,
    /// so this is enough for a database of gigabytes.
    private static let examinationSeconds = 10.0

    /// Looks for damage in the database before anything is written to it.
    func examineStore() throws -> SQLiteStore.Examination {
        try SQLiteStore.examine(path: path + "/heatsink.sqlite", seconds: Self.examinationSeconds)
    }

    /// Takes others' rights to pictures and uploads away: one look at each of them.
    func tightenFiles() throws { try PrivateFiles.tighten(path + "/files") }

    /// Opens the records. Tables that are not up to date are changed by the server, and by a command only when no server runs.
    func openStore() throws -> SQLiteStore {
        let database = path + "/heatsink.sqlite"
        // SQLite gives its log the rights that the database has.
        try PrivateFiles.touch(database)
        return try SQLiteStore(path: database) { try isOwned || !isServerRunning() }
    }

    /// Opens the files. Only the server removes what is unfinished: beside it, that is what it is just writing.
    func openFiles() throws -> FileStore {
        let files = try FileStore(folder: path + "/files")
        if isOwned { try files.removeUnfinished() }
        return files
    }

    /// The secret that signs links.
    var linkSecret: SecretFile {
        SecretFile(
            path: path + "/link-signing.key",
            remedy: "restore it from a backup, or move it away and start the server, which makes another: "
                + "links to pictures that were given out end at once"
        )
    }

    /// The secret that decides watermarks.
    var watermarkSecret: SecretFile {
        SecretFile(
            path: path + "/watermark.key",
            remedy: "restore it from a backup, or put 32 random bytes there (head -c 32 /dev/urandom): "
                + "pictures that were marked until now are not recognised any more"
        )
    }

    /// - Throws: ``CommandFailure`` when the secret is missing although pictures were marked with it.
    func checkWatermarkSecret(_ store: SQLiteStore) async throws {
        let file = watermarkSecret
        guard try file.read() == nil, try await store.hasMarkedPictures() else { return }
        throw CommandFailure(
            "the secret \(file.path) is missing, and pictures were marked with it. To go on, \(file.remedy)"
        )
    }

    /// Keeps a second server out for as long as the process lives: two would paint every job twice.
    mutating func lock() throws {
        let descriptor = try openLock(O_CREAT)
        guard descriptor >= 0 else { throw CommandFailure("\(lockFile) cannot be opened") }
        // A command that looks whether a server runs holds the lock for an instant.
        for attempt in 1... {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
            guard attempt < Self.lockAttempts else {
                close(descriptor)
                throw CommandFailure("another server is running on \(path); stop it, or use another --data folder")
            }
            usleep(Self.lockPauseMicroseconds)
        }
        // Kept open on purpose: the lock ends with the process, however it ends.
        isOwned = true
    }

    /// Whether another process holds the folder's lock.
    func isServerRunning() throws -> Bool {
        let descriptor = try openLock(0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// - Returns: below 0: there is no such file.
    private func openLock(_ flags: Int32) throws -> Int32 {
        let descriptor = open(lockFile, O_RDWR | O_CLOEXEC | flags, 0o600)
        guard descriptor >= 0 || errno == ENOENT else {
            throw CommandFailure("\(lockFile) cannot be opened: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private var lockFile: String { path + "/server.lock" }
}
