/// A picture's brightness made ready for correlation: what is slower and faster than the mark taken out, and parts where much
/// goes on weighed less, since there the mark stands out less although it is stronger.
struct WhitenedPlane {
    /// Which filter: the mark of a picture that was made smaller has faster waves.
    enum Band {
        /// For pictures from 0.7 to 1.4 of the size at which they were marked.
        case standard
        /// For 0.4 to 0.7.
        case fine

        /// The mean of the smaller square less that of the larger is what goes on.
        var narrowRadius: Int { self == .standard ? 1 : 0 }
        var wideRadius: Int { self == .standard ? 4 : 2 }
    }

    /// A variance, in squares of levels, below which quieter parts do not count more: there the encoder's steps decide.
    private static let quietest: Float = 3

    let width: Int
    let height: Int
    private let band: Band
    private let values: [Float]
    private let variances: [Float]

    init(_ brightness: BrightnessPlane, band: Band) {
        width = brightness.width
        height = brightness.height
        self.band = band
        func means(_ values: [Float], _ radius: Int) -> [Float] {
            SquareMeans.means(of: values, width: brightness.width, height: brightness.height, radius: radius)
        }
        var whitened = means(brightness.values, band.narrowRadius)
        let slow = means(brightness.values, band.wideRadius)
        for place in whitened.indices { whitened[place] -= slow[place] }
        variances = means(whitened.map { $0 * $0 }, band == .standard ? 8 : 5)
        for place in whitened.indices {
            let value = whitened[place]
            let root = (variances[place] + Self.quietest).squareRoot()
            // Edges are louder than any mark.
            let bounded = min(max(value, -3 * root), 3 * root)
            whitened[place] = bounded / (root * root.squareRoot())
        }
        values = whitened
    }

    /// How much each pixel counts.
    func weight(column: Int, row: Int) -> Float {
        let root = (variances[row * width + column] + Self.quietest).squareRoot()
        return 1 / (root * root.squareRoot())
    }

    func response(horizontalScale: Double, verticalScale: Double) -> WaveResponse {
        WaveResponse(
            narrowRadius: band.narrowRadius,
            wideRadius: band.wideRadius,
            horizontalScale: horizontalScale,
            verticalScale: verticalScale
        )
    }

    /// All tiles laid over each other.
    ///
    /// - Parameters:
    ///   - horizontalScale: how many pixels one pixel at the time of marking has become.
    ///   - window: how many pixels round the picture's centre take part, at most.
    /// - Returns: row by row; the picture's centre lies on the first value.
    func folded(horizontalScale: Double, verticalScale: Double, window: (width: Int, height: Int)? = nil) -> [Float] {
        let side = WatermarkDesign.tile
        let usedWidth = min(window?.width ?? width, width)
        let usedHeight = min(window?.height ?? height, height)
        let (left, top) = ((width - usedWidth) / 2, (height - usedHeight) / 2)
        let columns = Self.places(left..<left + usedWidth, of: width, scale: horizontalScale)
        let rows = Self.places(top..<top + usedHeight, of: height, scale: verticalScale)
        var tile = [Float](repeating: 0, count: side * side)
        unsafe tile.withUnsafeMutableBufferPointer { tile in
            unsafe values.withUnsafeBufferPointer { values in
                unsafe columns.withUnsafeBufferPointer { columns in
                    for row in 0..<usedHeight {
                        let target = Int(rows[row]) * side
                        let source = (top + row) * width + left
                        for column in 0..<usedWidth {
                            unsafe tile[target &+ Int(columns[column])] += values[source &+ column]
                        }
                    }
                }
            }
        }
        return tile
    }

    /// Where in the tile each pixel of the range lies.
    private static func places(_ range: Range<Int>, of length: Int, scale: Double) -> [Int32] {
        let centre = Double(length - 1) / 2
        let side = WatermarkDesign.tile
        return range.map { place in
            let position = Int(((Double(place) - centre) / scale + 0.5).rounded(.down))
            return Int32((position % side + side) % side)
        }
    }
}
