/// Why no fingerprint was taken.
public enum FingerprintError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not three for each pixel.
    case wrongByteCount(given: Int, width: Int, height: Int)
    case tooLarge(width: Int, height: Int, limit: Int)

    /// A message for a person.
    public var description: String {
        switch self {
        case .wrongByteCount(let given, let width, let height):
            "\(given) bytes are not \(width) × \(height) pixels of three bytes."
        case .tooLarge(let width, let height, let limit):
            "\(width) × \(height) pixels are more than \(limit) on a side."
        }
    }
}
