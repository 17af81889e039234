/// A line of a plot.
package struct PlotSeries: Sendable {
    package let name: String
    /// Its colour's class.
    package let style: String
    package var isDashed = false
    /// Whether a value holds until the next one, instead of changing evenly.
    package var isStepped = false
    package let points: [(x: Double, y: Double)]

    package init(
        name: String,
        style: String,
        isDashed: Bool = false,
        isStepped: Bool = false,
        points: [(x: Double, y: Double)]
    ) {
        self.name = name
        self.style = style
        self.isDashed = isDashed
        self.isStepped = isStepped
        self.points = points
    }

    package func drawing(in frame: PlotFrame) -> String {
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
