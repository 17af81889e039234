/// A work's brightness on 32 × 32 cells: enough to tell whether a part of it is what a picture shows, and not a picture of it.
public struct WorkThumbnail: Hashable, Sendable {
    static let side = 32
    public static let byteCount = side * side

    /// Row by row, from 0 for the darkest cell to 255 for the brightest.
    public let cells: [UInt8]

    /// - Parameter plane: not empty.
    init(_ plane: LumaPlane) {
        let means = plane.resampled(width: Self.side, height: Self.side).values
        let darkest = means.min() ?? 0
        let range = max((means.max() ?? 0) - darkest, 1)
        // Comparing takes no notice of contrast; stretched, dark pictures lose less to rounding.
        cells = means.map { UInt8(clamping: Int((($0 - darkest) / range * 255).rounded())) }
    }

    /// Nil for another number of cells.
    public init?(cells: [UInt8]) {
        guard cells.count == Self.byteCount else { return nil }
        self.cells = cells
    }
}
