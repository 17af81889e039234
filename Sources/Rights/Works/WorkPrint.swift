/// What the registry keeps of a work's picture: fingerprints of the whole and of parts, not the picture.
public struct WorkPrint: Hashable, Codable, Sendable {
    /// The whole first, then those parts in which enough goes on.
    public let hashes: [PDQHash]
    /// Of the whole picture.
    public let quality: Int

    /// Parts are taken from a picture of about this many pixels on its shorter side: four for each sample of PDQ's, and a
    /// small part of the time that the full size would take.
    static let workingSide = 256

    /// - Parameter rgb: three bytes a pixel, row by row.
    public init(rgb: [UInt8], width: Int, height: Int) throws(FingerprintError) {
        let plane = try LumaPlane(rgb: rgb, width: width, height: height)
        let whole = PDQFingerprint(PDQSpectrum(plane, takesSmallAsItIs: true))
        let small = plane.shrunk(toAtLeast: Self.workingSide)
        let parts = PictureView.ofWorks.dropFirst().map { view in
            PDQFingerprint(PDQSpectrum(small.cropped(to: view), takesSmallAsItIs: true))
        }
        hashes = [whole.hash] + parts.filter { $0.quality >= WorkRegistry.leastQuality }.map(\.hash)
        quality = whole.quality
    }

    /// - Parameter hashes: of somebody else's list, the whole picture's first.
    public init(hashes: [PDQHash], quality: Int) {
        self.hashes = hashes
        self.quality = quality
    }
}
