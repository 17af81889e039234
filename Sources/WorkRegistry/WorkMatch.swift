/// A work that a picture is near to.
public struct WorkMatch: Hashable, Codable, Sendable, CustomStringConvertible {
    public let workID: String
    public let title: String
    public let rightHolder: String
    public let likeness: WorkLikeness
    /// How the picture has to be laid down to be that near.
    public let symmetry: PictureSymmetry

    /// Differing bits of 256, if that is how it was found.
    public var distance: Int? {
        switch likeness {
        case .fingerprint(let distance): distance
        case .part: nil
        }
    }

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
        let reason = "The picture is too close to “\(title)”, registered by \(rightHolder)\(manner): "
        switch likeness {
        case .fingerprint(let distance): return reason + "\(distance) of 256 bits of their fingerprints differ."
        case .part(let part, let correlation):
            let percent = { (share: Double) in Int((share * 100).rounded()) }
            return reason + "it shows the work from \(percent(part.left)) to \(percent(part.right)) % of its width and "
                + "from \(percent(part.top)) to \(percent(part.bottom)) % of its height, and \(percent(correlation)) % of "
                + "what can be the same is."
        }
    }
}
