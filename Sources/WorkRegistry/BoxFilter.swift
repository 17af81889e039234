/// Means of neighbouring values along rows or columns, by sums that move on value by value.
struct BoxFilter {
    /// Rows that are filtered at a time, because each sum has to wait for the one before.
    static let laneCount = 4

    private let length: Int
    private let window: Int
    /// How many values after a place are in its mean; at the edges there are fewer.
    private let ahead: Int

    /// - Parameter length: of what is filtered.
    init(length: Int) {
        self.length = length
        window = (length + 2 * LumaPlane.blockCount - 1) / (2 * LumaPlane.blockCount)
        ahead = (window + 2) / 2 - 1
    }

    /// How many values make a mean.
    private func count(at place: Int) -> Float {
        Float(min(place + ahead, length - 1) - max(place + ahead - window + 1, 0) + 1)
    }

    /// Filters four rows, or fewer at the end, along themselves.
    ///
    /// - Parameters:
    ///   - row: the first one's number in the source.
    ///   - kept: the places whose means are kept, in order.
    ///   - target: rows of as many values as are kept.
    ///   - targetRow: the first one's number there.
    func filterRows(
        from row: Int,
        of source: [Float],
        width: Int,
        keeping kept: [Int],
        into target: inout [Float],
        at targetRow: Int
    ) {
        let (source, kept) = (source.span, kept.span)
        var target = target.mutableSpan
        // Where there are fewer than four, the last one stands in for those that are not there.
        let rows = min(Self.laneCount, source.count / width - row, target.count / kept.count - targetRow)
        let lanes = SIMD4(0, min(1, rows - 1), min(2, rows - 1), min(3, rows - 1))
        let starts = (lanes &+ row) &* width
        let outs = (lanes &+ targetRow) &* kept.count
        precondition(rows > 0 && row >= 0 && targetRow >= 0 && width == length)
        // Places run from 0 up to `width`, and `next` up to `kept.count`, so that all lie within their rows.
        @inline(__always)
        func values(at place: Int) -> SIMD4<Float> {
            unsafe SIMD4(
                source[unchecked: starts[0] &+ place],
                source[unchecked: starts[1] &+ place],
                source[unchecked: starts[2] &+ place],
                source[unchecked: starts[3] &+ place]
            )
        }
        var sum = SIMD4<Float>()
        for place in 0..<ahead { sum += values(at: place) }
        var next = 0
        for place in 0..<width {
            if place < width &- ahead { sum += values(at: place &+ ahead) }
            if place >= window &- ahead { sum -= values(at: place &- window &+ ahead) }
            while next < kept.count, kept[next] == place {
                let mean = sum / count(at: place)
                for lane in 0..<Self.laneCount { unsafe target[unchecked: outs[lane] &+ next] = mean[lane] }
                next &+= 1
            }
        }
    }

    /// The sums before the first row.
    func start(of source: [Float], width: Int) -> [Float] {
        var sums = [Float](repeating: 0, count: width)
        for row in 0..<ahead { for column in 0..<width { sums[column] += source[row * width + column] } }
        return sums
    }

    /// The next row of what the columns' filter gives.
    ///
    /// - Parameters:
    ///   - row: its number; every row has to come, in order.
    ///   - sums: one for each column.
    ///   - line: where it goes to in the target, which has rows of the same width.
    func filterColumns(
        at row: Int,
        of source: [Float],
        width: Int,
        sums: inout [Float],
        into target: inout [Float],
        line: Int
    ) {
        let count = count(at: row)
        let (entering, leaving) = ((row + ahead) * width, (row + ahead - window) * width)
        let enters = row < length - ahead
        let leaves = row >= window - ahead
        let start = line * width
        for column in 0..<width {
            var sum = sums[column]
            if enters { sum += source[entering + column] }
            if leaves { sum -= source[leaving + column] }
            sums[column] = sum
            target[start + column] = sum / count
        }
    }
}
