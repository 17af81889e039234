internal import Foundation
public import Imaging
internal import Records

/// What somebody asked for, checked and complete: everything that decides the pictures, and how the answer is wanted.
///
/// It is kept with the job as JSON, so its fields are a file format: new ones are optional.
public struct PaintRequest: Hashable, Sendable, Codable {
    /// How one of the job's pictures is painted.
    public enum TaskStyle: Hashable, Sendable, Codable {
        /// In a style that the network has learned.
        case learned(index: Int, revisedPrompt: String)
        /// In the style of the second picture; 1 is its full strength, 0 is the photo's own style.
        case picture(strength: Double, revisedPrompt: String)

        public var revisedPrompt: String {
            switch self {
            case .learned(_, let revisedPrompt), .picture(_, let revisedPrompt): revisedPrompt
            }
        }
    }

    public var model: String
    public var prompt: String
    /// Digests of the uploaded files.
    public var photo: String
    public var stylePicture: String?
    public var mask: String?
    /// One for each picture that is wanted.
    public var styles: [TaskStyle]
    /// nil: the photo's own shape.
    public var outputSize: PixelSize?
    /// Pixels on the longer side at most, when the shape is the photo's own; nil: as many as the rung works with.
    public var outputSide: Int?
    public var encoding: ImageEncoding
    public var requestedQuality: String
    public var rung: String
    /// How many lower rungs are painted first and shown.
    public var partialImages: Int
    /// Pictures as links rather than in the answer.
    public var wantsLinks: Bool
    /// The client does not wait for the answer: it is never cancelled because nobody waits.
    public var isDetached: Bool
    /// The client's own name for its user, kept for the operator.
    public var user: String?

    public init(
        model: String,
        prompt: String,
        photo: String,
        stylePicture: String? = nil,
        mask: String? = nil,
        styles: [TaskStyle],
        outputSize: PixelSize? = nil,
        outputSide: Int? = nil,
        encoding: ImageEncoding = ImageEncoding(format: .png),
        requestedQuality: String = "auto",
        rung: String,
        partialImages: Int = 0,
        wantsLinks: Bool = false,
        isDetached: Bool = false,
        user: String? = nil
    ) {
        self.model = model
        self.prompt = prompt
        self.photo = photo
        self.stylePicture = stylePicture
        self.mask = mask
        self.styles = styles
        self.outputSize = outputSize
        self.outputSide = outputSide
        self.encoding = encoding
        self.requestedQuality = requestedQuality
        self.rung = rung
        self.partialImages = partialImages
        self.wantsLinks = wantsLinks
        self.isDetached = isDetached
        self.user = user
    }

    /// The uploaded files that the job needs.
    public var inputs: [String] { [photo, stylePicture, mask].compactMap(\.self) }

    /// The same for two requests that ask for the same pictures, however they want the answer.
    public var fingerprint: String {
        var essence = self
        essence.wantsLinks = false
        essence.isDetached = false
        return Digest.hexadecimal(of: Array(essence.json.utf8))
    }

    /// As it is kept. Keys are sorted, so that equal requests are equal text.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers and enums of them always encode.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// - Returns: nil when the text is not a request that this version understands.
    public init?(json: String) {
        guard let request = try? JSONDecoder().decode(PaintRequest.self, from: Data(json.utf8)) else { return nil }
        self = request
    }
}
