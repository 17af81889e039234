import Imaging
import Inference
import Service
import SurgeCore

/// Turns the fields of `POST /v1/images/generations` into a request that can be kept, or says which field is at fault.
struct GenerationOrder: Sendable {
    let catalogue: ModelCatalogue

    /// The model for requests that name none; nil when no model paints from text alone.
    var defaultModel: String? {
        catalogue.entries.first { Self.paintsFromText($0) }?.manifest.id
    }

    private static func paintsFromText(_ entry: ModelCatalogue.Entry) -> Bool { entry.manifest.kind == "null" }

    func parse(_ fields: FieldSet, isDetached: Bool) throws -> EditOrder.Parsed {
        guard let prompt = try fields.string("prompt"), !prompt.isEmpty else {
            throw APIError.missing("prompt", "'prompt' is missing: say what is to be painted.")
        }
        guard prompt.unicodeScalars.count <= EditOrder.promptLimit else {
            throw APIError.invalid("prompt", "'prompt' is longer than \(EditOrder.promptLimit) characters.")
        }
        let entry = try model(fields)
        let streams = try fields.boolean("stream") ?? false
        let quality = try fields.choice("quality", of: EditOrder.qualities) ?? "auto"
        let count = try fields.integer("n", in: 1...10) ?? 1
        let partialImages = try fields.integer("partial_images", in: 0...3) ?? 0
        guard partialImages == 0 else {
            throw APIError.invalid("partial_images", "The model '\(entry.manifest.id)' shows no partial images.")
        }
        guard let rung = entry.rung(forQuality: quality) else {
            throw APIError.invalid("quality", "The model has no quality '\(quality)'.")
        }
        let size = try EditOrder.size(fields)
        let encoding = try EditOrder.encoding(fields)
        try EditOrder.checkTolerated(fields)
        let wantsLinks = try fields.choice("response_format", of: ["b64_json", "url"]) == "url"
        let user = try fields.string("safety_identifier") ?? fields.string("user")
        let request = PaintRequest(
            model: entry.manifest.id,
            prompt: prompt,
            photo: "",
            styles: (0..<count).map { _ in .learned(index: 0, revisedPrompt: prompt) },
            outputSize: size,
            encoding: encoding,
            requestedQuality: quality,
            rung: rung.name,
            wantsLinks: wantsLinks,
            isDetached: isDetached,
            user: user
        )
        return EditOrder.Parsed(request: request, streams: streams)
    }

    /// Says what is installed, when what is needed is not.
    private func model(_ fields: FieldSet) throws -> ModelCatalogue.Entry {
        let id = try fields.string("model")
        let able = catalogue.entries.filter(Self.paintsFromText)
        if let entry = id.map({ id in able.first { $0.manifest.id == id } }) ?? able.first { return entry }
        let installed = catalogue.ids.joined(separator: ", ")
        let model = id.map { "The model '\($0.prefix(64))' does not paint from text alone" }
        throw APIError.modelNotFound(
            "\(model ?? "No model that paints from text alone is installed"). Installed: \(installed) "
                + "(for POST /v1/images/edits)."
        )
    }
}
