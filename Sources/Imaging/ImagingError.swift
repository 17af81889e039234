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
    /// The longer side is more than `ratio` times the shorter one.
    case tooLong(width: Int, height: Int, ratio: Int)
    /// Decoding it would take more memory than all pictures together may take.
    case tooExpensive(width: Int, height: Int, bytes: Int, limit: Int)
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
        case .tooLong(let width, let height, let ratio):
            "the picture is \(width) x \(height) pixels; its longer side may be at most \(ratio) times the shorter one"
        case .tooExpensive(let width, let height, let bytes, let limit):
            "the picture, \(width) x \(height) pixels in this form, takes \(Self.mebibytes(bytes)) MiB to decode; at most "
                + "\(limit >> 20) MiB are given to that; send it smaller, or as a JPEG or PNG that is neither progressive "
                + "nor interlaced"
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

    /// Rounded up.
    private static func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }
}
