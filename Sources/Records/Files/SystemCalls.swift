internal import Glibc

/// System calls that may do a part of their work, or be interrupted.
enum SystemCalls {
    /// Writes all of some bytes.
    ///
    /// - Parameter path: the file's, for the error.
    /// - Returns: why they could not be written; nil: they are.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) -> RecordsError? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return .system("write", path) }
            rest = rest.dropFirst(written)
        }
        return nil
    }
}

extension RecordsError {
    /// The last failed system call.
    static func system(_ operation: String, _ path: String) -> RecordsError {
        .file(path: path, operation: operation, reason: String(cString: strerror(errno)))
    }
}
