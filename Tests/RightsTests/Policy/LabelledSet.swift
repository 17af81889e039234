import Foundation

@testable import PromptPolicy

/// The labelled prompts in `Fixtures/prompts.txt`.
struct LabelledSet {
    struct Prompt {
        let expected: PolicyAction
        let rules: Set<String>
        let text: String

        /// One half was not looked at while rules and matcher were tuned. Which one a prompt belongs to depends on nothing
        /// but its bytes (FNV-1a, 64 bits, the lowest bit of the upper half).
        var isHeldOut: Bool {
            let hash = text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            return hash >> 32 & 1 == 1
        }
    }

    enum Failure: Error {
        case malformed(line: String)
    }

    let prompts: [Prompt]

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let text = try String(contentsOf: folder.appending(path: "Fixtures/prompts.txt"), encoding: .utf8)
        prompts = try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = String(line).components(separatedBy: " | ")
            guard parts.count == 3, let expected = PolicyAction(rawValue: parts[0]) else {
                throw Failure.malformed(line: String(line))
            }
            let rules = parts[1] == "-" ? [] : Set(parts[1].split(separator: ",").map(String.init))
            return Prompt(expected: expected, rules: rules, text: parts[2])
        }
    }
}

/// How well a policy does on labelled prompts.
struct Score {
    private(set) var hits = 0
    private(set) var misses: [String] = []
    private(set) var falseAlarms: [String] = []
    private(set) var wrongActions: [String] = []

    /// Strict: a prompt that names somebody counts as found only if its own rules fired and the action is the labelled one;
    /// if something else fired instead, it is a miss and a false alarm.
    mutating func count(_ prompt: LabelledSet.Prompt, _ verdict: PromptVerdict) {
        let fired = Set(verdict.ids)
        if prompt.expected == .allow {
            if !fired.isEmpty { falseAlarms.append("\(prompt.text) → \(fired.sorted())") }
            return
        }
        guard prompt.rules.isSubset(of: fired) else {
            misses.append("\(prompt.text) → \(fired.sorted()) instead of \(prompt.rules.sorted())")
            if !fired.isEmpty { falseAlarms.append("\(prompt.text) → \(fired.sorted())") }
            return
        }
        guard verdict.action == prompt.expected else {
            wrongActions.append("\(prompt.text) → \(verdict.action) by \(fired.sorted())")
            return
        }
        hits += 1
    }

    var recall: Double { Double(hits) / Double(max(1, hits + misses.count + wrongActions.count)) }
    var precision: Double { Double(hits) / Double(max(1, hits + falseAlarms.count + wrongActions.count)) }

    func report(_ name: String) -> String {
        func percent(_ value: Double) -> String { String((value * 10_000).rounded() / 100) + " %" }
        var lines = [
            "\(name): precision \(percent(precision)), recall \(percent(recall)); \(hits) found, \(misses.count) missed, "
                + "\(falseAlarms.count) false, \(wrongActions.count) with another action"
        ]
        lines += misses.map { "  missed: \($0)" }
        lines += falseAlarms.map { "  false: \($0)" }
        lines += wrongActions.map { "  other action: \($0)" }
        return lines.joined(separator: "\n")
    }
}
