/// The opt-outs in force, ready for searching. Made anew when the registry changes; screening shares it.
public struct OptOutSnapshot: Sendable {
    /// Accepted, and about prompts.
    public let entries: [OptOutEntry]
    let screen: NameScreen

    /// Nobody has opted out.
    public init() {
        entries = []
        screen = NameScreen([])
    }

    public init(_ registry: OptOutRegistry) {
        entries = registry.accepted.filter { !$0.scope.isDisjoint(with: [.style, .name]) }
        screen = NameScreen(
            entries.map { entry in
                let names = [entry.name] + entry.otherNames
                let clear = names.filter { entry.scope.contains(.name) && !Self.isDoubtful($0) }
                return NameScreen.Owner(
                    kind: entry.kind.ruleKind,
                    names: clear,
                    doubtfulNames: names.filter { !clear.contains($0) }
                )
            }
        )
    }

    /// One short word is nearly always somebody else's name, too, or a thing: it counts beside words of style only. An
    /// operator who knows better writes a rule.
    private static func isDoubtful(_ name: String) -> Bool {
        let folded = FoldedText(name, splitsCapitals: false)
        guard folded.tokens.count == 1, let token = folded.tokens.first, !token.makeup.contains(.wide) else {
            return folded.native.count < 3
        }
        return folded.native.count < 7
    }
}
