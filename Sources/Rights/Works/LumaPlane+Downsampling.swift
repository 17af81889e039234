extension LumaPlane {
    static let blockCount = 64

    /// 64 × 64 samples of the plane after a tent filter: boxes along rows, columns, rows and columns (Jarosz, "Fast image
    /// convolutions", SIGGRAPH workshop 2001), each half as wide as a sample's share of the picture.
    ///
    /// Sums run in the order of Meta's `downscaling.cpp`, so that the last bit of every float is the same. Both sides must
    /// have at least one pixel.
    func downsampled() -> [Float] {
        let (rowWindow, columnWindow) = (Self.window(width), Self.window(height))
        var (first, second) = (values, values)
        for _ in 0..<2 {
            boxAlongRows(first, into: &second, window: rowWindow)
            boxAlongColumns(second, into: &first, window: columnWindow)
        }
        let rows = Self.centres(height)
        let columns = Self.centres(width)
        return rows.flatMap { row in columns.map { column in first[row * width + column] } }
    }

    private static func window(_ length: Int) -> Int {
        (length + 2 * blockCount - 1) / (2 * blockCount)
    }

    private static func centres(_ length: Int) -> [Int] {
        (0..<blockCount).map { Int((Double($0) + 0.5) * Double(length) / Double(blockCount)) }
    }

    private func boxAlongRows(_ source: [Float], into target: inout [Float], window: Int) {
        let ahead = (window + 2) / 2 - 1
        for row in 0..<height {
            var left = row * width
            var (right, out) = (left, left)
            var (sum, count): (Float, Float) = (0, 0)
            for _ in 0..<ahead {
                sum += source[right]
                count += 1
                right += 1
            }
            for _ in 0..<window - ahead {
                sum += source[right]
                count += 1
                target[out] = sum / count
                right += 1
                out += 1
            }
            for _ in 0..<width - window {
                sum += source[right]
                sum -= source[left]
                target[out] = sum / count
                left += 1
                right += 1
                out += 1
            }
            for _ in 0..<ahead {
                sum -= source[left]
                count -= 1
                target[out] = sum / count
                left += 1
                out += 1
            }
        }
    }

    /// The same for all columns at a time, row by row: each column's sum still sees its values in the same order.
    private func boxAlongColumns(_ source: [Float], into target: inout [Float], window: Int) {
        let ahead = (window + 2) / 2 - 1
        var sums = [Float](repeating: 0, count: width)
        var left = 0
        var (right, out) = (left, left)
        var count: Float = 0
        for _ in 0..<ahead {
            for column in 0..<width { sums[column] += source[right + column] }
            count += 1
            right += width
        }
        for _ in 0..<window - ahead {
            count += 1
            for column in 0..<width {
                sums[column] += source[right + column]
                target[out + column] = sums[column] / count
            }
            right += width
            out += width
        }
        for _ in 0..<height - window {
            for column in 0..<width {
                let sum = sums[column] + source[right + column] - source[left + column]
                sums[column] = sum
                target[out + column] = sum / count
            }
            left += width
            right += width
            out += width
        }
        for _ in 0..<ahead {
            count -= 1
            for column in 0..<width {
                sums[column] -= source[left + column]
                target[out + column] = sums[column] / count
            }
            left += width
            out += width
        }
    }
}
