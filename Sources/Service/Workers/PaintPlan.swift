internal import Imaging
internal import SurgeCore

/// The sizes that a request is painted at: pure arithmetic on its rung and the photo's shape.
enum PaintPlan {
    /// Pixels on the longer side that no partial picture goes below.
    static let smallestSide = 64

    /// The size to decode to when the request names an output size: its shape, at most as large as the rung works, and
    /// for tiny pictures larger than they will be, for the network needs something to look at.
    static func workingSize(output: PixelSize, workingSide: Int) -> PixelSize {
        let shorter = min(output.width, output.height)
        let scale = shorter < smallestSide ? (smallestSide + shorter - 1) / shorter : 1
        return PixelSize(width: output.width * scale, height: output.height * scale).fitting(longerSide: workingSide)
    }

    /// The working sides of `count` partial pictures, rising, all below `side`.
    ///
    /// They are the ladder's lower rungs where it has enough of them, else equal fractions: whoever asks for three
    /// partial pictures gets three.
    static func partialSides(count: Int, below side: Int, rung: Rung, ladder: Ladder) -> [Int] {
        let lower = ladder.below(rung, count: count)
        let shares =
            lower.count == count
            ? lower.map { Double($0.workingSide) / Double(rung.workingSide) }
            : (1...max(1, count)).prefix(count).map { Double($0) / Double(count + 1) }
        return shares.map { min(side, max(smallestSide, Int((Double(side) * $0).rounded()))) }
    }
}
