/// A length of time as people write it: `90`, `90s`, `20min`, `1h30min`, `2d 6h`, `250ms`. In seconds.
package struct TimeSpan: Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    package var seconds: Double

    package init(seconds: Double) {
        self.seconds = seconds
    }

    package init(floatLiteral value: Double) { seconds = value }
    package init(integerLiteral value: Int) { seconds = Double(value) }

    private static let units: [(name: String, seconds: Double)] = [
        ("ms", 0.001), ("min", 60), ("s", 1), ("h", 3_600), ("d", 86_400), ("w", 604_800),
    ]

    /// Three hundred years: in microseconds, sums of them stay far from overflowing.
    private static let mostSeconds = 1e10

    /// - Returns: nil when the text is no length of time.
    package init?(_ text: String) {
        var rest = text.filter { $0 != " " && $0 != "_" }[...]
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            guard let amount = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isLetter }
            // A bare number is one of seconds; in the middle of others it would be a slip.
            if letters.isEmpty, digits.count != text.count { return nil }
            guard let unit = letters.isEmpty ? 1 : Self.units.first(where: { $0.name == letters })?.seconds else {
                return nil
            }
            total += amount * unit
            rest = rest.dropFirst(letters.count)
        }
        guard total <= Self.mostSeconds else { return nil }
        seconds = total
    }
}

extension TimeSpan: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let seconds = try? container.decode(Double.self), (0...Self.mostSeconds).contains(seconds) {
            self.seconds = seconds
            return
        }
        guard let span = TimeSpan(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "is no length of time, like 90s, 20min, 1h30min or 2d"
            )
        }
        self = span
    }
}
