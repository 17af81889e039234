public import Foundation
internal import Glibc
public import SurgeCore

/// Files named by the SHA-256 of their content: uploads and pictures.
///
/// A file is there as a whole or not at all: it is written under another name, synced, renamed, and its folder synced.
/// All calls block; keep them off Swift's cooperative threads.
public struct FileStore: Sendable {
    public let folder: String
    private let unfinishedFolder: String
    let adoptions = AdoptionLedger()

    /// Makes the folders that are missing. What is in them stays as it is: another process may be at work there.
    public init(folder: String) throws(RecordsError) {
        self.folder = folder
        self.unfinishedFolder = folder + "/unfinished"
        do {
            try FileManager.default.createDirectory(
                atPath: unfinishedFolder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .file(path: folder, operation: "make the folder", reason: error.localizedDescription)
        }
    }

    /// Removes what a crash left unfinished.
    ///
    /// Only for the one process that holds the data folder's lock, before it writes: what others are writing goes, too.
    public func removeUnfinished() throws(RecordsError) {
        let manager = FileManager.default
        do {
            for name in try manager.contentsOfDirectory(atPath: unfinishedFolder) {
                try manager.removeItem(atPath: "\(unfinishedFolder)/\(name)")
            }
        } catch {
            throw .file(path: unfinishedFolder, operation: "empty", reason: error.localizedDescription)
        }
    }

    /// Where the file of this digest is, or would be.
    public func path(of digest: String) -> String { "\(folder)/\(digest.prefix(2))/\(digest)" }

    /// Whether this is a digest at all: 64 lower-case hexadecimal digits.
    public static func isDigest(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// Keeps `bytes`. - Returns: their digest. Durable on return.
    public func write(_ bytes: [UInt8]) throws(RecordsError) -> String {
        let writer = try makeWriter()
        try writer.append(bytes)
        return try writer.finish()
    }

    /// For content that arrives in pieces.
    public func makeWriter() throws(RecordsError) -> FileWriter {
        try FileWriter(path: "\(unfinishedFolder)/\(UUID().uuidString)", store: self)
    }

    /// The file's size in bytes; nil when it is not there.
    public func size(of digest: String) -> Int? {
        var found = stat()
        return stat(path(of: digest), &found) == 0 ? Int(found.st_size) : nil
    }

    /// The file's content, or nil when it is not there.
    public func data(_ digest: String) -> Data? {
        FileManager.default.contents(atPath: path(of: digest))
    }

    /// The file's bytes, or nil when it is not there.
    public func read(_ digest: String) -> [UInt8]? {
        data(digest).map(Array.init)
    }

    /// Every digest whose file was last written or asked for before `moment`.
    public func digests(olderThan moment: Instant) -> [String] {
        let manager = FileManager.default
        var old: [String] = []
        for shard in (try? manager.contentsOfDirectory(atPath: folder)) ?? [] where shard.utf8.count == 2 {
            for name in (try? manager.contentsOfDirectory(atPath: "\(folder)/\(shard)")) ?? []
            where Self.isDigest(name) {
                if let written = written(name), written < Double(moment.microseconds) { old.append(name) }
            }
        }
        return old
    }

    /// Whether the file was written or asked for at `moment` or after it.
    public func isYounger(_ digest: String, than moment: Instant) -> Bool {
        written(digest).map { $0 >= Double(moment.microseconds) } ?? false
    }

    /// Microseconds since 1970; nil when the file is not there.
    private func written(_ digest: String) -> Double? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path(of: digest))
        return (attributes?[.modificationDate] as? Date).map { $0.timeIntervalSince1970 * 1_000_000 }
    }

    /// Removes a file; one that is not there is no error.
    public func remove(_ digest: String) {
        try? FileManager.default.removeItem(atPath: path(of: digest))
    }

    /// Opens a file and closes it. - Throws: why it cannot be read now.
    public func checkReadable(_ digest: String) throws(RecordsError) { try Self.checkReadable(at: path(of: digest)) }

    /// Opens a file and closes it. - Throws: why it cannot be read now.
    public static func checkReadable(at path: String) throws(RecordsError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("read", path) }
        close(descriptor)
    }

    /// Writes a small file, to the disk, and removes it. - Throws: why none can be written now.
    public func checkWritable() throws(RecordsError) {
        let path = "\(unfinishedFolder)/\(UUID().uuidString)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("make", path) }
        defer {
            close(descriptor)
            unlink(path)
        }
        let bytes = [UInt8](repeating: 0, count: 4_096)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw .system("write", path) }
        guard fsync(descriptor) == 0 else { throw .system("sync", path) }
    }

    /// Whether the folder is still there.
    public var isInPlace: Bool { access(unfinishedFolder, F_OK) == 0 }

    /// Bytes free on the disk that holds the folder.
    public var freeBytes: Int64? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    }

    /// Gives an unfinished file its name. What becomes of it is told ``adoptions``.
    func adopt(_ unfinished: String, digest: String) throws(RecordsError) {
        let target = path(of: digest)
        let shard = "\(folder)/\(digest.prefix(2))"
        try adoptions.adopt(digest) { () throws(RecordsError) in
            if access(target, F_OK) == 0 {
                unlink(unfinished)
                // The sweep goes by age: content that is wanted again is young again.
                utimes(target, nil)
                return true
            }
            mkdir(shard, 0o700)
            guard rename(unfinished, target) == 0 else { throw .system("rename", target) }
            return false
        }
        do throws(RecordsError) {
            // Another writer may have made the shard or the file and not synced them yet.
            try Self.sync(folder: shard)
            try Self.sync(folder: folder)
        } catch {
            adoptions.giveUp(digest) { unlink(target) }
            throw error
        }
    }

    private static func sync(folder: String) throws(RecordsError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("sync", folder) }
    }
}
