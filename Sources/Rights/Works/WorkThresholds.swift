/// How near to a work is too near.
public struct WorkThresholds: Hashable, Sendable {
    /// Up to this distance a picture is refused; −1: never.
    public let refuse: Int
    /// Up to this distance, and beyond the other, a person has to look at it.
    public let review: Int

    /// Chosen from measured distances; `Docs/Works.md` has them.
    public static let standard = WorkThresholds(uncheckedRefuse: 31, review: 40)

    /// Beyond it nothing is searched.
    public static let greatest = 64

    private init(uncheckedRefuse refuse: Int, review: Int) {
        self.refuse = refuse
        self.review = review
    }

    /// - Parameters:
    ///   - refuse: −1 to `review`.
    ///   - review: −1 to ``greatest``.
    public init(refuse: Int, review: Int) throws(WorkRegistryError) {
        guard -1 <= refuse, refuse <= review, review <= Self.greatest else {
            throw .invalidThresholds(refuse: refuse, review: review)
        }
        self.init(uncheckedRefuse: refuse, review: review)
    }
}

extension WorkThresholds: Codable {
    private enum CodingKeys: CodingKey {
        case refuse
        case review
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            refuse: container.decode(Int.self, forKey: .refuse),
            review: container.decode(Int.self, forKey: .review)
        )
    }
}
