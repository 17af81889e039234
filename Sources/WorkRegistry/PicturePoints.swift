/// The points of a picture, taken for a certain part of a work's sides.
struct PicturePoints: Hashable, Codable, Sendable {
    struct Point: Hashable, Codable, Sendable {
        /// Pixels from the plane's left edge.
        let x: Float
        /// Pixels from its top.
        let y: Float
        let descriptor: UInt64
        /// See ``PatchSpectrum/doubtful``.
        let doubtful: [UInt8]
    }

    /// What is left of a work's sides after a crop of up to a fifth; between two of these the size is 3.7 % off at most.
    static let scales: [Float] = [1, 0.93, 0.865, 0.8]
    /// One correct point of them is enough, so fewer than are kept of a work.
    private static let most = 24

    let width: Int
    let height: Int
    let points: [Point]

    /// Nil for a picture that is too narrow to have points.
    init?(_ plane: LumaPlane, scale: Float) {
        guard let size = InterestPoint.planeSize(width: plane.width, height: plane.height, scale: scale) else {
            return nil
        }
        (width, height) = size
        points = InterestPoint.strongest(Self.most, in: plane.resampled(width: width, height: height)).map { point in
            Point(
                x: point.x,
                y: point.y,
                descriptor: point.spectrum.descriptor.bits,
                doubtful: point.spectrum.doubtful
            )
        }
    }
}
