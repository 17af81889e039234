/// The brightness of a picture's middle, less 128, which keeps sums of it exact for longer.
struct BrightnessPlane {
    /// The longest side that is looked at. Beyond it more pixels add time but hardly certainty.
    static let longestSide = 2_048

    let width: Int
    let height: Int
    let values: [Float]

    private init(width: Int, height: Int, values: [Float]) {
        self.width = width
        self.height = height
        self.values = values
    }

    /// - Parameter rgb: three bytes a pixel, row by row.
    init(rgb: [UInt8], width: Int, height: Int) {
        let (columns, rows) = (min(width, Self.longestSide), min(height, Self.longestSide))
        let (left, top) = ((width - columns) / 2, (height - rows) / 2)
        var values = [Float](repeating: 0, count: columns * rows)
        unsafe rgb.withUnsafeBufferPointer { rgb in
            unsafe values.withUnsafeMutableBufferPointer { values in
                for row in 0..<rows {
                    var source = ((top + row) * width + left) * 3
                    for column in 0..<columns {
                        // The weights of ITU-R BT.601.
                        let value =
                            unsafe 0.299 * Float(rgb[source]) + 0.587 * Float(rgb[source &+ 1])
                            + 0.114 * Float(rgb[source &+ 2])
                        unsafe values[row * columns + column] = value - 128
                        source &+= 3
                    }
                }
            }
        }
        self.init(width: columns, height: rows, values: values)
    }

    /// Each two by two pixels as one.
    func halved() -> BrightnessPlane {
        let (columns, rows) = (width / 2, height / 2)
        var halved = [Float](repeating: 0, count: columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                let place = 2 * row * width + 2 * column
                let sum = values[place] + values[place + 1] + values[place + width] + values[place + width + 1]
                halved[row * columns + column] = sum / 4
            }
        }
        return BrightnessPlane(width: columns, height: rows, values: halved)
    }
}
