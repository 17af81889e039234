internal import Foundation

/// The `d` of a path.
struct SVGPath: Sendable {
    private(set) var text = ""

    mutating func move(_ point: (x: Double, y: Double)) { text += "M\(Self.number(point.x)) \(Self.number(point.y))" }
    mutating func line(_ point: (x: Double, y: Double)) { text += "L\(Self.number(point.x)) \(Self.number(point.y))" }
    mutating func close() { text += "Z" }

    /// A tenth of a unit is finer than any screen shows.
    static func number(_ value: Double) -> String {
        let text = String(format: "%.1f", value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
