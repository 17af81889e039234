internal import CC2PA

/// What the C2PA library said when a call failed: a kind, a colon and a message.
struct LibraryFailure: Error, Hashable {
    /// The library's own names of failures, as far as they make a difference.
    enum Kind: String {
        case manifestNotFound = "ManifestNotFound"
        case notSupported = "NotSupported"
        case io = "Io"
        case other = "Other"
        /// The manifest is kept elsewhere.
        case remote = "Remote"
    }

    /// Nil for every other kind.
    let kind: Kind?
    let message: String

    init(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        kind = parts.first.flatMap { Kind(rawValue: String($0)) }
        let rest = parts.dropFirst().first.map { String($0.drop { $0 == " " }) }
        message = kind != nil ? rest ?? text : text
    }

    private static let unexplained = "no reason given"

    /// Some calls fail without a message.
    var isUnexplained: Bool { message == Self.unexplained || message.isEmpty }

    /// The message of the call that has just failed on this thread.
    static func last() -> LibraryFailure {
        guard let text = unsafe c2pa_error() else { return LibraryFailure(unexplained) }
        // The message would stay, and be taken for that of a later call that leaves none.
        defer {
            unsafe _ = c2pa_free(text)
            unsafe _ = c2pa_error_set_last("Other: \(unexplained)")
        }
        return LibraryFailure(unsafe String(cString: text))
    }

    /// Turns the library's status into an error.
    static func check(_ status: Int32) throws(LibraryFailure) {
        guard status >= 0 else { throw last() }
    }
}
