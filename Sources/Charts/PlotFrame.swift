/// The axes of a plot, and where on the drawing a value lies.
package struct PlotFrame: Sendable {
    private static let left = 52.0
    private static let right = 14.0
    private static let bottom = 30.0

    package let width: Double
    package var height = 240.0
    package let x: PlotScale
    package let y: PlotScale
    /// What a reader that cannot see the plot hears.
    package let description: String
    /// Shaded: what the figures are of.
    package var window: ClosedRange<Double>?
    /// What the numbers of the upright axis count; stands above it.
    package let unit: String

    package init(
        width: Double,
        height: Double = 240,
        x: PlotScale,
        y: PlotScale,
        description: String,
        window: ClosedRange<Double>? = nil,
        unit: String = ""
    ) {
        self.width = width
        self.height = height
        self.x = x
        self.y = y
        self.description = description
        self.window = window
        self.unit = unit
    }

    private var top: Double { unit.isEmpty ? 10 : 26 }

    package func point(_ horizontal: Double, _ vertical: Double) -> (x: Double, y: Double) {
        (
            Self.left + x.share(horizontal) * (width - Self.left - Self.right),
            height - Self.bottom - y.share(vertical) * (height - top - Self.bottom)
        )
    }

    /// The plot with its axes around what is drawn in it.
    package func drawing(_ content: String) -> String {
        """
        <svg viewBox="0 0 \(NumberText.short(width)) \(NumberText.short(height))" role="img" \
        aria-label="\(HTMLText.escaped(description))">\(inner(content))</svg>
        """
    }

    /// The same without the element around it, for a drawing that holds more than this plot.
    package func inner(_ content: String) -> String { shade + grid + content + axis + heading }

    private var heading: String {
        unit.isEmpty ? "" : "<text class=\"unit\" x=\"0\" y=\"12\">\(HTMLText.escaped(unit))</text>"
    }

    private var shade: String {
        guard let window else { return "" }
        let from = point(window.lowerBound, 0).x
        let to = point(window.upperBound, 0).x
        return """
            <rect class="window" x="\(SVGPath.number(from))" y="\(SVGPath.number(top))" \
            width="\(SVGPath.number(to - from))" height="\(SVGPath.number(height - top - Self.bottom))"/>
            """
    }

    private var grid: String {
        y.ticks.map { tick in
            let at = point(x.domain.lowerBound, tick.value)
            let end = SVGPath.number(width - Self.right)
            let level = SVGPath.number(at.y)
            return """
                <line class="grid" x1="\(SVGPath.number(at.x))" x2="\(end)" y1="\(level)" y2="\(level)"/>\
                <text x="\(SVGPath.number(at.x - 8))" y="\(SVGPath.number(at.y + 4))" \
                text-anchor="end">\(HTMLText.escaped(tick.label))</text>
                """
        }
        .joined()
    }

    private var axis: String {
        let base = height - Self.bottom
        let line = """
            <line class="axis" x1="\(Self.left)" x2="\(SVGPath.number(width - Self.right))" y1="\(base)" y2="\(base)"/>
            """
        let labels = x.ticks.map { tick in
            let at = SVGPath.number(point(tick.value, y.domain.lowerBound).x)
            return """
                <line class="axis" x1="\(at)" x2="\(at)" y1="\(base)" y2="\(base + 4)"/>\
                <text x="\(at)" y="\(base + 19)" text-anchor="middle">\(HTMLText.escaped(tick.label))</text>
                """
        }
        return line + labels.joined()
    }
}
