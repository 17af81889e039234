import Testing

@testable import PromptPolicy

@Suite("Policies in YAML")
struct PolicyFileTests {
    private func error(_ yaml: String) -> PolicyError? {
        do {
            _ = try PromptPolicy(yaml: yaml)
            return nil
        } catch {
            return error
        }
    }

    @Test("An operator changes what it wants and keeps the rest")
    func basedOn() throws {
        let policy = try PromptPolicy(
            yaml: """
                policy: house
                based-on: considerate
                actions: {studio: allow}
                free-since: {died-before: 1956, actions: {artist: allow}}
                exceptions:
                  - {rule: pikachu, action: refuse, reason: they asked}
                rules:
                  - {id: jane-doe, kind: living-artist, names: [Jane Doe], doubtful: [Doe], look: pale washes}
                  - {id: lego, kind: studio, names: [LEGO], look: bricks, by-preset: {house: rewrite}}
                """
        )
        #expect(policy.name == "house")
        #expect(policy.statement.contains("Styles are free"))
        #expect(policy.screen("ghibli style").action == .allow)
        #expect(policy.screen("Van Gogh").action == .allow)
        #expect(policy.screen("Picasso").action == .rewrite)
        #expect(policy.screen("Pikachu").action == .refuse)
        #expect(policy.screen("a cat by jane  DOE").ids == ["jane-doe"])
        #expect(policy.screen("a doe").ids.isEmpty)
        #expect(policy.screen("a city of lego").rewritten == "a city of bricks")
    }

    @Test("A policy may do without the shipped rules")
    func own() throws {
        let policy = try PromptPolicy(yaml: "policy: bare\nbased-on: open\nshipped-rules: false")
        #expect(policy.rules.isEmpty)
        #expect(policy.screen("ghibli style").ids.isEmpty)
    }

    @Test(
        "What is wrong is named, with the line and the remedy",
        arguments: [
            ("", "no YAML"), ("policy: [", "line"),
            ("just words", "line 1, the file: is not a mapping; write keys and values"),
            ("policy: x\npolicy: y", "same key twice"),
            (
                "policy: x\nbased-on: considerate\nactoins: {}",
                "line 3, actoins: there is no such key; take one of policy,"
            ),
            (
                "policy: x\nbased-on: lenient",
                "line 2, based-on: is not one of the words that it may be; take one of open,"
            ),
            ("policy: x\nstatement: y", "nothing is said about 'living-artist'; add 'living-artist: refuse'"),
            ("policy: x\nstatement: y\nactions: {artist: forbid}", "line 3, actions.artist: is not one of the words"),
            ("policy: x\nactions: {}", "'statement' is missing; say in a sentence"),
            ("statement: x", "'policy' is missing; add it"),
            (
                "policy: x\nbased-on: open\nrules:\n  - id: A B\n    kind: artist\n    names: [x]",
                "line 4, rules[0].id: has other"
            ),
            (
                "policy: x\nbased-on: open\nrules:\n  - id: a\n    kind: artist",
                "line 4, rules[0]: has no name; add 'names'"
            ),
            (
                "policy: x\nbased-on: open\nrules:\n  - id: a\n    kind: artist\n    names: ['..']",
                "line 6, rules[0].names[0]: has no letter"
            ),
            ("policy: x\nbased-on: open\nrules:\n  - id: a\n    names: [Jane Doe]", "'kind' is missing"),
            ("policy: x\nbased-on: open\nrules:\n  - {id: a, kind: artist, names: [b c: d]}", "line 4"),
            (
                "policy: x\nbased-on: open\nrules:\n  - {id: a, kind: artist, names: [bc], died: soon}",
                "rules[0].died: is not a year"
            ),
            (
                "policy: x\nbased-on: considerate\nrules:\n  - {id: a, kind: studio, names: [Studio Abc]}",
                "the rule 'a' is to be rewritten, but says no look; add 'look'"
            ),
            (
                "policy: x\nbased-on: open\nrules:\n  - {id: a, kind: artist, names: [bc]}\n  - {id: a, kind: artist, names: [cd]}",
                "comes twice"
            ),
            (
                "policy: x\nbased-on: open\nexceptions:\n  - {rule: nobody, action: allow}",
                "line 4, exceptions[0].rule: there is no rule 'nobody'"
            ),
            ("policy: x\nbased-on: open\nopted-out: perhaps", "line 3, opted-out: is not one of the words"),
            ("policy: x\nbased-on: open\nshipped-rules: some", "'shipped-rules' is neither true nor false"),
        ]
    )
    func errors(yaml: String, expected: String) {
        let error = error(yaml)
        #expect(error?.description.contains(expected) == true, "\(error.map { "\($0)" } ?? "taken")")
    }
}
