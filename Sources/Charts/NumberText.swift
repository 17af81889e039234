internal import Foundation

/// Numbers for people, the same in the terminal and on the page.
package enum NumberText {
    package static let none = "-"

    package static func count(_ value: Int) -> String {
        let digits = Array(String(abs(value)))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    package static func seconds(_ value: Double?) -> String {
        guard let value else { return none }
        switch abs(value) {
        case ..<0.9995: return "\(Int((value * 1_000).rounded())) ms"
        case ..<99.95: return "\(decimal(value, value < 9.995 ? 2 : 1)) s"
        default: return "\(count(Int(value.rounded()))) s"
        }
    }

    package static func percent(_ share: Double?) -> String {
        guard let share else { return none }
        // What is not all, or not nothing, must not read as if it were.
        if share > 0, share < 0.0005 { return "< 0.1 %" }
        if share < 1, share >= 0.9995 { return "> 99.9 %" }
        return share == 1 ? "100 %" : "\(decimal(share * 100, 1)) %"
    }

    package static func decimal(_ value: Double?, _ digits: Int) -> String {
        guard let value else { return none }
        return String(format: "%.\(digits)f", value)
    }

    /// As short as it can be without losing a difference that matters.
    package static func short(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return count(Int(value)) }
        return decimal(value, abs(value) < 10 ? 3 : 1)
    }
}
