extension LumaPlane {
    static let blockCount = 64

    /// 64 × 64 samples of the plane after a tent filter: boxes along rows, columns, rows and columns (Jarosz, "Fast image
    /// convolutions", SIGGRAPH workshop 2001), each half as wide as a sample's share of the picture.
    ///
    /// Sums run in the order of Meta's `downscaling.cpp`, so that the last bit of every float is the same. Both sides must
    /// have at least one pixel.
    func downsampled() -> [Float] {
        let (rowBox, columnBox) = (BoxFilter(length: width), BoxFilter(length: height))
        let everywhere = Array(0..<width)
        // Nothing else is looked at in the end.
        let (rows, columns) = (Self.centres(height), Self.centres(width))
        var first = [Float](repeating: 0, count: width * height)
        for row in stride(from: 0, to: height, by: BoxFilter.laneCount) {
            rowBox.filterRows(from: row, of: values, width: width, keeping: everywhere, into: &first, at: row)
        }
        // Four rows at a time go through both of the next filters, which saves writing and reading them all.
        var lines = [Float](repeating: 0, count: BoxFilter.laneCount * width)
        var narrow = [Float](repeating: 0, count: height * columns.count)
        var sums = columnBox.start(of: first, width: width)
        for row in 0..<height {
            let line = row % BoxFilter.laneCount
            columnBox.filterColumns(at: row, of: first, width: width, sums: &sums, into: &lines, line: line)
            guard line == BoxFilter.laneCount - 1 || row == height - 1 else { continue }
            rowBox.filterRows(from: 0, of: lines, width: width, keeping: columns, into: &narrow, at: row - line)
        }
        sums = columnBox.start(of: narrow, width: columns.count)
        var result = narrow
        for row in 0..<height {
            columnBox.filterColumns(at: row, of: narrow, width: columns.count, sums: &sums, into: &result, line: row)
        }
        return rows.flatMap { row in result[row * columns.count..<(row + 1) * columns.count] }
    }

    private static func centres(_ length: Int) -> [Int] {
        (0..<blockCount).map { Int((Double($0) + 0.5) * Double(length) / Double(blockCount)) }
    }
}
