/// What parts of a work are found by: points, and a thumbnail that decides.
public struct WorkDetail: Hashable, Sendable {
    /// Of the plane on which the points lie.
    public let width: UInt16
    public let height: UInt16
    public let points: [WorkPoint]
    public let thumbnail: WorkThumbnail

    static let longestSide = UInt16(InterestPoint.longestSide)

    /// Nil for a picture that is too narrow, or empty.
    init?(_ plane: LumaPlane) {
        guard let size = InterestPoint.planeSize(width: plane.width, height: plane.height, scale: 1) else { return nil }
        let points = InterestPoint.strongest(
            WorkPoint.most,
            in: plane.resampled(width: size.width, height: size.height)
        )
        self.init(
            width: UInt16(clamping: size.width),
            height: UInt16(clamping: size.height),
            points: points.map { WorkPoint($0) },
            thumbnail: WorkThumbnail(plane)
        )
    }

    public init(width: UInt16, height: UInt16, points: [WorkPoint], thumbnail: WorkThumbnail) {
        self.width = width
        self.height = height
        self.points = points
        self.thumbnail = thumbnail
    }
}
