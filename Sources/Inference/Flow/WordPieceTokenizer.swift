internal import Foundation

/// Cuts a text into the pieces that a BERT encoder without case has learned: lower case, no accents, punctuation apart,
/// then the longest pieces of the vocabulary from the left.
///
/// Any text is safe: work and memory are bounded by the token limit, not by what is sent.
struct WordPieceTokenizer: Sendable {
    private enum Special: String {
        case padding = "[PAD]"
        case unknown = "[UNK]"
        case start = "[CLS]"
        case end = "[SEP]"
    }

    /// Longer words are unknown, whatever they are made of.
    private static let wordLimit = 100
    /// Scalars of a text that are looked at: far more than fill any encoder, unless nearly all of them are blank.
    private static let textLimit = 16_384

    /// By their bytes: Swift takes texts for equal that differ in scalars, and the encoder does not.
    private let identifiers: [[UInt8]: Int]
    private let padding: Int
    private let unknown: Int
    private let start: Int
    private let end: Int
    private let tokenLimit: Int

    /// - Parameters:
    ///   - vocabulary: one piece a line; a piece's number is its line's, from 0.
    ///   - tokenLimit: tokens that the encoder reads, its two marks among them.
    /// - Returns: nil when the vocabulary lacks one of the marks.
    init?(vocabulary: String, tokenLimit: Int) {
        var identifiers: [[UInt8]: Int] = [:]
        let lines = vocabulary.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            identifiers[Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)] = number
        }
        func identifier(_ special: Special) -> Int? { identifiers[Array(special.rawValue.utf8)] }
        guard let padding = identifier(.padding), let unknown = identifier(.unknown),
            let start = identifier(.start), let end = identifier(.end)
        else { return nil }
        self.identifiers = identifiers
        self.padding = padding
        self.unknown = unknown
        self.start = start
        self.end = end
        self.tokenLimit = max(2, tokenLimit)
    }

    /// The text's tokens between the encoder's marks, cut off at the limit.
    func tokens(of text: String) -> [Int] {
        var tokens = [start]
        let room = tokenLimit - 1
        words: for word in Self.words(of: text) {
            for piece in pieces(of: word) {
                guard tokens.count < room else { break words }
                tokens.append(piece)
            }
        }
        return tokens + [end]
    }

    /// The tokens as the encoder takes them: always of one length, with a mask that says which count.
    func input(of text: String) -> (identifiers: [Float], mask: [Float]) {
        let tokens = tokens(of: text)
        let blank = tokenLimit - tokens.count
        return (
            tokens.map(Float.init) + [Float](repeating: Float(padding), count: blank),
            [Float](repeating: 1, count: tokens.count) + [Float](repeating: 0, count: blank)
        )
    }

    /// The longest pieces from the left; one unknown token when some part is in no piece.
    private func pieces(of word: [Unicode.Scalar]) -> [Int] {
        guard word.count <= Self.wordLimit else { return [unknown] }
        var pieces: [Int] = []
        var begin = 0
        while begin < word.count {
            var end = word.count
            while end > begin {
                let piece =
                    (begin > 0 ? Array("##".utf8) : []) + word[begin..<end].flatMap { UTF8.encode($0) ?? .init() }
                if let identifier = identifiers[piece] {
                    pieces.append(identifier)
                    break
                }
                end -= 1
            }
            guard end > begin else { return [unknown] }
            begin = end
        }
        return pieces
    }

    // MARK: Words

    /// Words and single marks of punctuation, in lower case and without accents.
    ///
    /// Words beyond the limit end one scalar after it: that they are too long is all that matters of them.
    private static func words(of text: String) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var word: [Unicode.Scalar] = []
        func endWord() {
            if !word.isEmpty { words.append(word) }
            word = []
        }
        var cut = String.UnicodeScalarView()
        cut.append(contentsOf: text.unicodeScalars.prefix(textLimit))
        for scalar in String(cut).decomposedStringWithCanonicalMapping.unicodeScalars {
            if isSpace(scalar) {
                endWord()
                continue
            }
            let category = scalar.properties.generalCategory
            if isInvisible(scalar, category) || category == .nonspacingMark { continue }
            if isIdeograph(scalar) || isPunctuation(scalar, category) {
                endWord()
                words.append([scalar])
            } else if word.count <= wordLimit {
                word.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        endWord()
        return words
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\n", "\r": true
        default: [.spaceSeparator, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory) -> Bool {
        switch category {
        case .control, .format: true
        default: scalar == "\u{FFFD}"
        }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory) -> Bool {
        switch category {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default:
            // "$", "+", "^" and their like are no punctuation to Unicode, but to the encoder.
            switch scalar.value {
            case 33...47, 58...64, 91...96, 123...126: true
            default: false
            }
        }
    }

    /// Chinese characters, also those that Japanese is written with: each is a word.
    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B820...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
