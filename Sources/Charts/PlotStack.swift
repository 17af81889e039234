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

    /// Every layer reaches down to the axis and the layers below are drawn over it: no seams between bins, and short paths.
    package func drawing(in frame: PlotFrame) -> String {
        styles.indices.reversed()
            .map { layer in
                let path = outline(of: layer, in: frame)
                return path.isEmpty ? "" : "<path class=\"area \(styles[layer])\" d=\"\(path)\"/>"
            }
            .joined()
    }

    private func outline(of layer: Int, in frame: PlotFrame) -> String {
        var path = SVGPath()
        var last: (to: Double, top: Double)?
        for bin in bins {
            let top = bin.shares[layer] > 0 ? bin.shares[...layer].reduce(0, +) : 0
            if let open = last, open.to != bin.from || top == 0 { end(&path, at: open.to, in: frame, &last) }
            guard top > 0 else { continue }
            if last == nil { path.move(frame.point(bin.from, 0)) }
            if last?.top != top { path.line(frame.point(bin.from, top)) }
            path.line(frame.point(bin.to, top))
            last = (bin.to, top)
        }
        if let open = last { end(&path, at: open.to, in: frame, &last) }
        return path.text
    }

    private func end(
        _ path: inout SVGPath,
        at to: Double,
        in frame: PlotFrame,
        _ last: inout (to: Double, top: Double)?
    ) {
        path.line(frame.point(to, 0))
        path.close()
        last = nil
    }
}
