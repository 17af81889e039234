/// What a server counts, read from Prometheus' text format.
struct PrometheusText: Hashable, Sendable {
    /// By name and labels, as written.
    private(set) var samples: [String: Double] = [:]
    private var types: [String: String] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("#") {
                let words = line.split(separator: " ")
                if words.count >= 4, words[1] == "TYPE" { types[String(words[2])] = String(words[3]) }
            } else if let (series, value) = Self.sample(line) {
                samples[series] = value
            }
        }
    }

    /// All series of a name together; nil when there is none.
    func total(_ name: String) -> Double? {
        let own = samples.filter { Self.name(of: $0.key) == name }
        return own.isEmpty ? nil : own.reduce(0) { $0 + $1.value }
    }

    /// The counters whose name begins like this, by name and labels.
    func counters(prefix: String) -> [String: Double] {
        samples.filter { series, _ in
            let name = Self.name(of: series)
            guard name.hasPrefix(prefix) else { return false }
            return types[name].map { $0 == "counter" } ?? name.hasSuffix("_total")
        }
    }

    private static func name(of series: String) -> String { String(series.prefix { $0 != "{" }) }

    /// `name{labels} value [time]`; the labels' values may hold spaces and braces.
    private static func sample(_ line: Substring) -> (series: String, value: Double)? {
        var isQuoted = false
        var isEscaped = false
        var end = line.startIndex
        while end < line.endIndex {
            let character = line[end]
            if isEscaped {
                isEscaped = false
            } else if isQuoted && character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == " " && !isQuoted {
                break
            }
            end = line.index(after: end)
        }
        guard let value = line[end...].split(separator: " ").first.flatMap({ Double($0) }) else { return nil }
        return (String(line[..<end]), value)
    }
}
