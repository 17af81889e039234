internal import Foundation
internal import Glibc
internal import Records

/// A file with 32 random bytes that only its owner may read.
///
/// It is made once. One that is there and cannot be used is never replaced: what it signed or marked would not be recognised
/// any more, and nobody would know why.
struct SecretFile {
    static let byteCount = 32

    let path: String
    /// How to go on without the file, as the end of a sentence.
    let remedy: String

    /// Reads the secret. - Returns: nil when there is no such file.
    func read() throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno != ENOENT else { return nil }
            throw failure("it cannot be read: \(Self.reason)")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.byteCount + 1)
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw failure("it cannot be read: \(Self.reason)") }
            if read == 0 { break }
            count += read
        }
        guard count == Self.byteCount else {
            let found = count > Self.byteCount ? "more than \(Self.byteCount)" : "\(count)"
            throw failure("it holds \(found) bytes instead of \(Self.byteCount)")
        }
        let secret = Array(bytes.prefix(Self.byteCount))
        // What a file system leaves of a file whose content was not on the disk when the power failed.
        guard secret.contains(where: { $0 != 0 }) else { throw failure("it holds nothing but zeros") }
        return secret
    }

    /// The secret; a new one when there is no file. Two processes that come at once have the same.
    func readOrMake() throws -> [UInt8] {
        if let secret = try read() { return secret }
        try make()
        guard let secret = try read() else { throw failure("it cannot be made") }
        return secret
    }

    /// Writes a temporary file, syncs it and links it to its final name. An existing file is never replaced.
    private func make() throws {
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let unfinished = "\(path).\(UUID().uuidString)"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("it cannot be made: \(Self.reason)") }
        defer { unlink(unfinished) }
        let isWritten = secret.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == secret.count
        let isSynced = isWritten && fsync(descriptor) == 0
        let reason = Self.reason
        close(descriptor)
        guard isSynced else { throw failure("it cannot be written: \(reason)") }
        guard link(unfinished, path) == 0 || errno == EEXIST else {
            throw failure("it cannot be made: \(Self.reason)")
        }
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private func failure(_ problem: String) -> CommandFailure {
        CommandFailure(
            "the secret \(path) cannot be used: \(problem). To go on, \(remedy)"
        )
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
