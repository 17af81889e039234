internal import Scenarios

/// What the users ask for. Every request is made different by a number at the end of its prompt.
public struct LoadRequest: Codable, Hashable, Sendable {
    /// Which endpoint.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// `POST /v1/images/edits`, a photo in.
        case edit
        /// `POST /v1/images/generations`, words only.
        case generation
    }

    public var kind: Kind
    /// One is taken at random for every request.
    public var prompts: [String]
    /// Files; one is taken at random for every edit.
    public var photos: [String]
    /// The API's field; nil: left out, as in the fields below.
    public var quality: String?
    /// `auto` or `WIDTHxHEIGHT`.
    public var size: String?
    /// How many pictures a request asks for.
    public var n: Int
    /// `png`, `jpeg` or `webp`.
    public var outputFormat: String?
    public var model: String?

    public init(
        kind: Kind,
        prompts: [String],
        photos: [String] = [],
        quality: String? = nil,
        size: String? = nil,
        n: Int = 1,
        outputFormat: String? = nil,
        model: String? = nil
    ) {
        self.kind = kind
        self.prompts = prompts
        self.photos = photos
        self.quality = quality
        self.size = size
        self.n = n
        self.outputFormat = outputFormat
        self.model = model
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, prompts, photos, quality, size, n, outputFormat, model
    }

    public init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        kind = try fields.required(.kind)
        prompts = try fields.required(.prompts)
        photos = try fields.optional(.photos) ?? []
        quality = try fields.optional(.quality)
        size = try fields.optional(.size)
        n = try fields.optional(.n) ?? 1
        outputFormat = try fields.optional(.outputFormat)
        model = try fields.optional(.model)
    }
}

extension LoadRequest.Kind: NamedChoice {}
