/// What the registry keeps of a work's picture: its fingerprint, points and a thumbnail, not the picture.
public struct WorkFingerprint: Hashable, Sendable {
    /// The whole picture's first.
    public let hashes: [PDQHash]
    /// Of the whole picture.
    public let quality: Int
    /// What parts of the work are found by. Nil for a fingerprint from somebody else's list, and for a picture that is too
    /// narrow: those are found whole only.
    public let detail: WorkDetail?

    /// Points are looked for on a picture of about this many pixels on its shorter side at least: shrinking in whole steps
    /// first takes a small part of the time.
    static let workingSide = 256

    /// - Parameter rgb: three bytes a pixel, row by row.
    public init(rgb: [UInt8], width: Int, height: Int) throws(FingerprintError) {
        let plane = try LumaPlane(rgb: rgb, width: width, height: height)
        let whole = PDQFingerprint(PDQSpectrum(plane, takesSmallAsItIs: true))
        hashes = [whole.hash]
        quality = whole.quality
        detail = WorkDetail(plane.shrunk(toAtLeast: Self.workingSide))
    }

    /// - Parameter hashes: of somebody else's list, the whole picture's first.
    public init(hashes: [PDQHash], quality: Int) {
        self.init(hashes: hashes, quality: quality, detail: nil)
    }

    public init(hashes: [PDQHash], quality: Int, detail: WorkDetail?) {
        self.hashes = hashes
        self.quality = quality
        self.detail = detail
    }
}
