internal import Foundation

/// How much a mark changed its picture.
public struct WatermarkStrength: Hashable, Sendable {
    /// The peak signal-to-noise ratio in decibels over the three channels of all pixels, as they were written: after rounding
    /// and after cutting off at black and white. Infinite if nothing changed.
    public let decibels: Double

    init(sumOfSquares: Int, count: Int) {
        let meanSquare = Double(sumOfSquares) / Double(max(count, 1))
        decibels = meanSquare > 0 ? 10 * log10(255 * 255 / meanSquare) : .infinity
    }
}
