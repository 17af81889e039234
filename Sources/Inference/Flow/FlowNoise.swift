/// Noise by counter: each value follows from the seed and its own place alone, so that Python and Swift make the same,
/// and no generator's state has to be kept.
public enum FlowNoise {
    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let pictureIncrement: UInt64 = 0xD1B5_4A32_D192_ED03

    /// The seed of a job's picture: the job's own for the first, others for the rest.
    public static func seed(ofPicture index: Int, job seed: UInt64) -> UInt64 {
        guard index > 0 else { return seed }
        return mix(seed &+ UInt64(index) &* pictureIncrement)
    }

    /// The finaliser of SplitMix64.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
