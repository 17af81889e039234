internal import BinaryText
internal import Crypto

/// What may be asked for, as an operator decided and states it: the same for everybody.
///
/// A policy is a list of rules (names, in many forms) and a table that says what happens to each kind of them. The rules that
/// come with Heatsink hold facts only; every judgement is in the table, a dozen lines that a lawyer can read and change.
///
/// ```swift
/// let policy = try PromptPolicy(shipped: .considerate)
/// switch policy.screen("my garden in the style of Van Gogh").decision {
/// case .rewritten(let prompt, let changes): …
/// ```
///
/// Screening is a pure function of the prompt, the policy and the opt-outs: no clock, no files. It finds names, not intent: a
/// prompt that describes a look without naming anybody passes, and so does a name that no rule knows.
public struct PromptPolicy: Sendable {
    /// For the ledger and the public page.
    public let name: String
    /// What the operator says in public.
    public let statement: String
    public let rules: [PolicyRule]
    /// What happens under each rule, in the order of ``rules``.
    public let actions: [PolicyAction]
    /// What happens to names that have opted out; nil: what happens to their kind.
    public let optedOutAction: PolicyAction?
    /// Changes with every name and every judgement: by it, the very rules can be found that a picture was made under.
    public let version: String

    private let actionsByKind: [RuleKind: PolicyAction]
    private let screen: NameScreen
    private let vocabulary: PolicyVocabulary

    /// Reads a policy from YAML.
    ///
    /// - Throws: ``PolicyError``, with the line, the key and the remedy.
    public init(yaml: String) throws(PolicyError) {
        let file = try PolicyFile(yaml: yaml)
        self.init(file, vocabulary: try PolicyVocabulary.shipped())
    }

    init(_ file: PolicyFile, vocabulary: PolicyVocabulary) {
        name = file.name
        statement = file.statement
        rules = file.rules
        actions = file.rules.map(file.action)
        actionsByKind = file.actions
        optedOutAction = file.optedOut
        version = Self.version(of: file)
        self.vocabulary = vocabulary
        screen = NameScreen(
            file.rules.map { rule in
                NameScreen.Owner(
                    kind: rule.kind,
                    names: rule.names,
                    misspelt: rule.misspelt,
                    doubtfulNames: rule.doubtfulNames,
                    companions: rule.companions,
                    innocentPhrases: rule.innocentPhrases
                )
            }
        )
    }

    private static func version(of file: PolicyFile) -> String {
        var hash = SHA256()
        func add(_ text: String) {
            hash.update(data: Array(text.utf8))
            hash.update(data: [0])
        }
        add(file.name)
        add(file.optedOut?.rawValue ?? "")
        for rule in file.rules {
            add(rule.id)
            add(file.action(rule).rawValue)
            for list in [rule.names, rule.misspelt, rule.doubtfulNames, rule.companions, rule.innocentPhrases] {
                for name in list { add(name) }
                add("")
            }
            add(rule.look ?? "")
        }
        return hash.finalize().prefix(6).hexadecimal
    }

    /// What to do about a prompt.
    ///
    /// - Parameter optOuts: as they stand now.
    public func screen(_ prompt: String, optOuts: OptOutSnapshot = OptOutSnapshot()) -> PromptVerdict {
        let text = FoldedText(prompt)
        let hashes = StyleWords.hashes(text)
        func found(_ screen: NameScreen) -> [NameScreen.Finding] {
            screen.findings(
                in: text,
                hashes: hashes,
                styleWords: vocabulary.styleWords,
                innocentWords: vocabulary.innocentWords
            )
        }
        let findings = (found(screen).map { named($0) } + found(optOuts.screen).map { named($0, optOuts) })
            .sorted { ($0.source.lowerBound, $1.source.upperBound) < ($1.source.lowerBound, $0.source.upperBound) }
        var known: Set<String> = []
        let fired = findings.map(\.fired).filter { known.insert($0.id).inserted }
        return PromptVerdict(
            decision: decision(findings, prompt, text, hashes),
            firedRules: fired,
            policy: name
        )
    }

    private func decision(
        _ findings: [NamedFinding],
        _ prompt: String,
        _ text: FoldedText,
        _ hashes: [UInt64]
    ) -> PromptVerdict.Decision {
        if let refusal = findings.first(where: { $0.fired.action == .refuse }) {
            return .refused(rule: refusal.fired.id, sentence: refusal.refusal)
        }
        let replaced = findings.filter { $0.fired.action == .rewrite }
        if !replaced.isEmpty {
            let rewriter = PromptRewriter(prompt: prompt, text: text, hashes: hashes, styleWords: vocabulary.styleWords)
            let (rewritten, changes) = rewriter.rewrite(replaced)
            return .rewritten(prompt: rewritten, changes: changes)
        }
        var known: Set<String> = []
        let labels = findings.filter { $0.fired.action == .label && known.insert($0.fired.id).inserted }.map(\.label)
        return labels.isEmpty ? .allow : .labelled(labels)
    }

    private func named(_ finding: NameScreen.Finding) -> NamedFinding {
        let rule = rules[finding.owner]
        return NamedFinding(
            fired: FiredRule(id: rule.id, kind: rule.kind, action: actions[finding.owner]),
            tokens: finding.tokens,
            source: finding.source,
            isStyled: finding.isStyled,
            name: rule.names.first ?? rule.doubtfulNames.first ?? rule.id,
            hasOptedOut: false,
            look: rule.look
        )
    }

    private func named(_ finding: NameScreen.Finding, _ optOuts: OptOutSnapshot) -> NamedFinding {
        let entry = optOuts.entries[finding.owner]
        let kind = entry.kind.ruleKind
        return NamedFinding(
            fired: FiredRule(
                id: "opt-out:\(entry.id)",
                kind: kind,
                action: optedOutAction ?? actionsByKind[kind] ?? .refuse
            ),
            tokens: finding.tokens,
            source: finding.source,
            isStyled: finding.isStyled,
            name: entry.name,
            hasOptedOut: true,
            look: entry.look
        )
    }
}

/// A name that is meant, with what the policy says about it.
struct NamedFinding {
    let fired: FiredRule
    let tokens: Range<Int>
    let source: Range<Int>
    let isStyled: Bool
    let name: String
    let hasOptedOut: Bool
    let look: String?

    /// What takes the name's place.
    var replacement: String { look ?? "no particular maker" }

    var label: String { "The prompt names \(name), \(fired.kind.phrase)." }

    /// For the user whose prompt is refused.
    var refusal: String {
        if hasOptedOut {
            return
                "The prompt names \(name), who has asked not to be imitated here. Please describe what you would like "
                + "to see without the name."
        }
        let because =
            switch fired.kind {
            case .livingArtist: "individual living artists are not imitated here"
            case .artist, .studio, .styleTerm: "this name is not used for a style here"
            case .character: "named characters are not made here"
            case .work: "particular protected works are not copied here"
            }
        return "The prompt names \(name), and \(because). Please describe what you would like to see in your own words."
    }
}
