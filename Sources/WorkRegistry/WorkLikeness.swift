/// What a picture has in common with a work.
public enum WorkLikeness: Hashable, Codable, Sendable {
    /// Of the fingerprints' 256 bits, as many differ.
    case fingerprint(distance: Int)
    /// The picture shows the part; −1 to 1: how alike steps of brightness are there.
    case part(WorkPart, correlation: Double)

    /// In a few words, for the ledger.
    public var summary: String {
        switch self {
        case .fingerprint(let distance): "fingerprint, \(distance) of 256 bits"
        case .part(_, let correlation): "part, correlation \((correlation * 1_000).rounded() / 1_000)"
        }
    }
}
