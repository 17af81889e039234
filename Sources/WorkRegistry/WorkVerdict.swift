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
