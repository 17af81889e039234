/// Reads rules as a lawyer writes them.
enum RuleFile {
    private static let keys = [
        "id", "kind", "names", "misspelt", "doubtful", "beside", "innocent", "born", "died", "reason", "look",
        "by-preset",
    ]

    /// A file that gives the kind once, for all of its rules.
    static func rules(yaml: String) throws(PolicyError) -> [PolicyRule] {
        let file = try PolicyNode(yaml: yaml)
        try file.checkKeys(["kind", "rules"])
        return try rules(try file.required("rules"), kind: try file.required("kind").choice(RuleKind.self))
    }

    /// - Parameter kind: for rules that do not say theirs.
    static func rules(_ list: PolicyNode, kind: RuleKind?) throws(PolicyError) -> [PolicyRule] {
        var rules: [PolicyRule] = []
        for node in try list.list() { rules.append(try rule(node, kind: kind)) }
        return rules
    }

    private static func rule(_ node: PolicyNode, kind: RuleKind?) throws(PolicyError) -> PolicyRule {
        try node.checkKeys(keys)
        let id = try node.required("id")
        let identifier = try id.text()
        guard identifier.utf8.allSatisfy(isPlain) else {
            throw id.invalid("has other characters than small letters, digits and hyphens", "write it as 'jane-doe'")
        }
        let names = try texts(node, "names")
        let doubtful = try texts(node, "doubtful")
        guard !names.isEmpty || !doubtful.isEmpty else {
            throw node.invalid("has no name", "add 'names', or 'doubtful' for names that also mean something else")
        }
        for key in ["names", "misspelt", "doubtful"] {
            for name in try node[key]?.list() ?? [] where !FoldedText(try name.text(), splitsCapitals: false).hasLetters
            {
                throw name.invalid("has no letter", "write a name")
            }
        }
        guard let kind = try node["kind"]?.choice(RuleKind.self) ?? kind else {
            throw node.invalid("'kind' is missing", "add it")
        }
        var actions: [String: PolicyAction] = [:]
        for (policy, action) in try node["by-preset"]?.mapping() ?? [] {
            actions[policy] = try action.choice(PolicyAction.self)
        }
        return PolicyRule(
            id: identifier,
            kind: kind,
            names: names,
            misspelt: try texts(node, "misspelt"),
            doubtfulNames: doubtful,
            companions: try texts(node, "beside"),
            innocentPhrases: try texts(node, "innocent"),
            born: try node["born"]?.year(),
            died: try node["died"]?.year(),
            reason: try node["reason"]?.text(),
            look: try node["look"]?.text(),
            actionsByPolicy: actions
        )
    }

    private static func texts(_ node: PolicyNode, _ key: String) throws(PolicyError) -> [String] {
        try node[key]?.texts() ?? []
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
