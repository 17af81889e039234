internal import Yams

/// A place in a policy's file. Read node by node rather than decoded, because an error has to name the line.
struct PolicyNode {
    private let node: Node
    /// From the top: `rules[3].names`.
    let path: String

    private init(_ node: Node, path: String) {
        self.node = node
        self.path = path
    }

    init(yaml: String) throws(PolicyError) {
        let parsed: Node?
        do {
            parsed = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw Self.explained(error)
        } catch {
            throw .notYAML(line: nil, reason: "it cannot be read")
        }
        guard let parsed else { throw .notYAML(line: nil, reason: "it is empty") }
        self.init(parsed, path: "")
    }

    private static func explained(_ error: YamlError) -> PolicyError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .notYAML(line: mark.line, reason: problem)
        case .duplicatedKeysInMapping(_, let context):
            .invalid(
                line: context.mark.line,
                field: context.description.isEmpty ? "mapping" : "a mapping",
                reason: "has the same key twice",
                remedy: "keep one of them"
            )
        default: .notYAML(line: nil, reason: "it cannot be read")
        }
    }

    private var line: Int { node.mark?.line ?? 1 }

    func invalid(_ reason: String, _ remedy: String) -> PolicyError {
        .invalid(line: line, field: path.isEmpty ? "the file" : path, reason: reason, remedy: remedy)
    }

    /// The value of a key; nil when it is missing or empty.
    subscript(key: String) -> PolicyNode? {
        guard let value = node.mapping?[Node(key)] else { return nil }
        if case .scalar(let scalar) = value, scalar.string.isEmpty, scalar.style == .plain { return nil }
        return PolicyNode(value, path: path.isEmpty ? key : "\(path).\(key)")
    }

    /// Refuses keys that do not exist: a misspelt one would silently be its default.
    func checkKeys(_ known: [String]) throws(PolicyError) {
        for (key, _) in try mapping() where !known.contains(key) {
            let place = node.mapping?.first { $0.key.string == key }?.key.mark?.line ?? line
            throw .invalid(
                line: place,
                field: path.isEmpty ? key : "\(path).\(key)",
                reason: "there is no such key",
                remedy: "take one of \(known.joined(separator: ", "))"
            )
        }
    }

    func mapping() throws(PolicyError) -> [(key: String, value: PolicyNode)] {
        guard let mapping = node.mapping else { throw invalid("is not a mapping", "write keys and values") }
        var pairs: [(key: String, value: PolicyNode)] = []
        for (key, value) in mapping {
            guard let name = key.string else { throw invalid("has a key that is no text", "write a word") }
            pairs.append((name, PolicyNode(value, path: path.isEmpty ? name : "\(path).\(name)")))
        }
        return pairs
    }

    func list() throws(PolicyError) -> [PolicyNode] {
        guard let sequence = node.sequence else { throw invalid("is not a list", "write [one, another]") }
        return sequence.enumerated().map { PolicyNode($1, path: "\(path)[\($0)]") }
    }

    func text() throws(PolicyError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw invalid("is not a text", "write words, in quotes if they hold a colon or a comma")
        }
        return text
    }

    func texts() throws(PolicyError) -> [String] {
        var texts: [String] = []
        for node in try list() { texts.append(try node.text()) }
        return texts
    }

    func year() throws(PolicyError) -> Int {
        guard let year = Int(try text()), (1...2_200).contains(year) else {
            throw invalid("is not a year", "write four digits, such as 1956")
        }
        return year
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) throws(PolicyError) -> Choice
    where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try text()) else {
            throw invalid(
                "is not one of the words that it may be",
                "take one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return choice
    }

    func required(_ key: String) throws(PolicyError) -> PolicyNode {
        guard let value = self[key] else { throw invalid("'\(key)' is missing", "add it") }
        return value
    }
}
