/// What is compared with the registry of an upload or an output: its fingerprints in all eight ways to lay it down, and its
/// points at four sizes.
///
/// Works are kept upright and pictures are turned, because many more works are kept than pictures are compared at a time.
public struct PictureFingerprint: Hashable, Codable, Sendable {
    /// In the order of ``PictureSymmetry``.
    public let hashes: [PDQHash]
    public let quality: Int
    /// None for a fingerprint of another program, and for a picture that is too narrow.
    let points: [PicturePoints]
    /// What ``PictureArea`` is made of; empty where there are no points.
    let cells: [UInt8]

    /// Larger pictures are shrunk in whole steps first, to this many pixels on the shorter side at least: PDQ looks at 64 × 64
    /// means, which are the same to a few bits then, in half the time.
    private static let comparedSide = 512

    /// - Parameter rgb: three bytes a pixel, row by row.
    public init(rgb: [UInt8], width: Int, height: Int) throws(FingerprintError) {
        let factor = min(width, height) / Self.comparedSide
        let plane = try LumaPlane(rgb: rgb, width: width, height: height, shrunkBy: max(1, factor))
        let upright = PDQFingerprint(PDQSpectrum(plane, takesSmallAsItIs: true))
        // PDQ's samples lie up to two pixels beside the middle of their blocks, so that turning the spectrum of a small
        // picture, as `pdqhash` does, gives another one than turning the picture: of 300 mirrored pictures of 256 pixels,
        // 74 were further than 31 from themselves that way, and none is this way.
        let small = plane.shrunk(toAtLeast: WorkFingerprint.workingSide)
        let turned = PictureSymmetry.allCases.dropFirst().map { symmetry in
            PDQFingerprint(PDQSpectrum(small.laidDown(symmetry), takesSmallAsItIs: true)).hash
        }
        hashes = [upright.hash] + turned
        quality = upright.quality
        points = PicturePoints.scales.compactMap { PicturePoints(small, scale: $0) }
        cells = points.isEmpty ? [] : PictureArea.cells(of: small)
    }

    /// - Parameter hashes: of another program, in the order of ``PictureSymmetry``; those behind the last given one are not
    ///   compared.
    public init(hashes: [PDQHash], quality: Int) {
        self.hashes = hashes
        self.quality = quality
        points = []
        cells = []
    }
}
