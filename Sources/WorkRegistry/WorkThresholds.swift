/// How near to a work is too near.
public struct WorkThresholds: Hashable, Sendable {
    /// Up to this distance of fingerprints a picture is refused; −1: never.
    public let refuse: Int
    /// Up to this distance, and beyond the other, a person has to look at it.
    public let review: Int
    /// From this correlation with a part of a work on a picture is refused; more than 1: never.
    public let refuseCorrelation: Double
    /// From this correlation on, and below the other, a person has to look at it.
    public let reviewCorrelation: Double

    /// Chosen from measured distances and correlations; `Docs/Works.md` has them.
    public static let standard = WorkThresholds(31, 40, 0.95, 0.92)

    /// Beyond it nothing is searched.
    public static let greatest = 64
    /// Below it, correlations are those of unrelated pictures.
    public static let leastCorrelation = 0.5

    private init(_ refuse: Int, _ review: Int, _ refuseCorrelation: Double, _ reviewCorrelation: Double) {
        self.refuse = refuse
        self.review = review
        self.refuseCorrelation = refuseCorrelation
        self.reviewCorrelation = reviewCorrelation
    }

    /// - Parameters:
    ///   - refuse: −1 to `review`.
    ///   - review: −1 to ``greatest``.
    ///   - refuseCorrelation: `reviewCorrelation` or more.
    ///   - reviewCorrelation: ``leastCorrelation`` or more.
    public init(
        refuse: Int,
        review: Int,
        refuseCorrelation: Double = standard.refuseCorrelation,
        reviewCorrelation: Double = standard.reviewCorrelation
    ) throws(WorkRegistryError) {
        guard -1 <= refuse, refuse <= review, review <= Self.greatest else {
            throw .invalidThresholds(refuse: refuse, review: review)
        }
        guard Self.leastCorrelation <= reviewCorrelation, reviewCorrelation <= refuseCorrelation else {
            throw .invalidCorrelations(refuse: refuseCorrelation, review: reviewCorrelation)
        }
        self.init(refuse, review, refuseCorrelation, reviewCorrelation)
    }
}

extension WorkThresholds: Codable {
    private enum CodingKeys: CodingKey {
        case refuse
        case review
        case refuseCorrelation
        case reviewCorrelation
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            refuse: container.decode(Int.self, forKey: .refuse),
            review: container.decode(Int.self, forKey: .review),
            refuseCorrelation: container.decode(Double.self, forKey: .refuseCorrelation),
            reviewCorrelation: container.decode(Double.self, forKey: .reviewCorrelation)
        )
    }
}
