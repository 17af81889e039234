/// What the registry says of a picture.
public enum WorkVerdict: Hashable, Codable, Sendable {
    case clear
    /// A person has to look at it first.
    case review(WorkMatch)
    case refused(WorkMatch)

    public var match: WorkMatch? {
        switch self {
        case .clear: nil
        case .review(let match), .refused(let match): match
        }
    }
}

/// A work that a picture is near to.
public struct WorkMatch: Hashable, Codable, Sendable, CustomStringConvertible {
    public let workID: String
    public let title: String
    public let rightHolder: String
    /// Differing bits of 256.
    public let distance: Int
    /// How the picture has to be laid down to be that near.
    public let symmetry: PictureSymmetry

    /// The reason, for whoever sent or asked for the picture.
    public var description: String {
        let manner =
            switch symmetry {
            case .upright: ""
            case .mirrored: ", seen in a mirror"
            case .flipped: ", upside down in a mirror"
            case .rotated90, .rotated180, .rotated270: ", turned"
            case .transposed, .antitransposed: ", turned and seen in a mirror"
            }
        return "The picture is too close to “\(title)”, registered by \(rightHolder)\(manner): "
            + "\(distance) of 256 bits of their fingerprints differ."
    }
}
