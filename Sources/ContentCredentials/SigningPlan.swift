internal import CC2PA
internal import Imaging

/// What a manifest is to hold, and what became of its ingredients so far.
struct SigningPlan {
    private let description: ManifestDescription
    private let isForDevelopment: Bool
    private let ingredients: [ListedIngredient]
    /// Why an ingredient is only mentioned, by its label.
    private var reasons: [String: String] = [:]

    init(_ description: ManifestDescription, isForDevelopment: Bool) {
        self.description = description
        self.isForDevelopment = isForDevelopment
        ingredients = ListedIngredient.list(of: description.origin)
    }

    var outcomes: [SignedPicture.IngredientOutcome] {
        ingredients.map { reasons[$0.label].map { .mentioned(reason: $0) } ?? .kept }
    }

    mutating func mentionAll(reason: String) {
        for ingredient in ingredients where reasons[ingredient.label] == nil { reasons[ingredient.label] = reason }
    }

    /// A manifest ready to be signed. An ingredient that the library cannot read is only mentioned.
    mutating func builder(with context: LibraryContext) throws(LibraryFailure) -> LibraryHandle {
        // Each round finds at least one more ingredient that cannot be read.
        while true {
            let definition = ManifestDefinition(
                description,
                ingredients: ingredients,
                mentioned: Set(reasons.keys),
                isForDevelopment: isForDevelopment
            )
            let builder = try context.builder(of: try definition.json())
            guard try !addingFails(to: builder) else { continue }
            return builder
        }
    }

    /// - Returns: whether an ingredient could not be read; ``reasons`` then says which.
    private mutating func addingFails(to builder: borrowing LibraryHandle) throws(LibraryFailure) -> Bool {
        var fails = false
        for ingredient in ingredients where reasons[ingredient.label] == nil {
            guard
                !FileMetadata(of: ingredient.picture.bytes, as: ingredient.picture.format)
                    .unfolds(beyond: CredentialsReader.largestMetadata)
            else {
                reasons[ingredient.label] = CredentialsReader.tooMuchMetadata
                fails = true
                continue
            }
            let json = try ManifestDefinition.json(ManifestDefinition.Ingredient(ingredient))
            let pointer = unsafe builder.pointer
            do throws(LibraryFailure) {
                try unsafe MemoryStream(reading: ingredient.picture.bytes).lend { stream throws(LibraryFailure) in
                    try LibraryFailure.check(
                        unsafe c2pa_builder_add_ingredient_from_stream(
                            pointer,
                            json,
                            ingredient.picture.format.mediaType,
                            stream
                        )
                    )
                }
            } catch {
                reasons[ingredient.label] = error.message
                fails = true
            }
        }
        return fails
    }
}
