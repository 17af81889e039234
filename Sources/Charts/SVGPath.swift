internal import Foundation

/// The `d` of a path.
package struct SVGPath: Sendable {
    package private(set) var text = ""

    package mutating func move(_ point: (x: Double, y: Double)) {
        text += "M\(Self.number(point.x)) \(Self.number(point.y))"
    }
    package mutating func line(_ point: (x: Double, y: Double)) {
        text += "L\(Self.number(point.x)) \(Self.number(point.y))"
    }
    package mutating func close() { text += "Z" }

    /// A tenth of a unit is finer than any screen shows.
    package static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let text = String(format: "%.1f", value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
