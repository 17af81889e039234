/// Areas that stand on each other: shares of a whole, constant over each bin.
package struct PlotStack: Sendable {
    /// From the bottom to the top.
    package let styles: [String]
    /// For every bin its start, its end and its shares, in the order of the styles.
    package let bins: [(from: Double, to: Double, shares: [Double])]

    package init(styles: [String], bins: [(from: Double, to: Double, shares: [Double])]) {
        self.styles = styles
        self.bins = bins
    }

    package func drawing(in frame: PlotFrame) -> String {
        styles.indices.map { layer in
            var path = SVGPath()
            for bin in bins where bin.shares[layer] > 0 {
                let base = bin.shares[..<layer].reduce(0, +)
                let top = base + bin.shares[layer]
                path.move(frame.point(bin.from, base))
                path.line(frame.point(bin.from, top))
                path.line(frame.point(bin.to, top))
                path.line(frame.point(bin.to, base))
                path.close()
            }
            return path.text.isEmpty ? "" : "<path class=\"area \(styles[layer])\" d=\"\(path.text)\"/>"
        }
        .joined()
    }
}
