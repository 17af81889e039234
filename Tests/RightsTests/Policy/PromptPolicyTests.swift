import Testing

@testable import PromptPolicy

@Suite("Policies")
struct PromptPolicyTests {
    @Test("The three presets differ where they say so")
    func presets() throws {
        let open = try Policies.open.get()
        let considerate = try Policies.considerate.get()
        let strict = try Policies.strict.get()
        func actions(_ prompt: String) -> [PolicyAction] {
            [open, considerate, strict].map { $0.screen(prompt).action }
        }
        #expect(actions("a cat") == [.allow, .allow, .allow])
        #expect(actions("a cat by Hayao Miyazaki") == [.label, .refuse, .refuse])
        #expect(actions("a cat, studio ghibli style") == [.label, .rewrite, .refuse])
        #expect(actions("a cat by Van Gogh") == [.allow, .rewrite, .rewrite])
        #expect(actions("Pikachu") == [.label, .rewrite, .refuse])
        #expect(actions("Spirited Away poster") == [.label, .refuse, .refuse])
        #expect(actions("Mona Lisa") == [.label, .rewrite, .rewrite])
        #expect(actions("a Lynchian diner") == [.allow, .rewrite, .rewrite])
    }

    @Test("A verdict names the rules that fired, whatever happens, and the policy")
    func fired() throws {
        let verdict = try Policies.open.get().screen("Pikachu by Van Gogh and Van Gogh")
        #expect(verdict.ids == ["pikachu", "vincent-van-gogh"])
        #expect(verdict.firedRules.map(\.action) == [.label, .allow])
        #expect(verdict.policy == "open")
        #expect(verdict.decision == .labelled(["The prompt names Pikachu, a character."]))
    }

    @Test("A refusal says why, and what to do instead")
    func refusal() throws {
        guard
            case .refused(let rule, let sentence) = try Policies.considerate.get().screen("by greg rutkowsky").decision
        else {
            Issue.record("not refused")
            return
        }
        #expect(rule == "greg-rutkowski")
        #expect(sentence.contains("Greg Rutkowski"))
        #expect(sentence.contains("own words"))
    }

    @Test("The shipped rules are as many as promised")
    func counts() throws {
        let rules = try ShippedRules.all()
        #expect(Set(rules.map(\.id)).count == rules.count)
        let counts = Dictionary(grouping: rules, by: \.kind).mapValues(\.count)
        #expect((counts[.livingArtist] ?? 0) >= 120)
        #expect((counts[.artist] ?? 0) >= 60)
        #expect((counts[.studio] ?? 0) >= 40)
        #expect((counts[.character] ?? 0) >= 120)
        #expect((counts[.work] ?? 0) >= 60)
        #expect(rules.allSatisfy { $0.kind != .artist || $0.died != nil })
        #expect(rules.allSatisfy { $0.kind != .livingArtist || $0.died == nil })
    }

    @Test("Every form of every name is found, and every look names nobody")
    func forms() throws {
        let policy = try Policies.considerate.get()
        for rule in policy.rules {
            for name in rule.names + rule.misspelt {
                let ids = policy.screen(name).ids
                #expect(!ids.isEmpty, "\(rule.id): \(name)")
            }
            for name in rule.doubtfulNames {
                let prompt =
                    if let companion = rule.companions.first { "\(companion), \(name)" } else {
                        rule.kind.isLook ? "in the style of \(name)" : "the movie \(name)"
                    }
                let ids = policy.screen(prompt).ids + policy.screen("\(name)风格").ids
                #expect(!ids.isEmpty, "\(rule.id): \(name)")
            }
            for phrase in rule.innocentPhrases { #expect(!policy.screen(phrase).ids.contains(rule.id), "\(phrase)") }
            if let look = rule.look { #expect(policy.screen(look).ids.isEmpty, "\(rule.id): \(look)") }
        }
    }
}
