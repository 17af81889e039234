/// Lays a picture over a work's thumbnail until they fit best, and says how well they do.
struct PartAlignment {
    /// The picture's edges within the work, in cells of its thumbnail: left, right, top, bottom.
    typealias Edges = SIMD4<Float>

    struct Fit {
        let edges: Edges
        /// −1 to 1: see ``PartAlignment/correlation(_:_:)``.
        let correlation: Float
    }

    /// The thumbnail's cells that lie within the picture, and what the picture shows there.
    private struct Overlap {
        let columns: Range<Int>
        let rows: Range<Int>
        let picture: [Float]
        let work: [Float]
    }

    private static let mostSteps = 8
    /// After this many steps, what is below ``hopeless`` is given up.
    private static let stepsOfHope = 2
    private static let hopeless: Float = 0.2
    /// Cells a step may move an edge.
    private static let longestStep: Float = 1
    /// Once no edge moves by more, it fits.
    private static let leastStep: Float = 0.01
    /// What part of a work's width and height a picture may show.
    private static let shares: ClosedRange<Float> = 0.7...1.1

    let picture: PictureArea
    let work: WorkThumbnail

    /// The best fit near a first guess, or nil if nothing there does.
    ///
    /// Gauss–Newton steps on the four edges (Lucas and Kanade, "An iterative image registration technique", IJCAI 1981).
    func fit(near start: Edges) -> Fit? {
        var edges = start
        var best: Fit?
        for step in 0...Self.mostSteps {
            guard let overlap = overlap(edges) else { return best }
            let correlation = Self.correlation(overlap)
            if correlation > best?.correlation ?? -1 { best = Fit(edges: edges, correlation: correlation) }
            if step == Self.stepsOfHope, best?.correlation ?? -1 < Self.hopeless { return nil }
            let move = Self.step(overlap, edges)
            let largest = max(move.max(), -move.min())
            guard largest > Self.leastStep else { return best }
            edges += largest > Self.longestStep ? move * (Self.longestStep / largest) : move
        }
        return best
    }

    private func overlap(_ edges: Edges) -> Overlap? {
        let side = Float(WorkThumbnail.side)
        let (width, height) = (edges[1] - edges[0], edges[3] - edges[2])
        guard Self.shares.contains(width / side), Self.shares.contains(height / side),
            edges.min() > -side, edges.max() < 2 * side
        else { return nil }
        let columns = Self.cells(from: edges[0], to: edges[1])
        let rows = Self.cells(from: edges[2], to: edges[3])
        guard Float(min(columns.count, rows.count)) > Self.shares.lowerBound * side - 2 else { return nil }
        let picture = Float(PictureArea.side)
        let means = self.picture.means(
            columns: (columns.lowerBound...columns.upperBound).map { (Float($0) - edges[0]) / width * picture },
            rows: (rows.lowerBound...rows.upperBound).map { (Float($0) - edges[2]) / height * picture }
        )
        var cells: [Float] = []
        cells.reserveCapacity(means.count)
        for row in rows { for column in columns { cells.append(Float(work.cells[row * WorkThumbnail.side + column])) } }
        return Overlap(columns: columns, rows: rows, picture: means, work: cells)
    }

    /// The cells that lie wholly between two edges.
    private static func cells(from: Float, to: Float) -> Range<Int> {
        let first = max(Int(from.rounded(.up)), 0)
        return first..<max(min(Int(to.rounded(.down)), WorkThumbnail.side), first)
    }

    /// How alike the steps of brightness between neighbouring cells are: their cosine.
    ///
    /// Not the brightness itself, because one sky above one meadow is much like another.
    private static func correlation(_ overlap: Overlap) -> Float {
        let (width, height) = (overlap.columns.count, overlap.rows.count)
        var (both, picture, work): (Float, Float, Float) = (0, 0, 0)
        for row in 0..<height - 1 {
            for place in row * width..<(row + 1) * width - 1 {
                let across = (
                    overlap.picture[place + 1] - overlap.picture[place], overlap.work[place + 1] - overlap.work[place]
                )
                let down = (
                    overlap.picture[place + width] - overlap.picture[place],
                    overlap.work[place + width] - overlap.work[place]
                )
                both += across.0 * across.1 + down.0 * down.1
                picture += across.0 * across.0 + down.0 * down.0
                work += across.1 * across.1 + down.1 * down.1
            }
        }
        let scale = (picture * work).squareRoot()
        return scale > 0 ? both / scale : 0
    }

    /// How the edges have to move so that the picture comes nearer to the work, after contrast and brightness are made equal.
    private static func step(_ overlap: Overlap, _ edges: Edges) -> Edges {
        let (width, height) = (overlap.columns.count, overlap.rows.count)
        let share = 1 / Float(width * height)
        let means = (overlap.picture.reduce(0, +) * share, overlap.work.reduce(0, +) * share)
        var (both, square): (Float, Float) = (0, 0)
        for (picture, work) in zip(overlap.picture, overlap.work) {
            both += (picture - means.0) * (work - means.1)
            square += (picture - means.0) * (picture - means.0)
        }
        guard square > 0, both > 0 else { return Edges() }
        let gain = both / square
        var (normal, right) = (SmallSystem(), Edges())
        for row in 1..<height - 1 {
            let down = (Float(overlap.rows.lowerBound + row) + 0.5 - edges[2]) / (edges[3] - edges[2])
            for column in 1..<width - 1 {
                let place = row * width + column
                let across = (Float(overlap.columns.lowerBound + column) + 0.5 - edges[0]) / (edges[1] - edges[0])
                let slopeAcross =
                    gain * (overlap.picture[place + 1] - overlap.picture[place - 1])
                    + overlap.work[place + 1] - overlap.work[place - 1]
                let slopeDown =
                    gain * (overlap.picture[place + width] - overlap.picture[place - width])
                    + overlap.work[place + width] - overlap.work[place - width]
                let slopes =
                    Edges(
                        -slopeAcross * (1 - across),
                        -slopeAcross * across,
                        -slopeDown * (1 - down),
                        -slopeDown * down
                    ) * 0.25
                let rest = overlap.work[place] - means.1 - gain * (overlap.picture[place] - means.0)
                normal.add(slopes)
                right += slopes * rest
            }
        }
        return normal.solution(right) ?? Edges()
    }
}
