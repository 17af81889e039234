internal import Foundation

/// Scene words of other languages with their English, and how each language is recognised.
struct Lexicon: Sendable {
    /// A language of the file.
    private struct Description: Decodable {
        /// English by words or phrases of the language.
        let phrases: [String: String]
        /// Short words that tell the language: articles, prepositions.
        let markers: [String]
    }

    private struct File: Decodable {
        let languages: [String: Description]
    }

    /// A language written in words between spaces.
    private struct Wordy: Sendable {
        /// By their first words, the longest first.
        var phrases: [String: [(words: [String], english: String)]] = [:]
        var markers: Set<String> = []
    }

    /// Words that tell English, and that neither French nor Spanish has.
    private static let englishMarkers: Set<String> = [
        "the", "of", "in", "with", "and", "at", "by", "over", "under", "near", "above", "behind", "beside", "between",
        "is", "are", "it", "an", "from", "to", "into", "through", "there", "some", "painting", "picture", "paint",
    ]
    /// Scalars of a prompt that are looked at.
    private static let textLimit = 16_384

    private let wordy: [PromptReading.Language: Wordy]
    /// Japanese phrases by their first character, the longest first.
    private let japanese: [Character: [(phrase: [Character], english: String)]]
    private let english: Set<String>

    /// - Throws: what `JSONDecoder` throws when the file is not a lexicon.
    init(json: Data) throws {
        let file = try JSONDecoder().decode(File.self, from: json)
        var english = Self.englishMarkers
        var wordy: [PromptReading.Language: Wordy] = [:]
        var japanese: [Character: [(phrase: [Character], english: String)]] = [:]
        // Sorted, so that of two spellings that fold into one always the same wins.
        for (code, description) in file.languages.sorted(by: { $0.key < $1.key }) {
            guard let language = PromptReading.Language(rawValue: code) else { continue }
            let phrases = description.phrases.sorted { $0.key < $1.key }
            for (_, translation) in phrases { english.formUnion(Self.words(translation)) }
            if language == .english {
                english.formUnion(description.markers.flatMap { Self.words($0) })
            } else if language == .japanese {
                for (phrase, translation) in phrases {
                    let characters = Array(Self.foldedJapanese(phrase))
                    guard let first = characters.first else { continue }
                    japanese[first, default: []].append((characters, translation))
                }
            } else {
                var own = Wordy()
                own.markers = Set(description.markers.flatMap { Self.words($0) })
                for (phrase, translation) in phrases {
                    let words = Self.words(phrase)
                    guard let first = words.first else { continue }
                    own.phrases[first, default: []].append((words, translation))
                }
                own.phrases = own.phrases.mapValues { $0.sorted { $0.words.count > $1.words.count } }
                wordy[language] = own
            }
        }
        self.wordy = wordy
        self.japanese = japanese.mapValues { $0.sorted { $0.phrase.count > $1.phrase.count } }
        self.english = english
    }

    /// Tells a prompt's language and gives what the encoder shall read: the prompt itself where it is English, what is
    /// known of it in English otherwise.
    func translate(_ prompt: String) -> (language: PromptReading.Language, english: String) {
        var cut = String.UnicodeScalarView()
        cut.append(contentsOf: prompt.unicodeScalars.prefix(Self.textLimit))
        let text = String(cut)
        let scripts = Scripts(text)
        if scripts.kana > 0 || scripts.ideographs > scripts.latin {
            let translation = translateJapanese(text)
            // Ideographs alone may be Chinese; what the lexicon knows of them counts all the same.
            return scripts.kana > 0 || !translation.isEmpty ? (.japanese, translation) : (.other, "")
        }
        guard scripts.others <= scripts.latin else { return (.other, text) }
        let clauses = Self.clauses(text)
        let words = clauses.flatMap { $0 }
        var best = (language: PromptReading.Language.english, score: words.count { english.contains($0) })
        for language in [PromptReading.Language.french, .spanish] {
            let score = score(words, language)
            if score > best.score { best = (language, score) }
        }
        guard best.language != .english else { return (.english, text) }
        return (best.language, translate(clauses, from: best.language))
    }

    // MARK: Languages of words

    /// Words that speak for a language and not for English.
    private func score(_ words: [String], _ language: PromptReading.Language) -> Int {
        guard let own = wordy[language] else { return 0 }
        var score = 0
        var place = 0
        while place < words.count {
            if let match = match(words, at: place, own) {
                score += words[place..<place + match.count].count { !english.contains($0) }
                place += match.count
            } else {
                if own.markers.contains(words[place]), !english.contains(words[place]) { score += 1 }
                place += 1
            }
        }
        return score
    }

    private func translate(_ clauses: [[String]], from language: PromptReading.Language) -> String {
        guard let own = wordy[language] else { return "" }
        let translated = clauses.map { words in
            var parts: [String] = []
            var place = 0
            while place < words.count {
                if let match = match(words, at: place, own) {
                    parts.append(match.english)
                    place += match.count
                } else {
                    // Words that both languages have; English function words would only be chance.
                    let word = words[place]
                    if english.contains(word), !Self.englishMarkers.contains(word), !own.markers.contains(word) {
                        parts.append(word)
                    }
                    place += 1
                }
            }
            return parts.joined(separator: " ")
        }
        return translated.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// The longest phrase that begins at a place.
    private func match(_ words: [String], at place: Int, _ own: Wordy) -> (english: String, count: Int)? {
        for first in Self.singulars(words[place]) {
            for (phrase, translation) in own.phrases[first] ?? [] where place + phrase.count <= words.count {
                let isWhole = phrase.indices.dropFirst().allSatisfy {
                    Self.singulars(words[place + $0]).contains(phrase[$0])
                }
                if isWhole { return (translation, phrase.count) }
            }
        }
        return nil
    }

    /// A word, and what it may be the plural of.
    private static func singulars(_ word: String) -> [String] {
        var forms = [word]
        for ending in ["s", "x", "es"] where word.hasSuffix(ending) && word.count > ending.count + 2 {
            forms.append(String(word.dropLast(ending.count)))
        }
        return forms
    }

    private static func words(_ text: String) -> [String] { clauses(text).flatMap { $0 } }

    /// Words without case and accents, between the marks that part clauses.
    private static func clauses(_ text: String) -> [[String]] {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
            .split { ",.;:!?()\n".contains($0) }
            .map { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
    }

    // MARK: Japanese

    private func translateJapanese(_ text: String) -> String {
        let characters = Array(Self.foldedJapanese(text))
        var parts: [String] = []
        var place = 0
        while place < characters.count {
            let match = japanese[characters[place]]?.first { characters[place...].starts(with: $0.phrase) }
            if let match, !match.english.isEmpty { parts.append(match.english) }
            place += match?.phrase.count ?? 1
        }
        return parts.joined(separator: ", ")
    }

    /// One form for characters that are written wide or narrow; the marks that make other syllables stay.
    private static func foldedJapanese(_ text: String) -> String { text.precomposedStringWithCompatibilityMapping }
}

/// How many letters of which script a text has.
private struct Scripts {
    var latin = 0
    var kana = 0
    var ideographs = 0
    var others = 0

    init(_ text: String) {
        for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
            switch scalar.value {
            case 0x3041...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: kana += 1
            case _ where scalar.properties.isIdeographic: ideographs += 1
            case 0...0x24F, 0x1E00...0x1EFF, 0xFF21...0xFF5A: latin += 1
            default: others += 1
            }
        }
    }
}
