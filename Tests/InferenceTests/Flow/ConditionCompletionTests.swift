import Foundation
import Testing

@testable import Inference

@Suite("What a prompt leaves open is chosen by the seed")
struct ConditionCompletionTests {
    private static let groups: [FlowDescription.Group] = [
        .init(name: "weather", values: ["clear", "snow"]),
        .init(name: "season", values: ["spring", "winter"]),
        .init(name: "subject", values: ["none", "boat"]),
        .init(name: "place", values: ["sea", "hills", "forest"]),
        .init(name: "colour", values: ["red", "blue"]),
    ]
    private static let completion = ConditionCompletion(
        order: ["subject", "place", "season", "weather", "colour"],
        usual: ["subject": "none"],
        fits: [
            .init(group: "subject", value: "boat", other: "place", values: ["sea"]),
            .init(group: "subject", value: "none", other: "colour", values: []),
            .init(group: "weather", value: "snow", other: "season", values: ["winter"]),
        ]
    )

    private func condition(_ said: [String: String]) -> [Float] {
        Self.groups.flatMap { group in
            group.values.map { said[group.name] == $0 ? 1 : 0 } + [said[group.name] == nil ? 1 : 0]
        }
    }

    /// The decided value of each group.
    private func values(_ condition: [Float]) -> [String: String] {
        var found: [String: String] = [:]
        var start = 0
        for group in Self.groups {
            for (index, value) in group.values.enumerated() where condition[start + index] == 1 {
                found[group.name] = value
            }
            start += group.values.count + 1
        }
        return found
    }

    private func completed(_ said: [String: String], seed: UInt64) -> [String: String] {
        values(Self.completion.completed(condition(said), seed: seed, groups: Self.groups))
    }

    @Test("What was said stays, whatever the seed", arguments: 0..<50 as Range<UInt64>)
    func keepsWhatWasSaid(seed: UInt64) {
        let said = ["weather": "snow", "subject": "boat"]
        let chosen = completed(said, seed: seed)
        #expect(chosen["weather"] == "snow")
        #expect(chosen["subject"] == "boat")
        #expect(chosen["place"] == "sea")
        #expect(chosen["season"] == "winter")
        #expect(chosen["colour"] != nil)
    }

    @Test("The usual is chosen, and what does not go with it stays unsaid", arguments: 0..<50 as Range<UInt64>)
    func prefersTheUsual(seed: UInt64) {
        let chosen = completed([:], seed: seed)
        #expect(chosen["subject"] == "none")
        #expect(chosen["colour"] == nil)
        #expect(chosen["weather"] != "snow" || chosen["season"] == "winter")
    }

    @Test("The same seed chooses the same, seeds together choose everything that fits")
    func isDecidedBySeed() {
        let places = (0..<100 as Range<UInt64>).map { completed([:], seed: $0)["place"] }
        #expect(places == (0..<100 as Range<UInt64>).map { completed([:], seed: $0)["place"] })
        #expect(Set(places) == ["sea", "hills", "forest"])
    }

    @Test("What is half said is not overruled")
    func leavesDoubt() {
        var doubtful = condition([:])
        doubtful.replaceSubrange(0..<3, with: [0.4, 0.3, 0.3])
        let chosen = Self.completion.completed(doubtful, seed: 1, groups: Self.groups)
        #expect(Array(chosen[0..<3]) == [0.4, 0.3, 0.3])
    }

    @Test("A manifest that names what is not there is refused with a sentence")
    func namesProblems() {
        let group = ConditionCompletion(order: ["mood"], usual: [:], fits: [])
        #expect(group.problem(groups: Self.groups)?.contains("'mood'") == true)
        let value = ConditionCompletion(order: [], usual: ["place": "moon"], fits: [])
        #expect(value.problem(groups: Self.groups)?.contains("'moon'") == true)
        #expect(Self.completion.problem(groups: Self.groups) == nil)
    }
}
