/// Why a picture could not be read or written, in words for the person who sent it.
public enum ImagingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not of a format that is accepted.
    case unknownFormat
    /// The file is empty.
    case empty
    /// The file says that it has more pixels than `limit` allows.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// One side is shorter than `minimum` pixels.
    case tooSmall(width: Int, height: Int, minimum: Int)
    /// The file holds several frames.
    case animated(frames: Int)
    /// The format is right, the content is not: cut short, damaged or lying about itself.
    case damaged(reason: String)
    /// A mask without an alpha channel.
    case noAlpha
    /// The picture could not be encoded.
    case encodingFailed(reason: String)
    /// The imaging library could not be started.
    case libraryUnavailable(reason: String)

    /// A message for a person, with what is accepted.
    public var description: String {
        switch self {
        case .unknownFormat:
            "this is not a picture of a kind that is accepted: JPEG, PNG, WebP, AVIF or HEIC"
        case .empty:
            "the file is empty"
        case .tooManyPixels(let width, let height, let limit):
            "the picture is \(width) x \(height) pixels; at most \(limit / 1_000_000) megapixels are accepted"
        case .tooSmall(let width, let height, let minimum):
            "the picture is \(width) x \(height) pixels; both sides need at least \(minimum)"
        case .animated(let frames):
            frames > 1
                ? "the picture is an animation of \(frames) frames; send a still picture"
                : "the picture is an animation; send a still picture"
        case .damaged(let reason):
            "the picture is damaged or incomplete: \(reason)"
        case .noAlpha:
            "the picture has no alpha channel; its transparent parts say what is to be painted"
        case .encodingFailed(let reason):
            "the picture could not be encoded: \(reason)"
        case .libraryUnavailable(let reason):
            "libvips could not be started: \(reason)"
        }
    }
}
