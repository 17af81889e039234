/// Means of squares round each pixel.
enum SquareMeans {
    /// Beyond the edges the picture's own part of the square counts alone.
    static func means(of values: [Float], width: Int, height: Int, radius: Int) -> [Float] {
        guard radius > 0 else { return values }
        var rows = [Float](repeating: 0, count: values.count)
        var sums = [Float](repeating: 0, count: width + 1)
        for row in 0..<height {
            let first = row * width
            unsafe values.withUnsafeBufferPointer { values in
                unsafe rows.withUnsafeMutableBufferPointer { rows in
                    unsafe sums.withUnsafeMutableBufferPointer { sums in
                        var sum: Float = 0
                        for column in 0..<width {
                            unsafe sum += values[first + column]
                            unsafe sums[column + 1] = sum
                        }
                        let inner = Float(1) / Float(2 * radius + 1)
                        for column in 0..<min(radius, width) {
                            unsafe rows[first + column] = edgeMean(sums, column, radius, width)
                        }
                        if radius < width - radius {
                            for column in radius..<width - radius {
                                unsafe rows[first + column] =
                                    (sums[column + radius + 1] - sums[column - radius]) * inner
                            }
                        }
                        for column in max(width - radius, min(radius, width))..<width {
                            unsafe rows[first + column] = edgeMean(sums, column, radius, width)
                        }
                    }
                }
            }
        }
        return columnMeans(of: rows, width: width, height: height, radius: radius)
    }

    private static func edgeMean(
        _ sums: UnsafeMutableBufferPointer<Float>,
        _ column: Int,
        _ radius: Int,
        _ width: Int
    ) -> Float {
        let (from, to) = (max(column - radius, 0), min(column + radius + 1, width))
        return unsafe (sums[to] - sums[from]) / Float(to - from)
    }

    private static func columnMeans(of values: [Float], width: Int, height: Int, radius: Int) -> [Float] {
        var means = [Float](repeating: 0, count: values.count)
        var sums = [Float](repeating: 0, count: width)
        unsafe values.withUnsafeBufferPointer { values in
            unsafe means.withUnsafeMutableBufferPointer { means in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    for row in 0..<min(radius, height) {
                        for column in 0..<width { unsafe sums[column] += values[row * width + column] }
                    }
                    for row in 0..<height {
                        if row + radius < height {
                            let entering = (row + radius) * width
                            for column in 0..<width { unsafe sums[column] += values[entering + column] }
                        }
                        if row > radius {
                            let leaving = (row - radius - 1) * width
                            for column in 0..<width { unsafe sums[column] -= values[leaving + column] }
                        }
                        let share = 1 / Float(min(row + radius + 1, height) - max(row - radius, 0))
                        for column in 0..<width { unsafe means[row * width + column] = sums[column] * share }
                    }
                }
            }
        }
        return means
    }
}
