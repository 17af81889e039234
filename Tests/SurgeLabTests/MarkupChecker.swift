/// Says where markup is not well formed: elements that do not close, attributes without quotes, stray signs.
enum MarkupChecker {
    private static let void: Set<String> = ["meta", "br", "img"]

    static func problem(in text: String) -> String? {
        var open: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            if rest[..<start].contains(">"), open.last != "style" { return "a stray > in \(rest[..<start].suffix(60))" }
            guard let end = rest[start...].firstIndex(of: ">") else {
                return "an open tag: \(rest[start...].prefix(60))"
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            guard !tag.hasPrefix("!") else { continue }
            if tag.filter({ $0 == "\"" }).count % 2 != 0 { return "quotes in \(tag)" }
            let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
            if name.isEmpty { return "a tag without a name: \(tag)" }
            if tag.hasPrefix("/") {
                guard open.popLast() == name else { return "\(name) closes what is not open" }
            } else if !tag.hasSuffix("/"), !void.contains(name) {
                open.append(name)
            }
        }
        return open.isEmpty ? nil : "never closed: \(open)"
    }
}
