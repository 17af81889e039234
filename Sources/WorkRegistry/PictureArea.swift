/// A picture's brightness on 128 × 128 cells, and the mean of any rectangle of it at the cost of four look-ups.
///
/// Sums over all cells above and to the left (Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984).
struct PictureArea {
    static let side = 128
    private static let stride = side + 1

    /// A 129 × 129 table; whole numbers below 2²⁴, which floats hold exactly.
    private let sums: [Float]

    /// A picture's brightness on as many cells, row by row.
    ///
    /// - Parameter plane: not empty.
    static func cells(of plane: LumaPlane) -> [UInt8] {
        plane.resampled(width: side, height: side).values.map { UInt8(clamping: Int($0.rounded())) }
    }

    /// Nil for another number of cells.
    init?(cells: [UInt8], isMirrored: Bool) {
        guard cells.count == Self.side * Self.side else { return nil }
        var sums = [Float](repeating: 0, count: Self.stride * Self.stride)
        for row in 0..<Self.side {
            var sum: Float = 0
            for column in 0..<Self.side {
                sum += Float(cells[row * Self.side + (isMirrored ? Self.side - 1 - column : column)])
                let place = (row + 1) * Self.stride + column + 1
                sums[place] = sums[place - Self.stride] + sum
            }
        }
        self.sums = sums
    }

    /// The means of a grid's fields, row by row.
    ///
    /// - Parameters:
    ///   - columns: the grid's vertical lines, in cells, one more than there are fields.
    ///   - rows: its horizontal lines.
    func means(columns: [Float], rows: [Float]) -> [Float] {
        let across = columns.map { Self.position($0) }
        var means: [Float] = []
        means.reserveCapacity(max(columns.count - 1, 0) * max(rows.count - 1, 0))
        var above: [Float] = []
        for (row, line) in rows.enumerated() {
            let (down, share) = Self.position(line)
            let (upper, lower) = (down * Self.stride, (down + 1) * Self.stride)
            let below = across.map { right, part in
                let first = sums[upper + right] * (1 - part) + sums[upper + right + 1] * part
                let second = sums[lower + right] * (1 - part) + sums[lower + right + 1] * part
                return first * (1 - share) + second * share
            }
            if row > 0 {
                let height = line - rows[row - 1]
                for column in 1..<max(columns.count, 1) {
                    let sum = below[column] - below[column - 1] - above[column] + above[column - 1]
                    means.append(sum / (height * (columns[column] - columns[column - 1])))
                }
            }
            above = below
        }
        return means
    }

    private static func position(_ line: Float) -> (first: Int, share: Float) {
        let line = min(max(line, 0), Float(side))
        let first = min(Int(line), side - 1)
        return (first, line - Float(first))
    }
}
