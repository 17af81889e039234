import Testing

@testable import PromptPolicy

@Suite("The labelled prompts")
struct LabelledSetTests {
    @Test("There are enough of them, half of them innocent, and none comes twice")
    func size() throws {
        let prompts = try LabelledSet().prompts
        #expect(prompts.count >= 600)
        #expect(Set(prompts.map(\.text)).count == prompts.count)
        let innocent = Double(prompts.count { $0.expected == .allow }) / Double(prompts.count)
        #expect((0.45...0.55).contains(innocent))
        let heldOut = Double(prompts.count(where: \.isHeldOut)) / Double(prompts.count)
        #expect((0.45...0.55).contains(heldOut))
    }

    @Test("Labels name rules that exist")
    func labels() throws {
        let known = Set(try Policies.considerate.get().rules.map(\.id))
        for prompt in try LabelledSet().prompts { #expect(prompt.rules.isSubset(of: known), "\(prompt.rules)") }
    }

    @Test("The considerate policy finds 97 % of what it should, and 97 % of what it finds is right")
    func considerate() throws {
        let policy = try Policies.considerate.get()
        var tuned = Score()
        var heldOut = Score()
        for prompt in try LabelledSet().prompts {
            let verdict = policy.screen(prompt.text)
            if prompt.isHeldOut { heldOut.count(prompt, verdict) } else { tuned.count(prompt, verdict) }
        }
        print(tuned.report("tuned half"))
        print(heldOut.report("held-out half"))
        for score in [tuned, heldOut] {
            #expect(score.recall >= 0.97)
            #expect(score.precision >= 0.97)
        }
    }

    @Test("What a prompt is rewritten to is not rewritten again")
    func stable() throws {
        let policy = try Policies.considerate.get()
        for prompt in try LabelledSet().prompts where !prompt.isHeldOut {
            guard let rewritten = policy.screen(prompt.text).rewritten else { continue }
            #expect(policy.screen(rewritten).ids.isEmpty, "\(prompt.text) → \(rewritten)")
        }
    }
}
