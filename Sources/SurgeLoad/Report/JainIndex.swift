/// How evenly something is shared (Jain, Chiu and Hawe, "A Quantitative Measure of Fairness", 1984).
enum JainIndex {
    /// - Returns: (sum x)^2 / (n * sum x^2): 1 when all have the same, 1/n when one has everything; nil when nobody has
    ///   anything.
    static func of(_ shares: [Double]) -> Double? {
        let sum = shares.reduce(0, +)
        let squares = shares.reduce(0) { $0 + $1 * $1 }
        guard squares > 0 else { return nil }
        return sum * sum / (Double(shares.count) * squares)
    }
}
