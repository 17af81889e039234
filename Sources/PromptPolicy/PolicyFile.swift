/// A policy as its file says it.
struct PolicyFile {
    private static let keys = [
        "policy", "based-on", "statement", "actions", "free-since", "opted-out", "exceptions", "rules", "shipped-rules",
    ]
    private static let byKind = "by-kind"

    let name: String
    let statement: String
    let actions: [RuleKind: PolicyAction]
    /// nil: by its kind.
    let optedOut: PolicyAction?
    let rules: [PolicyRule]
    /// The year before which a maker must have died for the rule to count as free.
    private let diedBefore: Int?
    private let actionsWhenFree: [RuleKind: PolicyAction]
    private let exceptions: [String: PolicyAction]

    init(yaml: String) throws(PolicyError) {
        let file = try PolicyNode(yaml: yaml)
        try file.checkKeys(Self.keys)
        let base = try Self.base(file)
        name = try file.required("policy").text()
        if let statement = try file["statement"]?.text() ?? base?.statement {
            self.statement = statement
        } else {
            throw file.invalid("'statement' is missing", "say in a sentence or two what you tell the public")
        }
        actions = try Self.actions(file, base)
        switch try file["opted-out"]?.text() {
        case nil: optedOut = base?.optedOut
        case Self.byKind: optedOut = nil
        default: optedOut = try Self.optedOut(file)
        }
        let free = file["free-since"]
        try free?.checkKeys(["died-before", "actions"])
        diedBefore = try free?.required("died-before").year() ?? base?.diedBefore
        actionsWhenFree =
            try free.map { free throws(PolicyError) in try Self.byKind(try free.required("actions")) }
            ?? base?.actionsWhenFree ?? [:]
        rules = try Self.rules(file)
        exceptions = try Self.exceptions(file, rules).merging(base?.exceptions ?? [:]) { own, _ in own }
        for rule in rules where action(rule) == .rewrite && rule.look == nil {
            throw (file["rules"] ?? file).invalid(
                "the rule '\(rule.id)' is to be rewritten, but says no look",
                "add 'look', the plain description that takes the name's place"
            )
        }
    }

    /// What happens under a rule.
    func action(_ rule: PolicyRule) -> PolicyAction {
        if let exception = exceptions[rule.id] { return exception }
        if let own = rule.actionsByPolicy[name] { return own }
        if let diedBefore, let died = rule.died, died < diedBefore, let free = actionsWhenFree[rule.kind] {
            return free
        }
        return actions[rule.kind] ?? .refuse
    }

    // MARK: Parts

    private static func base(_ file: PolicyNode) throws(PolicyError) -> PolicyFile? {
        guard let node = file["based-on"] else { return nil }
        return try PolicyFile(yaml: try node.choice(PromptPolicy.Preset.self).yaml)
    }

    private static func actions(_ file: PolicyNode, _ base: PolicyFile?) throws(PolicyError) -> [RuleKind: PolicyAction]
    {
        var actions = base?.actions ?? [:]
        let own = file["actions"]
        if let own { actions.merge(try byKind(own)) { $1 } }
        for kind in RuleKind.allCases where actions[kind] == nil {
            throw (own ?? file).invalid(
                "nothing is said about '\(kind.rawValue)'",
                "add '\(kind.rawValue): refuse' or another action under 'actions', or 'based-on: considerate'"
            )
        }
        return actions
    }

    private static func byKind(_ node: PolicyNode) throws(PolicyError) -> [RuleKind: PolicyAction] {
        try node.checkKeys(RuleKind.allCases.map(\.rawValue))
        var actions: [RuleKind: PolicyAction] = [:]
        for (key, value) in try node.mapping() {
            if let kind = RuleKind(rawValue: key) { actions[kind] = try value.choice(PolicyAction.self) }
        }
        return actions
    }

    private static func optedOut(_ file: PolicyNode) throws(PolicyError) -> PolicyAction? {
        guard let node = file["opted-out"] else { return nil }
        guard let action = PolicyAction(rawValue: try node.text()) else {
            throw node.invalid(
                "is not one of the words that it may be",
                "take '\(byKind)' or one of \(PolicyAction.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return action
    }

    private static func rules(_ file: PolicyNode) throws(PolicyError) -> [PolicyRule] {
        var rules: [PolicyRule] = []
        switch try file["shipped-rules"]?.text() {
        case nil, "true": rules = try ShippedRules.all()
        case "false": break
        default: throw file.invalid("'shipped-rules' is neither true nor false", "write true or false")
        }
        guard let list = file["rules"] else { return rules }
        var places = Dictionary(rules.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var own: Set<String> = []
        for rule in try RuleFile.rules(list, kind: nil) {
            guard own.insert(rule.id).inserted else {
                throw list.invalid("the rule '\(rule.id)' comes twice", "give each rule its own id")
            }
            // The operator's own rule takes the place of the shipped one.
            if let place = places[rule.id] {
                rules[place] = rule
            } else {
                places[rule.id] = rules.count
                rules.append(rule)
            }
        }
        return rules
    }

    private static func exceptions(
        _ file: PolicyNode,
        _ rules: [PolicyRule]
    ) throws(PolicyError) -> [String: PolicyAction] {
        let known = Set(rules.map(\.id))
        var exceptions: [String: PolicyAction] = [:]
        for node in try file["exceptions"]?.list() ?? [] {
            try node.checkKeys(["rule", "action", "reason"])
            let rule = try node.required("rule")
            let id = try rule.text()
            guard known.contains(id) else {
                throw rule.invalid("there is no rule '\(id)'", "give the id of a rule")
            }
            exceptions[id] = try node.required("action").choice(PolicyAction.self)
        }
        return exceptions
    }
}
