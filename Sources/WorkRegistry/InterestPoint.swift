/// A place where a picture is brighter or darker than all around: one that is found again in a copy.
///
/// Extremes of the difference of two Gaussian filters (Lowe, "Distinctive image features from scale-invariant keypoints",
/// IJCV 2004, section 3), but of one size only and not turned: copies are upright or mirrored, and how much a crop changes
/// the size is known but for a quarter, so that pictures are compared at a few sizes instead.
struct InterestPoint {
    /// Pixels from the plane's left edge.
    let x: Float
    /// Pixels from its top.
    let y: Float
    let spectrum: PatchSpectrum

    /// The geometric mean of a plane's sides on which points are looked for. A crop that leaves 80 % of both sides changes it
    /// by 0.8, whatever the shape.
    static let meanSide: Float = 128
    /// Beyond it a picture has no points: patches do not fit into narrow strips.
    static let longestSide: Float = 512

    private static let finer: Float = 2
    private static let coarser: Float = 3.2
    private static let slight: Float = 1
    /// A point stands alone within as many pixels.
    private static let distance = 3
    /// Levels of brightness, of 255, that it stands out at least. Below, it is noise of the encoding.
    private static let leastContrast: Float = 0.6

    /// The size at which points of a picture are looked for, or nil for one that is too narrow or empty.
    ///
    /// - Parameter scale: what part of the original picture's sides the picture is taken for.
    static func planeSize(width: Int, height: Int, scale: Float) -> (width: Int, height: Int)? {
        guard width > 0, height > 0 else { return nil }
        let factor = meanSide * scale / (Float(width) * Float(height)).squareRoot()
        let (columns, rows) = (Float(width) * factor, Float(height) * factor)
        guard max(columns, rows) <= longestSide else { return nil }
        return (max(Int(columns.rounded()), 1), max(Int(rows.rounded()), 1))
    }

    /// The points that stand out most, the strongest first.
    static func strongest(_ count: Int, in plane: LumaPlane) -> [InterestPoint] {
        let margin = PatchSpectrum.side / 2 + 1
        guard min(plane.width, plane.height) > 2 * margin else { return [] }
        let sampled = plane.blurred(deviation: slight)
        let first = sampled.blurred(deviation: (finer * finer - slight * slight).squareRoot())
        let second = first.blurred(deviation: (coarser * coarser - finer * finer).squareRoot())
        var contrast = first.values
        for place in contrast.indices { contrast[place] -= second.values[place] }
        let field = LumaPlane(width: plane.width, height: plane.height, values: contrast)
        var found: [(strength: Float, place: Int)] = []
        for row in margin..<plane.height - margin {
            for place in row * plane.width + margin..<(row + 1) * plane.width - margin
            where field.isExtreme(at: place, within: distance, least: leastContrast) {
                found.append((abs(contrast[place]), place))
            }
        }
        return found.sorted { ($1.strength, $0.place) < ($0.strength, $1.place) }.prefix(count).map { _, place in
            let x = Float(place % plane.width) + field.vertex(at: place, step: 1)
            let y = Float(place / plane.width) + field.vertex(at: place, step: plane.width)
            return InterestPoint(x: x + 0.5, y: y + 0.5, spectrum: PatchSpectrum(of: sampled, x: x, y: y))
        }
    }
}

extension LumaPlane {
    /// Whether no value around is further from zero; of equals, the first one is the extreme.
    fileprivate func isExtreme(at place: Int, within distance: Int, least: Float) -> Bool {
        let strength = abs(values[place])
        guard strength > least, strength > abs(values[place - 1]), strength >= abs(values[place + 1]) else {
            return false
        }
        for down in -distance...distance {
            for right in -distance...distance {
                let other = place + down * width + right
                let value = abs(values[other])
                if value > strength || (value == strength && other < place) { return false }
            }
        }
        return true
    }

    /// Where the parabola through three neighbours has its vertex: −0.5 to 0.5.
    fileprivate func vertex(at place: Int, step: Int) -> Float {
        let (before, here, after) = (values[place - step], values[place], values[place + step])
        let bend = after + before - 2 * here
        guard abs(bend) > 1e-6 else { return 0 }
        return min(max((before - after) / (2 * bend), -0.5), 0.5)
    }
}
