/// What a load tool sends for the requests of a day. The laboratory, which paints nothing, does without it.
package struct DayRequest: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, Decodable, NamedChoice {
        /// A photo in.
        case edit
        /// Words only.
        case generation
    }

    package var kind: Kind
    /// One is taken at random for every request.
    package var prompts: [String]
    /// Files; one is taken at random for every edit.
    package var photos: [String] = []
    /// The API's field for those who ask for no rung; nil: left out, as in the fields below.
    package var quality: String?
    /// The API's word for each rung that a group of people asks for.
    package var qualities: [String: String] = [:]
    /// `auto` or `WIDTHxHEIGHT`.
    package var size: String?
    /// `png`, `jpeg` or `webp`.
    package var outputFormat: String?
    /// The server's model; nil: the one that a group asks for, else the server's own choice.
    package var model: String?

    package init(kind: Kind, prompts: [String], photos: [String] = []) {
        self.kind = kind
        self.prompts = prompts
        self.photos = photos
    }
}

extension DayRequest: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, prompts, photos, quality, qualities, size, outputFormat, model
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        kind = try fields.required(.kind)
        prompts = try fields.required(.prompts)
        photos = try fields.optional(.photos) ?? []
        quality = try fields.optional(.quality)
        qualities = try fields.optional(.qualities) ?? [:]
        size = try fields.optional(.size)
        outputFormat = try fields.optional(.outputFormat)
        model = try fields.optional(.model)
        guard !prompts.isEmpty, prompts.allSatisfy({ !$0.isEmpty }) else {
            throw fields.invalid(.prompts, "are none, or one of them is empty", "write something in each")
        }
        guard kind == .generation || !photos.isEmpty else {
            throw fields.invalid(.photos, "is empty", "an edit needs at least one photo")
        }
    }
}
