internal import Foundation
internal import Imaging

/// A manifest as the C2PA library takes it: <https://opensource.contentauthenticity.org/docs/manifest/json-ref/manifest-def>.
struct ManifestDefinition: Encodable {
    struct Software: Encodable {
        let name: String
        let version: String?

        init(_ software: ManifestDescription.Software) {
            name = software.name
            version = software.version
        }
    }

    struct Action: Encodable {
        struct Parameters: Encodable {
            let ingredientIds: [String]
        }

        let action: String
        var when: String?
        var digitalSourceType: String?
        var softwareAgent: Software?
        var parameters: Parameters?
    }

    struct Actions: Encodable {
        let actions: [Action]
        /// Nothing was done to the picture that is not in the list.
        let allActionsIncluded = true
    }

    struct Assertion<Content: Encodable>: Encodable {
        let label: String
        /// The signer vouches for it itself (section "Claims" of the specification).
        let created = true
        let data: Content
    }

    /// An ingredient with the picture, or in its place.
    struct Ingredient: Encodable {
        let title: String
        let format: String
        let relationship: ListedIngredient.Relationship
        let label: String

        init(_ ingredient: ListedIngredient) {
            title = ingredient.picture.title
            format = ingredient.picture.format.mediaType
            relationship = ingredient.relationship
            label = ingredient.label
        }
    }

    private let description: ManifestDescription
    private let statement: PictureStatement
    private let ingredients: [ListedIngredient]
    /// Labels of ingredients that are only mentioned, because the library cannot read their pictures.
    private let mentioned: Set<String>

    init(
        _ description: ManifestDescription,
        ingredients: [ListedIngredient],
        mentioned: Set<String>,
        isForDevelopment: Bool
    ) {
        self.description = description
        self.ingredients = ingredients
        self.mentioned = mentioned
        statement = description.statement(isForDevelopment: isForDevelopment)
    }

    private enum CodingKeys: String, CodingKey {
        case generator = "claim_generator_info"
        case title
        case ingredients
        case assertions
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode([Software(description.generator)], forKey: .generator)
        try container.encode(description.title, forKey: .title)
        let bare = ingredients.filter { mentioned.contains($0.label) }
        if !bare.isEmpty { try container.encode(bare.map(Ingredient.init), forKey: .ingredients) }
        var assertions = container.nestedUnkeyedContainer(forKey: .assertions)
        try assertions.encode(Assertion(label: "c2pa.actions.v2", data: Actions(actions: actions)))
        try assertions.encode(Assertion(label: PictureStatement.label, data: statement))
    }

    /// The first action of a manifest is `c2pa.created`, which needs a source type, or `c2pa.opened`, which needs a
    /// parent (section "Actions" of the specification). The types are IPTC's:
    /// <https://cv.iptc.org/newscodes/digitalsourcetype/>.
    private var actions: [Action] {
        let isInput = { (ingredient: ListedIngredient) in ingredient.relationship == .inputTo }
        let inputs = Self.parameters(ingredients.filter(isInput))
        let parents = Self.parameters(ingredients.filter { !isInput($0) })
        let painted = Action(
            action: parents == nil ? "c2pa.created" : "c2pa.edited",
            when: description.date.formatted(.iso8601),
            digitalSourceType: "http://cv.iptc.org/newscodes/digitalsourcetype/"
                + (parents == nil ? "trainedAlgorithmicMedia" : "compositeWithTrainedAlgorithmicMedia"),
            softwareAgent: Software(description.model),
            parameters: inputs
        )
        guard let parents else { return [painted] }
        return [Action(action: "c2pa.opened", parameters: parents), painted]
    }

    private static func parameters(_ ingredients: [ListedIngredient]) -> Action.Parameters? {
        ingredients.isEmpty ? nil : Action.Parameters(ingredientIds: ingredients.map(\.label))
    }

    func json() throws(LibraryFailure) -> String {
        try Self.json(self)
    }

    static func json(_ value: some Encodable) throws(LibraryFailure) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
        } catch {
            throw LibraryFailure("\(error)")
        }
    }
}
