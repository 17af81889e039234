/// Says what will be painted of a prompt, and what became of the prompt on the way.
struct PromptSentence: Sendable {
    private static let plurals: Set<String> = ["birds"]

    let language: PromptReading.Language
    let englishText: String
    let facts: [PromptReading.Fact]

    var text: String {
        [opening, painting].compactMap { $0 }.joined(separator: " ")
    }

    private var opening: String? {
        switch language {
        case .english: nil
        case .other:
            "The prompt is in a language that this model does not read; it reads English, French, Spanish and Japanese."
        case .french, .spanish, .japanese:
            englishText.isEmpty
                ? "No word of the \(languageName) prompt is known to this model."
                : "Translated from \(languageName) as: \(englishText)."
        }
    }

    private var languageName: String {
        switch language {
        case .english: "English"
        case .french: "French"
        case .spanish: "Spanish"
        case .japanese: "Japanese"
        case .other: "unknown"
        }
    }

    private var painting: String {
        let parts = scene + [subject].compactMap { $0 }
        guard !parts.isEmpty else {
            return "Nothing in the prompt was understood: a painted landscape of the model's own choice."
        }
        return "A painted landscape: \(parts.joined(separator: ", "))."
    }

    private var scene: [String] {
        facts.filter { !["subject", "colour", "side"].contains($0.group) }.map(\.value)
    }

    private func value(_ group: String) -> String? { facts.first { $0.group == group }?.value }

    /// "a red lighthouse on the left"; a colour or side without a subject says nothing that can be seen.
    private var subject: String? {
        guard let name = value("subject"), name != "none" else { return nil }
        let noun = [value("colour"), name].compactMap { $0 }.joined(separator: " ")
        let place: String? =
            switch value("side") {
            case "centre": "in the centre"
            case let side?: "on the \(side)"
            case nil: nil
            }
        let article = noun.first.map { "aeiou".contains($0) } == true ? "an" : "a"
        let whole = Self.plurals.contains(name) ? noun : "\(article) \(noun)"
        return [whole, place].compactMap { $0 }.joined(separator: " ")
    }
}

extension FlowDescription {
    /// What a condition says, group by group: the likeliest value, where it is likelier than that nothing is said.
    func facts(in condition: [Float]) -> [PromptReading.Fact] {
        var facts: [PromptReading.Fact] = []
        var start = 0
        for group in groups {
            let end = start + group.values.count
            let best = (start..<end).max { condition[$0] < condition[$1] }
            if let best, condition[best] > condition[end] {
                let probability = Double(condition[best])
                facts.append(.init(group: group.name, value: group.values[best - start], probability: probability))
            }
            start = end + 1
        }
        return facts
    }
}
