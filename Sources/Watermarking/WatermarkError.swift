/// Why a picture was not marked or read.
public enum WatermarkError: Error, Hashable, Sendable, CustomStringConvertible {
    case wrongKeyLength(given: Int)
    /// The bytes are not three for each pixel.
    case wrongByteCount(given: Int, width: Int, height: Int)
    /// Too few pixels to carry a mark that could be read again.
    case tooSmall(width: Int, height: Int, leastSide: Int)
    case tooLarge(width: Int, height: Int, limit: Int)

    /// A message for a person.
    public var description: String {
        switch self {
        case .wrongKeyLength(let given):
            "A watermark's key has \(WatermarkKey.byteCount) bytes, not \(given)."
        case .wrongByteCount(let given, let width, let height):
            "\(given) bytes are not \(width) × \(height) pixels of three bytes."
        case .tooSmall(let width, let height, let leastSide):
            "\(width) × \(height) pixels cannot carry a watermark; \(leastSide) × \(leastSide) is the smallest size that can."
        case .tooLarge(let width, let height, let limit):
            "\(width) × \(height) pixels are more than \(limit) on a side."
        }
    }
}
