/// A line of a plot.
struct PlotSeries: Sendable {
    let name: String
    /// Its colour's class.
    let style: String
    var isDashed = false
    /// Whether a value holds until the next one, instead of changing evenly.
    var isStepped = false
    let points: [(x: Double, y: Double)]

    func drawing(in frame: PlotFrame) -> String {
        guard let first = points.first else { return "" }
        if points.count == 1 {
            let at = frame.point(first.x, first.y)
            return """
                <circle class="dot \(style)" cx="\(SVGPath.number(at.x))" cy="\(SVGPath.number(at.y))" r="3"/>
                """
        }
        var path = SVGPath()
        path.move(frame.point(first.x, first.y))
        for (previous, point) in zip(points, points.dropFirst()) {
            if isStepped { path.line(frame.point(point.x, previous.y)) }
            path.line(frame.point(point.x, point.y))
        }
        return "<path class=\"line \(style)\(isDashed ? " dashed" : "")\" d=\"\(path.text)\"/>"
    }
}
