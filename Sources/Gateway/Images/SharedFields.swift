internal import Imaging
internal import Inference
internal import Service
internal import SurgeCore

/// What `edits` and `generations` have in common, checked.
struct SharedFields: Sendable {
    let streams: Bool
    let partialImages: Int
    let quality: String
    let count: Int
    /// nil: `auto`.
    let size: PixelSize?
    let encoding: ImageEncoding
    let wantsLinks: Bool
    let user: String?

    /// - Parameters:
    ///   - isDetached: whether the client will come back for the answer.
    ///   - showsPartials: whether the model has anything to show before the picture.
    init(_ fields: FieldSet, isDetached: Bool, model: ModelCatalogue.Entry, showsPartials: Bool) throws(APIError) {
        streams = try fields.boolean("stream") ?? false
        partialImages = try fields.integer("partial_images", in: 0...3) ?? 0
        guard partialImages == 0 || showsPartials else {
            throw .invalid("partial_images", "The model '\(model.manifest.id)' shows no partial images.")
        }
        guard partialImages == 0 || streams || isDetached else {
            throw .invalid("partial_images", "'partial_images' needs 'stream': true, or 'Prefer: respond-async'.")
        }
        quality = try fields.choice("quality", of: EditOrder.qualities) ?? "auto"
        count = try fields.integer("n", in: 1...10) ?? 1
        size = try EditOrder.size(fields)
        encoding = try EditOrder.encoding(fields)
        wantsLinks = try fields.choice("response_format", of: ["b64_json", "url"]) == "url"
        try EditOrder.checkTolerated(fields)
        let identifier = try fields.text("safety_identifier", atMost: TextLimit.endUser)
        let name = try fields.text("user", atMost: TextLimit.endUser)
        user = identifier ?? name
    }

    /// The rung that the quality means. - Throws: when the model has no such quality.
    func rung(of model: ModelCatalogue.Entry) throws(APIError) -> Rung {
        guard let rung = model.rung(forQuality: quality) else {
            let known = EditOrder.qualities.filter { model.rung(forQuality: $0) != nil }.map { "'\($0)'" }
            throw .invalid(
                "quality",
                "The model '\(model.manifest.id)' has no quality '\(quality)'. It has: \(known.joined(separator: ", "))."
            )
        }
        return rung
    }

    /// What other servers' clients say for "any seed".
    private static let anySeed = -1

    /// The seed that was named, or one by chance: it is kept with the job, which so makes one picture however often it
    /// is begun.
    static func seed(_ fields: FieldSet) throws(APIError) -> PaintRequest.Seed {
        let range = anySeed...Int(PaintRequest.Seed.largest)
        guard let chosen = try fields.integer("seed", in: range), chosen != anySeed else {
            var generator = SystemRandomNumberGenerator()
            return PaintRequest.Seed(drawnFrom: &generator)
        }
        return PaintRequest.Seed(chosen: UInt64(chosen))
    }

    /// A style in words.
    static func style(_ fields: FieldSet) throws(APIError) -> String? {
        try fields.text("style", atMost: TextLimit.style)
    }

    /// A prompt that is there and not too long.
    ///
    /// - Parameter purpose: what it is for, in words that follow "say".
    static func prompt(_ fields: FieldSet, _ purpose: String) throws(APIError) -> String {
        guard let prompt = try fields.text("prompt", atMost: TextLimit.prompt), !prompt.isEmpty else {
            throw .missing("prompt", "'prompt' is missing: say \(purpose).")
        }
        return prompt
    }
}
