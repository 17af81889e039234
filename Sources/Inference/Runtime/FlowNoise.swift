internal import Foundation

/// Noise by counter: each value follows from the seed and its own place alone, so that Python and Swift make the same,
/// and no generator's state has to be kept.
public enum FlowNoise {
    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let pictureIncrement: UInt64 = 0xD1B5_4A32_D192_ED03
    private static let unit = 0x1p-53

    /// The seed of a job's picture: the job's own for the first, others for the rest.
    public static func seed(ofPicture index: Int, job seed: UInt64) -> UInt64 {
        guard index > 0 else { return seed }
        return mix(seed &+ UInt64(index) &* pictureIncrement)
    }

    /// Whole number `index` of a seed, evenly distributed.
    static func number(_ index: Int, seed: UInt64) -> UInt64 {
        mix(seed &+ UInt64(truncatingIfNeeded: index + 1) &* increment)
    }

    /// The first `count` values of a seed, normally distributed.
    static func values(_ count: Int, seed: UInt64) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(count + 1)
        for pair in 0..<UInt64((count + 1) / 2) {
            let (even, odd) = pairOfValues(pair, seed: seed)
            values.append(even)
            values.append(odd)
        }
        if values.count > count { values.removeLast() }
        return values
    }

    /// Box and Muller's transform of two uniform numbers.
    private static func pairOfValues(_ pair: UInt64, seed: UInt64) -> (even: Float, odd: Float) {
        let first = mix(seed &+ (2 &* pair &+ 1) &* increment)
        let second = mix(seed &+ (2 &* pair &+ 2) &* increment)
        // Never 0, whose logarithm is infinite.
        let distance = (-2 * log(Double((first >> 11) + 1) * unit)).squareRoot()
        let angle = 2 * Double.pi * (Double(second >> 11) * unit)
        return (Float(distance * cos(angle)), Float(distance * sin(angle)))
    }

    /// The finaliser of SplitMix64.
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
