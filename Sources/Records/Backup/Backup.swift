internal import BinaryText
internal import Crypto
internal import Foundation
internal import Glibc

/// Copies of a data folder that can be made while a server works on it. All calls block.
///
/// A backup is a folder with the database as it was at one moment, every file that it needs, the keys, and a manifest of all
/// of it. It holds secrets, so it is as private as the data folder.
public enum Backup {
    /// The database's name in a data folder and in a backup.
    private static let database = "heatsink.sqlite"
    private static let files = "files"
    /// What else belongs to the state. Anything else in the folder is somebody else's.
    private static let others = ["link-signing.key", "watermark.key", "first-key.txt", "credentials"]
    private static let pieceBytes = 1 << 20

    /// Makes a backup.
    ///
    /// Files are copied twice: first those that are there, then those that came until the database was copied. So none is
    /// missed that the server forgets in between.
    ///
    /// - Parameters:
    ///   - folder: a data folder.
    ///   - target: a folder that is empty or not there.
    ///   - now: seconds since 1970.
    public static func make(
        of folder: String,
        in target: String,
        version: String,
        now: Double
    ) throws(RecordsError) -> BackupManifest {
        guard access("\(folder)/\(database)", R_OK) == 0 else {
            throw .file(
                path: folder,
                operation: "back up",
                reason: "there is no \(database) in it: no server worked on it"
            )
        }
        guard !isBelow(target, folder) else {
            throw .file(
                path: target,
                operation: "back up",
                reason: "it lies in the data folder; name one outside of it"
            )
        }
        try claimEmpty(target)
        var copied: [String: BackupManifest.File] = [:]
        for digest in digests(in: folder) { copied[digest] = try copy(digest: digest, from: folder, to: target) }
        try DatabaseCopy.make(from: "\(folder)/\(database)", to: "\(target)/\(database)")
        let needed = try DatabaseCopy.neededFiles(of: "\(target)/\(database)")
        var missing: [String] = []
        for digest in needed.sorted() where copied[digest] == nil {
            copied[digest] = try copy(digest: digest, from: folder, to: target)
            if copied[digest] == nil { missing.append(digest) }
        }
        for digest in copied.keys where !needed.contains(digest) {
            unlink("\(target)/\(path(of: digest))")
            copied[digest] = nil
        }
        var listed = Array(copied.values)
        for name in others { listed += try copyAll(name, from: folder, to: target) }
        listed.append(try describe(database, in: target))
        let manifest = BackupManifest(
            format: BackupManifest.currentFormat,
            createdAt: now,
            version: version,
            files: listed.sorted { $0.path < $1.path },
            missing: missing
        )
        try manifest.write(to: target)
        return manifest
    }

    /// Makes a data folder from a backup, after a look at every file and at the database.
    ///
    /// - Parameter folder: a folder that is empty or not there. When something is wrong, nothing is left in it.
    public static func restore(_ source: String, to folder: String) throws(RecordsError) -> BackupManifest {
        let manifest = try BackupManifest.read(from: source)
        try claimEmpty(folder)
        do throws(RecordsError) {
            for file in manifest.files {
                guard isInside(file.path) else {
                    throw .file(path: file.path, operation: "restore", reason: "the manifest leads out of the backup")
                }
                let copied = try copy(file.path, from: source, to: folder)
                guard copied == file else {
                    throw .file(
                        path: "\(source)/\(file.path)",
                        operation: "restore",
                        reason: copied == nil ? "it is missing" : "it is not what was backed up"
                    )
                }
            }
            let problems = try DatabaseCheck.problems(at: "\(folder)/\(database)")
            if let first = problems.first {
                throw .file(path: "\(source)/\(database)", operation: "restore", reason: first)
            }
            let missing = try DatabaseCopy.neededFiles(of: "\(folder)/\(database)").filter { digest in
                access("\(folder)/\(path(of: digest))", R_OK) != 0
            }
            if let first = missing.subtracting(manifest.missing).sorted().first {
                throw .file(
                    path: "\(source)/\(path(of: first))",
                    operation: "restore",
                    reason: "the manifest has no such file"
                )
            }
        } catch {
            for name in (try? names(in: folder)) ?? [] {
                try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
            throw error
        }
        return manifest
    }

    // MARK: Folders

    /// Whether one folder is another or lies in it, symbolic links followed.
    private static func isBelow(_ inner: String, _ outer: String) -> Bool {
        let paths = [inner, outer].map { URL(fileURLWithPath: $0).standardizedFileURL.resolvingSymlinksInPath().path }
        return paths[0] == paths[1] || paths[0].hasPrefix(paths[1] + "/")
    }

    private static func claimEmpty(_ folder: String) throws(RecordsError) {
        guard (try? FileManager.default.contentsOfDirectory(atPath: folder))?.isEmpty ?? true else {
            throw .file(
                path: folder,
                operation: "use the folder",
                reason: "it is not empty; name one that is, or a new one"
            )
        }
        try PrivateFiles.claim(folder: folder)
    }

    private static func names(in folder: String) throws(RecordsError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw .file(path: folder, operation: "read", reason: error.localizedDescription)
        }
    }

