internal import BinaryText
public import Foundation

/// What a picture's manifest is to say of it.
public struct ManifestDescription: Hashable, Sendable {
    /// A program with its version.
    public struct Software: Hashable, Sendable {
        public let name: String
        public let version: String?

        public init(name: String, version: String? = nil) {
            self.name = name
            self.version = version
        }
    }

    /// How the picture came to be.
    public enum Origin: Hashable, Sendable {
        /// Painted from words; `references` are pictures that the model looked at.
        case generated(references: [PictureIngredient] = [])
        /// An upload, changed by the model; `references` are further pictures that it looked at.
        case edited(PictureIngredient, references: [PictureIngredient] = [])
    }

    public var title: String
    public var origin: Origin
    public var model: Software
    /// The program that signs: Heatsink.
    public var generator: Software
    /// When the picture was finished, by the server's clock. A timestamp authority proves more.
    public var date: Date
    /// By which the server's records know the picture.
    public var pictureID: String
    public var policy: PictureStatement.Policy?
    /// What the policy wants to be said of the picture.
    public var labels: [String]
    /// The id that the picture's watermark carries.
    public var watermark: UInt64?

    public init(
        title: String,
        origin: Origin,
        model: Software,
        generator: Software,
        date: Date,
        pictureID: String,
        policy: PictureStatement.Policy? = nil,
        labels: [String] = [],
        watermark: UInt64? = nil
    ) {
        self.title = title
        self.origin = origin
        self.model = model
        self.generator = generator
        self.date = date
        self.pictureID = pictureID
        self.policy = policy
        self.labels = labels
        self.watermark = watermark
    }
}

extension ManifestDescription {
    func statement(isForDevelopment: Bool) -> PictureStatement {
        PictureStatement(
            id: pictureID,
            policy: policy,
            labels: labels,
            watermark: watermark.map(\.hexadecimal),
            isSignedForDevelopment: isForDevelopment
        )
    }
}
