internal import Foundation
internal import Glibc

/// Keeps what the server stores from everybody but the user that it runs as: folders are 0700, files 0600.
public enum PrivateFiles {
    /// Folders that belong to the system and to everybody: taking them over would break the machine.
    private static let shared: Set<String> = [
        "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/proc", "/root",
        "/run",
        "/sbin", "/srv", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/share", "/var",
        "/var/cache",
        "/var/lib", "/var/log", "/var/tmp",
    ]
    private static let forOthers: mode_t = 0o077

    /// Whatever this process makes from now on is for its own user only.
    public static func setMask() { umask(forOthers) }

    /// Makes a private folder, or makes the one that is there private.
    ///
    /// - Returns: whether others could look into it before: then what is in it may be open, too.
    /// - Throws: ``RecordsError/file(path:operation:reason:)`` when the folder is another user's, or everybody's.
    @discardableResult
    public static func claim(folder: String) throws(RecordsError) -> Bool {
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .file(path: folder, operation: "make the folder", reason: error.localizedDescription)
        }
        var found = stat()
        guard stat(folder, &found) == 0 else { throw .system("look at the folder", folder) }
        let whole = URL(fileURLWithPath: folder).resolvingSymlinksInPath().standardizedFileURL.path
        guard !shared.contains(whole), found.st_mode & S_ISVTX == 0 else {
            throw refusal(folder, "it is shared with others; choose a folder inside it")
        }
        guard found.st_uid == geteuid() else {
            throw refusal(
                folder,
                """
                it belongs to the user \(found.st_uid) and this program runs as \(geteuid()); run it as its owner, or choose \
                a folder of your own
                """
            )
        }
        guard found.st_mode & forOthers != 0 else { return false }
        guard chmod(folder, 0o700) == 0 else { throw .system("make private", folder) }
        return true
    }

    /// Takes the rights of others from a file, or from a folder with everything in it. What is missing is no error; links are
    /// not followed.
    public static func tighten(_ path: String) throws(RecordsError) {
        var found = stat()
        guard lstat(path, &found) == 0 else {
            if errno == ENOENT { return }
            throw .system("look at", path)
        }
        let isFolder = found.st_mode & S_IFMT == S_IFDIR
        guard isFolder || found.st_mode & S_IFMT == S_IFREG else { return }
        if found.st_mode & forOthers != 0, chmod(path, found.st_mode & 0o700) != 0, errno != ENOENT {
            throw .system("make private", path)
        }
        guard isFolder else { return }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            try tighten("\(path)/\(name)")
        }
    }

    /// Makes an empty file if there is none, so that the next open cannot make it less private.
    ///
    /// A file that is there is not opened: closing it again would end the locks that this process has on it, and SQLite
    /// would go on without them (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
    public static func touch(_ path: String) throws(RecordsError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw .system("make", path)
        }
        close(descriptor)
    }

    /// Writes a file of mode 0600, as a whole or not at all; in the place of the one that is there.
    public static func write(_ bytes: [UInt8], to path: String) throws(RecordsError) {
        let unfinished = "\(path).\(UUID().uuidString)"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("make", path) }
        var problem = bytes.withUnsafeBytes { SystemCalls.write($0, to: descriptor, path) }
        if problem == nil, fsync(descriptor) != 0 { problem = .system("sync", path) }
        close(descriptor)
        if problem == nil, rename(unfinished, path) != 0 { problem = .system("rename", path) }
        guard let problem else { return }
        unlink(unfinished)
        throw problem
    }

    private static func refusal(_ folder: String, _ reason: String) -> RecordsError {
        .file(path: folder, operation: "use the folder", reason: reason)
    }
}
