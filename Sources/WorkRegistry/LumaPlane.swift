/// The brightness of each pixel, row by row.
struct LumaPlane {
    /// The longest side. More is not decoded here either, and its square is far from overflow.
    static let longestSide = 65_536

    let width: Int
    let height: Int
    let values: [Float]

    init(width: Int, height: Int, values: [Float]) {
        self.width = width
        self.height = height
        self.values = values
    }

    /// - Parameter rgb: three bytes a pixel, row by row.
    init(rgb: [UInt8], width: Int, height: Int) throws(FingerprintError) {
        guard width <= Self.longestSide, height <= Self.longestSide else {
            throw .tooLarge(width: width, height: height, limit: Self.longestSide)
        }
        guard width >= 0, height >= 0, rgb.count == width * height * 3 else {
            throw .wrongByteCount(given: rgb.count, width: width, height: height)
        }
        // Sums of doubles, rounded once, as numpy does for `pdqhash`; Meta's own program adds floats.
        let red = (0..<256).map { 0.299 * Double($0) }
        let green = (0..<256).map { 0.587 * Double($0) }
        let blue = (0..<256).map { 0.114 * Double($0) }
        var values = [Float](repeating: 0, count: width * height)
        var place = 0
        for pixel in values.indices {
            values[pixel] = Float(red[Int(rgb[place])] + green[Int(rgb[place + 1])] + blue[Int(rgb[place + 2])])
            place += 3
        }
        self.init(width: width, height: height, values: values)
    }

    /// The means of square blocks of the picture, without the plane of all its pixels; rests at the far edges are dropped.
    ///
    /// - Parameter factor: the blocks' side, at least 1.
    init(rgb: [UInt8], width: Int, height: Int, shrunkBy factor: Int) throws(FingerprintError) {
        guard factor > 1, width <= Self.longestSide, height <= Self.longestSide, rgb.count == width * height * 3 else {
            // Also says what is wrong.
            try self.init(rgb: rgb, width: width, height: height)
            return
        }
        let (columns, rows) = (width / factor, height / factor)
        var values = [Float](repeating: 0, count: columns * rows)
        // A sum is at most 255 times the pixels of a block, far from overflow.
        var sums = [UInt32](repeating: 0, count: columns * 3)
        let share = 1 / Float(factor * factor)
        for row in 0..<rows {
            for index in sums.indices { sums[index] = 0 }
            for line in row * factor..<(row + 1) * factor {
                var source = line * width * 3
                for column in 0..<columns {
                    var (red, green, blue) = (sums[column * 3], sums[column * 3 + 1], sums[column * 3 + 2])
                    for _ in 0..<factor {
                        red &+= UInt32(rgb[source])
                        green &+= UInt32(rgb[source + 1])
                        blue &+= UInt32(rgb[source + 2])
                        source += 3
                    }
                    (sums[column * 3], sums[column * 3 + 1], sums[column * 3 + 2]) = (red, green, blue)
                }
            }
            for column in 0..<columns {
                let (red, green, blue) = (sums[column * 3], sums[column * 3 + 1], sums[column * 3 + 2])
                let luma = 0.299 * Float(red) + 0.587 * Float(green) + 0.114 * Float(blue)
                values[row * columns + column] = luma * share
            }
        }
        self.init(width: columns, height: rows, values: values)
    }

    func laidDown(_ symmetry: PictureSymmetry) -> LumaPlane {
        let (columns, rows) = symmetry.exchangesAxes ? (height, width) : (width, height)
        var values: [Float] = []
        values.reserveCapacity(columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                let (y, x) = symmetry.exchangesAxes ? (column, row) : (row, column)
                let sourceRow = symmetry.mirrorsColumns ? height - 1 - y : y
                values.append(self.values[sourceRow * width + (symmetry.mirrorsRows ? width - 1 - x : x)])
            }
        }
        return LumaPlane(width: columns, height: rows, values: values)
    }

    /// The means of square blocks, as large as leaves `side` pixels on the shorter side; rests at the far edges are dropped.
    func shrunk(toAtLeast side: Int) -> LumaPlane {
        let factor = min(width, height) / side
        guard factor > 1 else { return self }
        let (columns, rows) = (width / factor, height / factor)
        var values = [Float](repeating: 0, count: columns * rows)
        let share = 1 / Float(factor * factor)
        for row in 0..<rows * factor {
            let target = row / factor * columns
            var source = row * width
            for column in 0..<columns {
                var sum: Float = 0
                for _ in 0..<factor {
                    sum += self.values[source]
                    source += 1
                }
                values[target + column] += sum * share
            }
        }
        return LumaPlane(width: columns, height: rows, values: values)
    }
}
