/// Why bytes are not a work's fingerprint.
public enum WorkFingerprintError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownVersion(UInt8)
    /// Cut off, or longer than it says.
    case wrongLength
    /// A bit of it has changed.
    case wrongChecksum
    /// A number in it that no fingerprint has.
    case outOfRange

    /// A message for a person.
    public var description: String {
        switch self {
        case .unknownVersion(let version): "Version \(version) of works' fingerprints is not known here."
        case .wrongLength: "The work's fingerprint is cut off, or longer than it says."
        case .wrongChecksum: "The work's fingerprint is damaged."
        case .outOfRange: "The work's fingerprint has a number in it that no fingerprint has."
        }
    }
}
