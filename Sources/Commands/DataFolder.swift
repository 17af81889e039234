internal import Foundation
internal import Glibc
internal import Records

/// The folder under which everything lies that the server keeps.
struct DataFolder: Sendable {
    let path: String

    /// Makes the folder if it is missing.
    init(_ path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure("the data folder \(path) cannot be made: \(error.localizedDescription)")
        }
    }

    func openStore() throws -> SQLiteStore { try SQLiteStore(path: path + "/heatsink.sqlite") }

    func openFiles() throws -> FileStore { try FileStore(folder: path + "/files") }

    /// The secret that signs links.
    func linkSecret() throws -> [UInt8] { try secret("link-signing.key") }

    /// The secret that decides watermarks: pictures that were marked with another are not recognised.
    func watermarkSecret() throws -> [UInt8] { try secret("watermark.key") }

    /// 32 bytes; made at the first call, readable by nobody else.
    private func secret(_ name: String) throws -> [UInt8] {
        let file = "\(path)/\(name)"
        if let secret = FileManager.default.contents(atPath: file), secret.count == 32 { return Array(secret) }
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let isMade = FileManager.default.createFile(
            atPath: file,
            contents: Data(secret),
            attributes: [.posixPermissions: 0o600]
        )
        guard isMade else { throw CommandFailure("\(file) cannot be written") }
        return secret
    }

    /// Keeps a second server out for as long as the process lives: two would paint every job twice.
    func lock() throws {
        let file = path + "/server.lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("\(file) cannot be opened") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw CommandFailure("another server is running on \(path); stop it, or use another --data folder")
        }
        // Kept open on purpose: the lock ends with the process, however it ends.
    }
}
