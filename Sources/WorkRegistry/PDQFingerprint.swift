/// A picture's PDQ fingerprint, and how much it can be relied on.
public struct PDQFingerprint: Hashable, Codable, Sendable {
    public let hash: PDQHash
    /// 0 to 100. PDQ's authors advise against using fingerprints below 50: plain surfaces and smooth gradients resemble each
    /// other (<https://github.com/facebook/ThreatExchange/tree/main/pdq>).
    public let quality: Int

    /// The same as `pdqhash.compute`, bit by bit. A picture of fewer than 5 pixels on a side has quality 0, and no bit set.
    ///
    /// - Parameter rgb: three bytes a pixel, row by row.
    public init(rgb: [UInt8], width: Int, height: Int) throws(FingerprintError) {
        let plane = try LumaPlane(rgb: rgb, width: width, height: height)
        self.init(PDQSpectrum(plane, takesSmallAsItIs: true))
    }

    init(_ spectrum: PDQSpectrum?, _ symmetry: PictureSymmetry = .upright) {
        hash = spectrum?.hash(symmetry) ?? PDQHash(words: SIMD4())
        quality = spectrum?.quality ?? 0
    }

    /// The same as `pdqhash.compute_dihedral`, bit by bit: the picture's fingerprints in all eight ways to lay it down, in the
    /// order of ``PictureSymmetry``, for little more than the price of one.
    public static func inAllSymmetries(
        rgb: [UInt8],
        width: Int,
        height: Int
    ) throws(FingerprintError) -> [PDQFingerprint] {
        let plane = try LumaPlane(rgb: rgb, width: width, height: height)
        let spectrum = PDQSpectrum(plane, takesSmallAsItIs: false)
        return PictureSymmetry.allCases.map { PDQFingerprint(spectrum, $0) }
    }
}
