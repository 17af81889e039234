/// Bars that lie: one for each name, its figure beside it.
package struct PlotBars: Sendable {
    package struct Bar: Sendable {
        package let name: String
        /// nil: there is nothing to measure, and the figure says so.
        package let value: Double?
        package let figure: String
        package let style: String

        package init(name: String, value: Double?, figure: String, style: String) {
            self.name = name
            self.value = value
            self.figure = figure
            self.style = style
        }
    }

    private static let row = 22.0
    /// About as wide as a letter of the labels.
    private static let letter = 6.6
    private static let longestName = 26

    package let bars: [Bar]
    package let width: Double
    /// What the whole width stands for; nil: the longest bar.
    package let maximum: Double?
    package let description: String

    package init(bars: [Bar], width: Double, maximum: Double? = nil, description: String) {
        self.bars = bars
        self.width = width
        self.maximum = maximum
        self.description = description
    }

    package var height: Double { Double(bars.count) * Self.row + 4 }

    package var drawing: String {
        """
        <svg viewBox="0 0 \(SVGPath.number(width)) \(SVGPath.number(height))" role="img" \
        aria-label="\(HTMLText.escaped(description))">\(content)</svg>
        """
    }

    /// The bars alone, for a drawing that holds more than them.
    package var content: String {
        let end = maximum ?? bars.compactMap(\.value).filter(\.isFinite).max() ?? 0
        return bars.enumerated()
            .map { index, bar in drawing(of: bar, at: Double(index) * Self.row + 2, end: max(end, 1e-12)) }
            .joined()
    }

    private var start: Double {
        let most = bars.map { min($0.name.count, Self.longestName) }.max() ?? 0
        return min(width * 0.45, Double(most) * Self.letter + 10)
    }

    private var room: Double {
        let figure = Double(bars.map(\.figure.count).max() ?? 0) * Self.letter + 10
        return max(20, width - start - figure)
    }

    private func drawing(of bar: Bar, at top: Double, end: Double) -> String {
        let value = bar.value.map { $0.isFinite ? max(0, $0) : 0 } ?? 0
        let length = min(1, value / end) * room
        let base = SVGPath.number(top + Self.row / 2 + 4)
        let rectangle = """
            <rect class="area \(bar.style)" x="\(SVGPath.number(start))" y="\(SVGPath.number(top + 3))" \
            width="\(SVGPath.number(max(length, 1)))" height="\(SVGPath.number(Self.row - 7))" rx="1.5"/>
            """
        return """
            <text x="0" y="\(base)">\(HTMLText.escaped(shortened(bar.name)))</text>\
            \(bar.value == nil ? "" : rectangle)\
            <text class="figure" x="\(SVGPath.number(start + (bar.value == nil ? 0 : length) + 6))" \
            y="\(base)">\(HTMLText.escaped(bar.figure))</text>
            """
    }

    private func shortened(_ name: String) -> String {
        let most = min(Self.longestName, max(4, Int((start - 8) / Self.letter)))
        return name.count <= most ? name : String(name.prefix(most - 1)) + "…"
    }
}
