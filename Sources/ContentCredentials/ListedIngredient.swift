/// An ingredient with its part in the making, under a label that actions refer to.
struct ListedIngredient {
    /// The relationships of <https://spec.c2pa.org/specifications/specifications/2.4/specs/C2PA_Specification.html>,
    /// section "Ingredient". `componentOf` is not among them: a model looks at a picture, it does not place it.
    enum Relationship: String, Encodable {
        /// The picture is a new version of it.
        case parentOf
        /// A model was given it.
        case inputTo
    }

    let picture: PictureIngredient
    let relationship: Relationship
    let label: String

    /// In the order in which outcomes are reported: the upload first.
    static func list(of origin: ManifestDescription.Origin) -> [ListedIngredient] {
        let parent: PictureIngredient?
        let references: [PictureIngredient]
        switch origin {
        case .generated(let pictures): (parent, references) = (nil, pictures)
        case .edited(let upload, let pictures): (parent, references) = (upload, pictures)
        }
        return [parent].compactMap(\.self).map {
            ListedIngredient(picture: $0, relationship: .parentOf, label: "upload")
        }
            + references.enumerated().map {
                ListedIngredient(picture: $1, relationship: .inputTo, label: "reference-\($0 + 1)")
            }
    }
}
