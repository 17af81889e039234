/// Why a work was not registered or withdrawn.
public enum WorkRegistryError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String)
    case idInUse(String)
    case alreadyWithdrawn(String)
    /// Before the work was registered.
    case timeWentBack(id: String)
    case missing(field: String)
    case tooLong(field: String, limit: Int)
    /// So little goes on in the picture that many others would be taken for it.
    case tooPlain(quality: Int, least: Int)
    case tooManyFingerprints(limit: Int)
    case invalidThresholds(refuse: Int, review: Int)
    case invalidCorrelations(refuse: Double, review: Double)

    /// A message for a person.
    public var description: String {
        switch self {
        case .unknown(let id): "There is no work '\(id)'."
        case .idInUse(let id): "There is a work '\(id)' already."
        case .alreadyWithdrawn(let id): "The work '\(id)' is withdrawn already."
        case .timeWentBack(let id): "The work '\(id)' was registered later than that."
        case .missing(let field): "The field '\(field)' is missing."
        case .tooLong(let field, let limit): "The field '\(field)' is longer than \(limit) characters."
        case .tooPlain(let quality, let least):
            "The picture is too plain to be told from others: quality \(quality), and \(least) is the least."
        case .tooManyFingerprints(let limit): "A work may have \(limit) fingerprints at most, and needs one."
        case .invalidThresholds(let refuse, let review):
            "The distances \(refuse) and \(review) are not in order, or not between −1 and "
                + "\(WorkThresholds.greatest)."
        case .invalidCorrelations(let refuse, let review):
            "The correlations \(refuse) and \(review) are not in order, or one is below \(WorkThresholds.leastCorrelation)."
        }
    }
}
