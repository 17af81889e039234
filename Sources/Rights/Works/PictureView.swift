/// A rectangle of a picture whose fingerprint is kept, too, because a fingerprint of the whole does not survive a crop.
///
/// Its edges are fractions of the picture's width and height.
public struct PictureView: Hashable, Sendable {
    public let left: Double
    public let top: Double
    public let right: Double
    public let bottom: Double

    private init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    /// - Parameters:
    ///   - scale: the part of each side that is left.
    ///   - x: where what is cut off stands: 0, all on the right; 1, all on the left.
    ///   - y: the same, from top to bottom.
    private init(scale: Double, x: Double, y: Double) {
        let (left, top) = ((1 - scale) * x, (1 - scale) * y)
        self.init(left: left, top: top, right: left + scale, bottom: top + scale)
    }

    /// What is kept of each work: the whole, what is left when 5 to 20 % of both sides are cut off, here and there, and when
    /// up to 20 % are cut off at one edge.
    ///
    /// What each size adds was measured; `Docs/Works.md` has the figures, and those of crops between these.
    public static let ofWorks: [PictureView] = {
        let whole = PictureView(scale: 1, x: 0, y: 0)
        // The smaller the part, the more places it can have.
        let crops = [(scale: 0.95, places: 3), (0.9, 3), (0.85, 3), (0.8, 5)].flatMap { scale, places in
            let steps = (0..<places).map { Double($0) / Double(places - 1) }
            return steps.flatMap { y in steps.map { x in PictureView(scale: scale, x: x, y: y) } }
        }
        let edges = [0.07, 0.14, 0.2].flatMap { cut in
            [
                PictureView(left: cut, top: 0, right: 1, bottom: 1),
                PictureView(left: 0, top: cut, right: 1, bottom: 1),
                PictureView(left: 0, top: 0, right: 1 - cut, bottom: 1),
                PictureView(left: 0, top: 0, right: 1, bottom: 1 - cut),
            ]
        }
        return [whole] + crops + edges
    }()
}
