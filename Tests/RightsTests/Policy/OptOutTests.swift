import Foundation
import Testing

@testable import PromptPolicy

@Suite("Opting out")
struct OptOutTests {
    private static let request = OptOutRegistry.Request(
        kind: .artist,
        name: "Mira Quillfeather",
        otherNames: ["ミラ・クイル", "Quill"],
        scope: [.name, .style],
        evidence: "https://quillfeather.example, answered from the address there"
    )

    @Test("Only an accepted opt-out is in force")
    func life() throws {
        let policy = try Policies.considerate.get()
        var registry = OptOutRegistry()
        func action(_ prompt: String) -> PolicyAction {
            policy.screen(prompt, optOuts: OptOutSnapshot(registry)).action
        }
        let prompt = "a fox, mira quilfeather"
        #expect(action(prompt) == .allow)
        try registry.apply(.request(id: "1", Self.request), at: 10)
        #expect(action(prompt) == .allow)
        let entry = try registry.apply(.accept(id: "1", by: "ops", reason: nil), at: 20)
        #expect(entry.state == .accepted)
        #expect(entry.decidedBy == "ops")
        #expect(entry.requestedAt == 10)
        #expect(entry.changedAt == 20)
        #expect(action(prompt) == .refuse)
        #expect(action("ミラ・クイルの狐") == .refuse)
        #expect(action("a quill") == .allow)
        #expect(action("a fox by Quill") == .refuse)
        try registry.apply(.withdraw(id: "1"), at: 30)
        #expect(action(prompt) == .allow)
    }

    @Test("A refusal names the opt-out, for the ledger")
    func verdict() throws {
        var registry = OptOutRegistry()
        try registry.apply(.request(id: "7", Self.request), at: 0)
        try registry.apply(.accept(id: "7", by: "ops", reason: nil), at: 0)
        let verdict = try Policies.considerate.get().screen("mira quillfeather", optOuts: OptOutSnapshot(registry))
        #expect(verdict.ids == ["opt-out:7"])
        guard case .refused(let rule, let sentence) = verdict.decision else {
            Issue.record("not refused")
            return
        }
        #expect(rule == "opt-out:7")
        #expect(sentence.contains("asked not to be imitated"))
    }

    @Test("What each policy does with a right holder's opt-out")
    func policies() throws {
        var registry = OptOutRegistry()
        var request = Self.request
        request.kind = .rightHolder
        request.otherNames = []
        try registry.apply(.request(id: "1", request), at: 0)
        try registry.apply(.accept(id: "1", by: "ops", reason: nil), at: 0)
        let snapshot = OptOutSnapshot(registry)
        let prompt = "a fox in the style of Mira Quillfeather"
        #expect(try Policies.open.get().screen(prompt, optOuts: snapshot).action == .label)
        #expect(try Policies.strict.get().screen(prompt, optOuts: snapshot).action == .refuse)
        let verdict = try Policies.considerate.get().screen(prompt, optOuts: snapshot)
        #expect(verdict.rewritten == "a fox in the style of no particular maker")
    }

    @Test("For works alone, prompts are not concerned; for style alone, the name may be mentioned")
    func scope() throws {
        let policy = try Policies.considerate.get()
        func action(_ scope: Set<OptOutEntry.Scope>, _ prompt: String) throws -> PolicyAction {
            var registry = OptOutRegistry()
            var request = Self.request
            request.scope = scope
            try registry.apply(.request(id: "1", request), at: 0)
            try registry.apply(.accept(id: "1", by: "ops", reason: nil), at: 0)
            return policy.screen(prompt, optOuts: OptOutSnapshot(registry)).action
        }
        #expect(try action([.works], "in the style of Mira Quillfeather") == .allow)
        #expect(try action([.style], "in the style of Mira Quillfeather") == .refuse)
        #expect(try action([.style], "a street named Mira Quillfeather") == .allow)
        #expect(try action([.name], "a street named Mira Quillfeather") == .refuse)
    }

    @Test("From each state, only what makes sense")
    func transitions() throws {
        typealias Event = OptOutRegistry.Event
        let events: [(Event, OptOutEntry.State)] = [
            (.accept(id: "1", by: "a", reason: nil), .accepted), (.decline(id: "1", by: "a", reason: "b"), .declined),
            (.withdraw(id: "1"), .withdrawn),
        ]
        let possible: [OptOutEntry.State: Set<OptOutEntry.State>] = [
            .requested: [.accepted, .declined, .withdrawn], .accepted: [.declined, .withdrawn], .declined: [.accepted],
            .withdrawn: [],
        ]
        for (path, state) in [([], .requested), ([0], .accepted), ([1], .declined), ([2], .withdrawn)]
            as [([Int], OptOutEntry.State)]
        {
            for (event, next) in events {
                var registry = OptOutRegistry()
                try registry.apply(.request(id: "1", Self.request), at: 0)
                for step in path { try registry.apply(events[step].0, at: 1) }
                if possible[state]?.contains(next) == true {
                    #expect(try registry.apply(event, at: 2).state == next)
                } else {
                    #expect(throws: OptOutError.notPossible(id: "1", from: state, to: next)) {
                        try registry.apply(event, at: 2)
                    }
                }
            }
        }
    }

    @Test("Requests that cannot be taken leave no trace")
    func invalid() throws {
        var registry = OptOutRegistry()
        func refused(_ change: (inout OptOutRegistry.Request) -> Void) -> OptOutError? {
            var request = Self.request
            change(&request)
            do {
                try registry.apply(.request(id: "x", request), at: 0)
                return nil
            } catch {
                return error
            }
        }
        #expect(refused { $0.name = "!" } == .notAName(field: "name"))
        #expect(refused { $0.otherNames = ["a"] } == .notAName(field: "otherNames"))
        #expect(refused { $0.name = String(repeating: "a", count: 101) } == .tooLong(field: "name", limit: 100))
        #expect(refused { $0.otherNames = Array(repeating: "abc", count: 40) } == .tooManyNames(limit: 40))
        #expect(refused { $0.scope = [] } == .missing(field: "scope"))
        #expect(refused { $0.evidence = " \n" } == .missing(field: "evidence"))
        #expect(registry.entries.isEmpty)
        try registry.apply(.request(id: "1", Self.request), at: 5)
        #expect(throws: OptOutError.idInUse("1")) { try registry.apply(.request(id: "1", Self.request), at: 6) }
        #expect(throws: OptOutError.unknown("2")) { try registry.apply(.withdraw(id: "2"), at: 6) }
        #expect(throws: OptOutError.timeWentBack(id: "1")) { try registry.apply(.withdraw(id: "1"), at: 4) }
    }

    @Test("What is written is what is read")
    func coding() throws {
        var registry = OptOutRegistry()
        try registry.apply(.request(id: "1", Self.request), at: 5)
        try registry.apply(.decline(id: "1", by: "ops", reason: "no such person"), at: 6)
        let data = try JSONEncoder().encode(registry)
        #expect(try JSONDecoder().decode(OptOutRegistry.self, from: data) == registry)
    }
}
