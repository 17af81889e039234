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
        /// From the prompt, by a model that reads it; what it made of it is known when the picture is.
        case prompt

        public var revisedPrompt: String {
            switch self {
            case .learned(_, let revisedPrompt), .picture(_, let revisedPrompt): revisedPrompt
            case .prompt: ""
            }
        }

        /// In the form that the compiler's own `Decodable` reads.
        fileprivate var json: [UInt8] {
            var values = JSONWriter(capacity: 128)
            var writer = JSONWriter(capacity: 160)
            switch self {
            case .learned(let index, let revisedPrompt):
                values.add("index", index)
                values.add("revisedPrompt", revisedPrompt)
                writer.add("learned", json: values.finish())
            case .picture(let strength, let revisedPrompt):
                values.add("strength", strength)
                values.add("revisedPrompt", revisedPrompt)
                writer.add("picture", json: values.finish())
            case .prompt: writer.add("prompt", json: values.finish())
            }
            return writer.finish()
        }
    }

    /// What decides the noise that a picture is made of.
    public struct Seed: Hashable, Sendable, Codable {
        /// The largest number that every JSON reader keeps exactly.
        public static let largest: UInt64 = 1 << 53

        public let value: UInt64
        /// Whether the client named it. One that was drawn by chance is kept, so that the job makes the same picture when
        /// it is begun again, but it makes no two requests different.
        public let isChosen: Bool

        public init(chosen value: UInt64) {
            self.value = value
            isChosen = true
        }

        public init(drawnFrom generator: inout some RandomNumberGenerator) {
            value = UInt64.random(in: 0...Self.largest, using: &generator)
            isChosen = false
        }
    }

    public var model: String
    public var prompt: String
    /// Digests of the uploaded files. Empty: painted from the prompt alone.
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
    /// For models that begin with noise; nil: the request decides it.
    public var seed: Seed?
    /// For pictures that begin with a photo: how much of its details is given up, above 0 to 1.
    public var strength: Double?
    /// What is to be read behind the prompt.
    public var style: String?
    /// What the policy did to the request; nil: nothing.
    public var rights: RightsNote?

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
        user: String? = nil,
        seed: Seed? = nil,
        strength: Double? = nil,
        style: String? = nil,
        rights: RightsNote? = nil
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
        self.seed = seed
        self.strength = strength
        self.style = style
        self.rights = rights
    }

    /// The prompt as it was sent.
    public var askedPrompt: String { rights?.askedPrompt ?? prompt }
    /// The style as it was sent.
    public var askedStyle: String? { rights?.askedStyle ?? style }

    /// The noise's seed: as kept, or the same number for the same request.
    public var seedValue: UInt64 { seed?.value ?? Fingerprint.short(fingerprint, nil) }

    /// The uploaded files that the job needs.
    public var inputs: [String] { [photo, stylePicture, mask].compactMap(\.self).filter { !$0.isEmpty } }

    /// The same for two requests that ask for the same pictures, however they want the answer.
    ///
    /// A digest of all that decides the pictures, each part behind its length: no two different requests write the same.
    public var fingerprint: String {
        var text: [UInt8] = []
        func add(_ number: UInt32) {
            withUnsafeBytes(of: number.littleEndian) { text.append(contentsOf: $0) }
        }
        func add(_ part: String) {
            add(UInt32(truncatingIfNeeded: part.utf8.count))
            text.append(contentsOf: part.utf8)
        }
        func add(optional part: String?) {
            guard let part else { return text.append(0) }
            // Its length begins with the byte that says that there is none: a number that is no length goes before it. All
            // other lengths are as they always were, so that older requests keep their fingerprints.
            if part.utf8.count.isMultiple(of: 256) { add(.max) }
            add(part)
        }
        text.reserveCapacity(256 + askedPrompt.utf8.count)
        // As they were sent: a policy that changes between two sendings of the same request does not make them two.
        for part in [model, askedPrompt, photo] { add(part) }
        for part in [stylePicture, mask] { add(optional: part) }
        for part in [requestedQuality, rung] { add(part) }
        add(optional: user)
        for style in styles {
            switch style {
            case .learned(let index, let revisedPrompt):
                add("\(index)")
                add(revisedPrompt)
            case .picture(let strength, let revisedPrompt):
                add("s\(strength)")
                add(revisedPrompt)
            case .prompt: add("p")
            }
        }
        add(optional: outputSize.map { "\($0.width)x\($0.height)" })
        add(optional: outputSide.map { "\($0)" })
        add("\(encoding.format.rawValue) \(encoding.quality) \(partialImages)")
        // Only where they are, so that older requests keep their fingerprints.
        if let seed, seed.isChosen { add("seed \(seed.value)") }
        if let strength { add("strength \(strength)") }
        if let askedStyle { add("style \(askedStyle)") }
        return Digest.hexadecimal(of: text)
    }

    /// As it is kept: what `Decodable` reads.
    public var json: String {
        var writer = JSONWriter()
        writer.add("model", model)
        writer.add("prompt", prompt)
        writer.add("photo", photo)
        if let stylePicture { writer.add("stylePicture", stylePicture) }
        if let mask { writer.add("mask", mask) }
        writer.add("styles", array: styles.map(\.json))
        if let outputSize {
            var size = JSONWriter(capacity: 40)
            size.add("width", outputSize.width)
            size.add("height", outputSize.height)
            writer.add("outputSize", json: size.finish())
        }
        if let outputSide { writer.add("outputSide", outputSide) }
        var encoding = JSONWriter(capacity: 40)
        encoding.add("format", self.encoding.format.rawValue)
        encoding.add("quality", self.encoding.quality)
        writer.add("encoding", json: encoding.finish())
        writer.add("requestedQuality", requestedQuality)
        writer.add("rung", rung)
        writer.add("partialImages", partialImages)
        writer.add("wantsLinks", wantsLinks)
        writer.add("isDetached", isDetached)
        if let user { writer.add("user", user) }
        if let seed {
            var parts = JSONWriter(capacity: 64)
            parts.add("value", Int(clamping: seed.value))
            parts.add("isChosen", seed.isChosen)
            writer.add("seed", json: parts.finish())
        }
        if let strength { writer.add("strength", strength) }
        if let style { writer.add("style", style) }
        if let rights, let text = try? JSONEncoder().encode(rights) { writer.add("rights", json: Array(text)) }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    /// - Returns: nil when the text is not a request that this version understands.
    public init?(json: String) {
        guard let request = try? JSONDecoder().decode(PaintRequest.self, from: Data(json.utf8)) else { return nil }
        self = request
    }
}
