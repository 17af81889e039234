/// Percentiles by nearest rank: always a value that was measured.
struct Percentiles: Hashable, Sendable {
    private let sorted: [Double]

    init(_ values: [Double]) {
        sorted = values.sorted()
    }

    var maximum: Double? { sorted.last }

    /// - Parameter share: 0 to 1; 0.5 is the median.
    /// - Returns: the least value that at least this share of the values does not exceed; nil of no values.
    func value(_ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        // 0.07 * 100 is a little more than 7; that must not become the eighth value.
        let rank = (share * Double(sorted.count) - 1e-9).rounded(.up)
        return sorted[min(sorted.count, max(1, Int(rank))) - 1]
    }
}
