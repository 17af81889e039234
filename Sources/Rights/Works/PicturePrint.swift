/// What is compared with the registry of an upload or an output: its fingerprints in all eight ways to lay it down.
///
/// Works are kept upright and pictures are turned, because many more works are kept than pictures are compared at a time.
public struct PicturePrint: Hashable, Codable, Sendable {
    /// In the order of ``PictureSymmetry``.
    let hashes: [PDQHash]
    public let quality: Int

    /// - Parameter rgb: three bytes a pixel, row by row.
    public init(rgb: [UInt8], width: Int, height: Int) throws(FingerprintError) {
        let prints = try PDQFingerprint.inAllSymmetries(rgb: rgb, width: width, height: height)
        hashes = prints.map(\.hash)
        quality = prints.first?.quality ?? 0
    }

    init(hashes: [PDQHash], quality: Int) {
        self.hashes = hashes
        self.quality = quality
    }
}
