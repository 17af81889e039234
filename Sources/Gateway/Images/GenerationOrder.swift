internal import Imaging
internal import Inference
internal import Records
internal import Service
internal import SurgeCore

/// Turns the fields of `POST /v1/images/generations` into a request that can be kept, or says which field is at fault.
struct GenerationOrder: Sendable {
    let catalogue: ModelCatalogue
    let prompts: PromptScreening

    /// The model for requests that name none; nil when no model paints from text alone.
    var defaultModel: String? { able.first?.manifest.id }

    /// The models that paint from text. Who switches the null model on does so for everything that is not told otherwise.
    private var able: [ModelCatalogue.Entry] {
        let able = catalogue.entries.filter(Self.paintsFromText)
        return able.filter { !$0.isStepwise } + able.filter(\.isStepwise)
    }

    private static func paintsFromText(_ entry: ModelCatalogue.Entry) -> Bool {
        entry.isStepwise || entry.manifest.kind == "null"
    }

    func parse(_ fields: FieldSet, for account: Account, isDetached: Bool) async throws -> EditOrder.Parsed {
        let asked = try SharedFields.prompt(fields, "what is to be painted")
        let entry = try model(fields)
        let shared = try SharedFields(fields, isDetached: isDetached, model: entry, showsPartials: entry.isStepwise)
        let rung = try shared.rung(of: entry)
        if fields.has("strength") {
            throw APIError.invalid("strength", "'strength' is for POST /v1/images/edits, which begin with a photo.")
        }
        let seed = try SharedFields.seed(fields)
        let screened = try await prompts.screen(prompt: asked, style: try SharedFields.style(fields), for: account)
        let task = entry.isStepwise ? PaintRequest.TaskStyle.prompt : .learned(index: 0, revisedPrompt: screened.prompt)
        let request = PaintRequest(
            model: entry.manifest.id,
            prompt: screened.prompt,
            photo: "",
            styles: Array(repeating: task, count: shared.count),
            outputSize: shared.size,
            encoding: shared.encoding,
            requestedQuality: shared.quality,
            rung: rung.name,
            partialImages: shared.partialImages,
            wantsLinks: shared.wantsLinks,
            isDetached: isDetached,
            user: shared.user,
            seed: entry.isStepwise ? seed : nil,
            style: entry.isStepwise ? screened.style : nil,
            rights: screened.note
        )
        return EditOrder.Parsed(request: request, streams: shared.streams)
    }

    /// Says what is installed, when what is needed is not.
    private func model(_ fields: FieldSet) throws -> ModelCatalogue.Entry {
        let id = try fields.string("model")
        let able = able
        if let entry = id.map({ id in able.first { $0.manifest.id == id } }) ?? able.first { return entry }
        let installed = catalogue.ids.joined(separator: ", ")
        guard let id else {
            throw APIError.modelNotFound(
                "No model that paints from text alone is installed. Installed: \(installed) "
                    + "(for POST /v1/images/edits)."
            )
        }
        let names = able.isEmpty ? "none" : able.map(\.manifest.id).joined(separator: ", ")
        throw APIError.modelNotFound(
            "The model '\(TextLimit.excerpt(id))' does not paint from text alone; these do: \(names). Installed: \(installed)."
        )
    }
}