    private static func digests(in folder: String) -> [String] {
        let shards = (try? names(in: "\(folder)/\(files)")) ?? []
        return shards.filter { $0.utf8.count == 2 }.flatMap { shard in
            ((try? names(in: "\(folder)/\(files)/\(shard)")) ?? []).filter(FileStore.isDigest)
        }
    }

    private static func path(of digest: String) -> String { "\(files)/\(digest.prefix(2))/\(digest)" }

    /// Whether a path of a manifest stays below its folder.
    private static func isInside(_ path: String) -> Bool {
        !path.isEmpty
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
    }

    // MARK: Copying

    /// - Returns: nil when the file is not there, or not what its name says.
    private static func copy(
        digest: String,
        from source: String,
        to target: String
    ) throws(RecordsError) -> BackupManifest.File? {
        guard let file = try copy(path(of: digest), from: source, to: target) else { return nil }
        guard file.sha256 == digest else {
            unlink("\(target)/\(file.path)")
            return nil
        }
        return file
    }

    private static func copyAll(
        _ path: String,
        from source: String,
        to target: String
    ) throws(RecordsError) -> [BackupManifest.File] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: "\(source)/\(path)", isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return [try copy(path, from: source, to: target)].compactMap(\.self) }
        var copied: [BackupManifest.File] = []
        for name in try names(in: "\(source)/\(path)") {
            copied += try copyAll("\(path)/\(name)", from: source, to: target)
        }
        return copied
    }

    /// - Returns: nil when there is no such file.
    private static func copy(
        _ path: String,
        from source: String,
        to target: String
    ) throws(RecordsError) -> BackupManifest.File? {
        let input = open("\(source)/\(path)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard input >= 0 else {
            if errno == ENOENT { return nil }
            throw .system("read", "\(source)/\(path)")
        }
        defer { close(input) }
        let place = "\(target)/\(path)"
        try PrivateFiles.claim(folder: (place as NSString).deletingLastPathComponent)
        let output = open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw .system("make", place) }
        defer { close(output) }
        let file = try read(input, path) { piece throws(RecordsError) in
            let failure = piece.withUnsafeBytes { SystemCalls.write($0, to: output, place) }
            if let failure { throw failure }
        }
        guard fsync(output) == 0 else { throw .system("sync", place) }
        return file
    }

    private static func describe(_ path: String, in folder: String) throws(RecordsError) -> BackupManifest.File {
        let input = open("\(folder)/\(path)", O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw .system("read", path) }
        defer { close(input) }
        return try read(input, path) { _ throws(RecordsError) in }
    }

    /// Reads a file to its end, in pieces, and sums it up.
    private static func read(
        _ input: Int32,
        _ path: String,
        _ body: (ArraySlice<UInt8>) throws(RecordsError) -> Void
    ) throws(RecordsError) -> BackupManifest.File {
        var (hash, count) = (SHA256(), 0)
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        while true {
            let size = Glibc.read(input, &piece, piece.count)
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { throw .system("read", path) }
            guard size > 0 else { break }
            hash.update(data: piece[..<size])
            count += size
            try body(piece[..<size])
        }
        return BackupManifest.File(path: path, bytes: count, sha256: hash.finalize().hexadecimal)
    }
}
