internal import Foundation

/// Finds the style that a prompt asks for: by its name, else by the words of its description.
///
/// Words are compared without case, accents and common endings; rare words (few styles have them) count more than
/// common ones, as in inverse document frequency. Words behind "no", "not" or "without" count against.
public struct StyleMatcher: Sendable {
    /// What was found.
    public struct Match: Hashable, Sendable {
        public enum Reason: Hashable, Sendable {
            /// The prompt has the style's name.
            case name
            /// These words of the prompt fit the style.
            case words([String])
            /// Nothing fitted: the default.
            case nothingFitted
        }

        public let style: Style
        public let reason: Reason
    }

    public let styles: [Style]
    public let defaultStyle: Style

    private let canonicalWords: [String: String]
    private let vocabulary: [[String: Double]]
    private let rarity: [String: Double]

    private static let keywordWeight = 2.0
    private static let descriptionWeight = 1.0
    /// More than any number of words can reach.
    private static let nameScore = 1_000.0
    private static let negations: Set<String> = ["no", "not", "without", "never", "sans", "pas"]
    /// Words that describe any picture, or none.
    private static let stopWords: Set<String> = [
        "a", "an", "and", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "its", "like", "make", "me",
        "my", "of", "on", "or", "our", "paint", "painted", "painting", "photo", "picture", "please", "style", "that",
        "the", "this", "to", "turn", "very", "with", "du", "de", "la", "le", "les", "un", "une", "et", "en",
    ]

    /// - Parameter description: a checked one: its default style is among its styles.
    init(_ description: RestyleDescription) {
        self.styles = description.styles.sorted { $0.index < $1.index }
        self.defaultStyle = styles.first { $0.name == description.defaultStyle } ?? styles[0]
        var canonical: [String: String] = [:]
        for (word, others) in description.synonyms {
            for other in others { canonical[Self.stem(Self.folded(other))] = Self.stem(Self.folded(word)) }
        }
        self.canonicalWords = canonical
        self.vocabulary = styles.map { style in
            var words: [String: Double] = [:]
            for word in Self.words(style.description, canonical) { words[word] = Self.descriptionWeight }
            for word in Self.words(style.keywords.joined(separator: " ") + " " + style.name, canonical) {
                words[word] = Self.keywordWeight
            }
            return words
        }
        var counts: [String: Int] = [:]
        for words in vocabulary { for word in words.keys { counts[word, default: 0] += 1 } }
        let total = Double(styles.count)
        self.rarity = counts.mapValues { log(1 + total / Double($0)) }
    }

    /// All styles, the best fitting first; of those that fit equally well, the order of the manifest.
    ///
    /// The first is what the prompt asks for. When nothing fits it is the default.
    public func ranked(for prompt: String) -> [Match] {
        let text = Self.folded(prompt)
        let (wanted, unwanted) = wordsOf(text)
        let scored = zip(styles, vocabulary).map { style, words -> (match: Match, score: Double) in
            if Self.contains(text, phrase: Self.folded(style.name)) {
                return (Match(style: style, reason: .name), Self.nameScore + Double(style.name.count))
            }
            let hits = wanted.filter { words[$0] != nil }
            let reason: Match.Reason = hits.isEmpty ? .nothingFitted : .words(hits)
            return (Match(style: style, reason: reason), score(hits, in: words) - score(unwanted, in: words))
        }
        let best = scored.map(\.score).max() ?? 0
        guard best > 0 else { return defaultFirst(scored.filter { $0.score >= 0 }.map(\.match)) }
        let order = scored.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
        return order.map(\.element.match)
    }

    private func defaultFirst(_ matches: [Match]) -> [Match] {
        let others = matches.filter { $0.style != defaultStyle }
        return [Match(style: defaultStyle, reason: .nothingFitted)] + others
    }

    private func score(_ hits: [String], in words: [String: Double]) -> Double {
        hits.reduce(0) { sum, word in sum + (words[word] ?? 0) * (rarity[word] ?? 0) }
    }

    /// The prompt's words, each once, those behind a negation apart.
    private func wordsOf(_ text: String) -> (wanted: [String], unwanted: [String]) {
        var wanted: [String] = []
        var unwanted: [String] = []
        var isNegated = false
        for raw in Self.split(text) {
            if Self.negations.contains(raw) {
                isNegated = true
                continue
            }
            guard !Self.stopWords.contains(raw) else { continue }
            let word = Self.canonical(raw, canonicalWords)
            if isNegated {
                unwanted.append(word)
            } else if !wanted.contains(word) {
                wanted.append(word)
            }
            isNegated = false
        }
        return (wanted, unwanted)
    }

    // MARK: Words

    private static func words(_ text: String, _ canonicalWords: [String: String]) -> [String] {
        split(folded(text)).filter { !stopWords.contains($0) }.map { canonical($0, canonicalWords) }
    }

    private static func split(_ text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    private static func canonical(_ word: String, _ canonicalWords: [String: String]) -> String {
        let stem = stem(word)
        return canonicalWords[stem] ?? stem
    }

    /// Without case and accents.
    private static func folded(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }

    /// Without a common ending, where at least four letters remain.
    private static func stem(_ word: String) -> String {
        for ending in ["ings", "ing", "ies", "es", "ed", "s", "y", "e"] where word.hasSuffix(ending) {
            if word.count - ending.count >= 4 { return String(word.dropLast(ending.count)) }
        }
        return word
    }

    /// Whether `phrase` stands in `text` as whole words.
    private static func contains(_ text: String, phrase: String) -> Bool {
        let words = split(text)
        let wanted = split(phrase)
        guard !wanted.isEmpty, words.count >= wanted.count else { return false }
        return (0...words.count - wanted.count).contains { Array(words[$0..<$0 + wanted.count]) == wanted }
    }
}

extension StyleMatcher {
    /// The matcher of an installed model; nil when it is not of the kind `restyle`.
    public init?(for entry: ModelCatalogue.Entry) {
        guard let description = entry.manifest.restyle else { return nil }
        self.init(description)
    }
}
