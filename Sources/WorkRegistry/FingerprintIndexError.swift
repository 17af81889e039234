/// Why bytes are not an index's snapshot.
public enum FingerprintIndexError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not the beginning of one.
    case notASnapshot
    case unknownVersion(UInt32)
    /// Neither an exact nor a coarse index.
    case unknownKind(UInt32)
    /// The number of fingerprints it states is not the number that it has room for.
    case wrongLength
    /// A bit of it has changed.
    case wrongChecksum

    /// A message for a person.
    public var description: String {
        switch self {
        case .notASnapshot: "These are not the bytes of a fingerprint index."
        case .unknownVersion(let version): "Version \(version) of fingerprint indexes is not known here."
        case .unknownKind(let kind): "There is no kind \(kind) of fingerprint indexes."
        case .wrongLength: "The fingerprint index is cut off, or longer than it says."
        case .wrongChecksum: "The fingerprint index is damaged."
        }
    }
}
