/// Numbers as one says them.
extension NumberText {
    /// `812`, `12,400`, `1.3 million`, `700 million`.
    package static func inWords(_ value: Double) -> String {
        guard value.isFinite else { return none }
        for (size, name) in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")] where abs(value) >= size * 0.9995 {
            return "\(significant(value / size)) \(name)"
        }
        return abs(value) < 1e4 ? short(value.rounded()) : count(Int((value / 100).rounded()) * 100)
    }

    /// For the labels of an axis that reaches to a maximum, all in one unit: `0.5`, `800`, `5 k` to `15 k`, `1.5 M`.
    package static func axis(_ value: Double, upTo maximum: Double) -> String {
        guard value.isFinite, value != 0 else { return "0" }
        for (size, name) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        where maximum >= size * (size < 1e4 ? 10 : 1) {
            return "\(trimmed(decimal(value / size, 2))) \(name)"
        }
        return abs(value) < 10 ? trimmed(decimal(value, 3)) : count(Int(value.rounded()))
    }

    /// A wait in the units that one would use: `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 10 min`, `3 days 4 h`.
    package static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite else { return none }
        switch abs(seconds) {
        case ..<0.9995: return "\(Int((seconds * 1_000).rounded())) ms"
        case ..<9.95: return "\(decimal(seconds, 1)) s"
        case ..<59.5: return "\(Int(seconds.rounded())) s"
        case ..<3_599.5: return pair(seconds, 60, "min", 1, "s")
        case ..<172_000: return pair(seconds, 3_600, "h", 60, "min")
        default: return pair(min(seconds, 1e12), 86_400, "days", 3_600, "h")
        }
    }

    /// Four digits that count, thousands marked: `0.05`, `3.42`, `1,250`.
    package static func money(_ dollars: Double?) -> String {
        guard let dollars, dollars.isFinite else { return none }
        if abs(dollars) >= 999_500 { return "$\(inWords(dollars))" }
        return abs(dollars) < 99.995 ? "$\(decimal(dollars, 2))" : "$\(count(Int(dollars.rounded())))"
    }

    /// A share for the labels of an axis: `5 %`, `2.5 %`.
    package static func percentShort(_ share: Double) -> String { "\(trimmed(decimal(share * 100, 1))) %" }

    /// A rate with as many digits as matter.
    package static func rate(_ value: Double) -> String {
        guard value.isFinite else { return none }
        if abs(value) >= 999_500 { return inWords(value) }
        if abs(value) >= 99.95 { return count(Int(value.rounded())) }
        return trimmed(decimal(value, abs(value) >= 9.95 ? 1 : abs(value) >= 0.0995 ? 2 : 4))
    }

    /// The same text with spaces inside figures that no line may break at: `98.2 %`, `3 min 20 s`.
    package static func keepingUnits(_ text: String) -> String {
        let units: Set<String> = ["%", "ms", "s", "min", "h", "days", "million", "billion", "trillion", "°C"]
        var kept = ""
        var last = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let bare = word.prefix { !",.;:()".contains($0) }
            let isUnit = units.contains(String(bare)) && last.last?.isNumber == true
            let isSecondPart = word.first?.isNumber == true && units.contains(last)
            if !kept.isEmpty { kept += isUnit || isSecondPart ? "\u{a0}" : " " }
            kept += word
            last = String(word)
        }
        return kept
    }

    private static func pair(
        _ value: Double,
        _ big: Int,
        _ bigName: String,
        _ small: Int,
        _ smallName: String
    ) -> String {
        let parts = Int((value / Double(small)).rounded())
        let perBig = big / small
        let rest = parts % perBig
        let head = "\(count(parts / perBig)) \(bigName)"
        return rest == 0 ? head : "\(head) \(rest) \(smallName)"
    }

    private static func significant(_ value: Double) -> String {
        trimmed(decimal(value, abs(value) < 9.995 ? 2 : abs(value) < 99.95 ? 1 : 0))
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
