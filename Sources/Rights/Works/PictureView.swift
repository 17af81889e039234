/// A rectangle of a picture whose fingerprint is kept, too, because a fingerprint of the whole does not survive a crop.
///
/// Its edges are fractions of the picture's width and height.
public struct PictureView: Hashable, Sendable {
    public let left: Double
    public let top: Double
    public let right: Double
    public let bottom: Double

    /// - Parameters:
    ///   - scale: the part of each side that is left.
    ///   - x: where what is cut off stands: 0, all on the right; 1, all on the left.
    ///   - y: the same, from top to bottom.
    init(scale: Double, x: Double, y: Double) {
        left = (1 - scale) * x
        top = (1 - scale) * y
        right = left + scale
        bottom = top + scale
    }

    /// What is kept of each work: the whole, and what is left when 10 % or 20 % of each side are cut off at the edges, the
    /// corners or all round.
    ///
    /// What each adds was measured; `Docs/Works.md` has the figures, and those of crops between these.
    public static let ofWorks: [PictureView] = {
        let places = [0, 0.5, 1]
        let crops = [0.9, 0.8].flatMap { scale in
            places.flatMap { y in places.map { x in PictureView(scale: scale, x: x, y: y) } }
        }
        return [PictureView(scale: 1, x: 0, y: 0)] + crops
    }()
}
