/// A picture with its manifest.
public struct SignedPicture: Hashable, Sendable {
    /// What became of an ingredient.
    public enum IngredientOutcome: Hashable, Sendable {
        /// It was read, and its own manifest, if it has one, is part of the picture's, with what the check of it said.
        case kept
        /// It is only mentioned: the C2PA library cannot read it, though other software can, or its own manifest is
        /// too large.
        case mentioned(reason: String)
    }

    public let bytes: [UInt8]
    /// Whether a timestamp authority proves when.
    public let isTimestamped: Bool
    /// Of the upload, then of the references, in their order.
    public let ingredients: [IngredientOutcome]
}
