public import Imaging

/// What is looked at of an upload.
public enum UploadView: Hashable, Sendable {
    /// All of it. This is always looked at, whatever is cut off later.
    case whole
    /// What is left when it is cut to a shape about its middle, as painting does for a requested size.
    ///
    /// Looked at beside the whole: margins that are cut off again must not hide what is between them. The shape is width
    /// to height in lowest terms, so that sizes of the same shape are one view.
    case middle(PixelSize)

    /// The share of the area that may be cut off before what is left is worth a look of its own.
    private static let leastCut = 0.1
    /// Pixels on the shorter side that a picture is looked at with: twice the 256 that the comparison with works goes
    /// down to; the safety check takes 224.
    private static let shorterSide = 512
    /// Pixels on the longer side at most, which bounds what a picture of an extreme shape costs.
    private static let longestSide = 2_048
    /// Pixels on the shorter side from which on a decoded picture shows as much as one decoded for the look.
    private static let enough = 256

    /// - Parameters:
    ///   - size: of the whole picture.
    ///   - shape: what it is cut to; nil: nothing is cut off.
    static func all(of size: PixelSize, cutTo shape: PixelSize?) -> [UploadView] {
        guard let shape else { return [.whole] }
        let (own, wanted) = (ratio(size), ratio(shape))
        guard min(own, wanted) / max(own, wanted) < 1 - leastCut else { return [.whole] }
        let divisor = greatestDivisor(shape.width, shape.height)
        return [
            .whole, .middle(PixelSize(width: shape.width / divisor, height: shape.height / divisor)),
        ]
    }

    /// Whether a decoded picture is large enough to be looked at instead of decoding it again.
    static func isEnough(_ picture: Raster) -> Bool { min(picture.size.width, picture.size.height) >= enough }

    /// The size at which something of this shape is looked at.
    static func lookedAt(_ size: PixelSize) -> PixelSize {
        let scale = min(
            Double(shorterSide) / Double(min(size.width, size.height)),
            Double(longestSide) / Double(size.longerSide)
        )
        return PixelSize(
            width: max(1, Int((Double(size.width) * scale).rounded())),
            height: max(1, Int((Double(size.height) * scale).rounded()))
        )
    }

    private static func ratio(_ size: PixelSize) -> Double { Double(size.width) / Double(size.height) }

    private static func greatestDivisor(_ one: Int, _ other: Int) -> Int {
        var (one, other) = (one, other)
        while other != 0 { (one, other) = (other, one % other) }
        return one
    }
}

/// Everything that the outcome of an upload's check depends on; the policy and its thresholds stay the same for as long as
/// the process runs.
struct UploadCheck: Hashable, Sendable {
    let digest: String
    let view: UploadView
    /// The state of the registry of works.
    let worksVersion: Int64
    /// The entry of the ledger at which a person has cleared it; nil: nobody has.
    let clearedAt: Int64?
}
