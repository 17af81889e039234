/// A text as the matcher reads it: folded letters in words, each of which knows the bytes that it came from.
struct FoldedText: Sendable {
    /// What parts a word from the one before.
    enum Gap: UInt8, Sendable {
        /// Nothing but what may stand inside a word, or a capital inside one: "Ghi-bli", "GhibliStyle".
        case joint
        case space
        /// Punctuation, or the beginning.
        case stop
    }

    struct Makeup: OptionSet, Sendable {
        let rawValue: UInt8
        static let latin = Makeup(rawValue: 1)
        static let other = Makeup(rawValue: 2)
        static let digit = Makeup(rawValue: 4)
        static let wide = Makeup(rawValue: 8)
    }

    struct Token: Sendable {
        var letters: Range<Int>
        /// In UTF-8.
        var source: Range<Int>
        var gap: Gap
        var makeup: Makeup
    }

    private(set) var tokens: [Token] = []
    /// All letters of all tokens, each in its own script.
    private(set) var native: [Letter] = []
    /// The Latin letters that they pass for; 0: none.
    private(set) var latin: [Letter] = []
    private(set) var scripts: [LetterFolding.Script] = []
    /// The bytes that each letter came from.
    private(set) var sources: [Range<Int>] = []

    var hasLetters: Bool { !tokens.isEmpty }

    /// - Parameter splitsCapitals: whether a capital after a small letter begins a word, as in "#GhibliStyle".
    init(_ text: String, splitsCapitals: Bool = true) {
        let folding = LetterFolding.shared
        let scalars = Array(text.unicodeScalars)
        native.reserveCapacity(scalars.count)
        latin.reserveCapacity(scalars.count)
        scripts.reserveCapacity(scalars.count)
        sources.reserveCapacity(scalars.count)
        tokens.reserveCapacity(scalars.count / 4)
        /// What parts the next word from the one before.
        var gap = Gap.stop
        var open: Token?
        var wasSmall = false
        var offset = 0
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            var width = UTF8.width(scalar)
            var fold = folding.fold(scalar)
            defer {
                offset += width
                index += 1
            }
            switch fold.role {
            case .nothing: continue
            case .space:
                gap = open != nil || gap == .joint ? .space : gap
                close(&open)
                continue
            case .stop:
                gap = .stop
                close(&open)
                continue
            case .joint:
                if open != nil { gap = .joint }
                close(&open)
                continue
            case .and:
                gap = open != nil ? .space : max(gap, .space)
                close(&open)
                open = begun(gap, offset, .latin)
                for letter in "and".unicodeScalars {
                    append(letter.value, letter.value, .latin, offset..<offset + width, &open)
                }
                close(&open)
                gap = .space
                continue
            case .sign:
                guard open != nil, index + 1 < scalars.count, folding.fold(scalars[index + 1]).role.isInWord else {
                    // Outside a word an exclamation mark is just one.
                    gap = scalar == "!" ? .stop : open != nil ? .joint : gap
                    close(&open)
                    continue
                }
            case .letter, .digit: break
            }
            if fold.script == .hangul, let (composed, count) = Self.syllable(scalars, index) {
                fold.native = composed
                for extra in scalars[(index + 1)..<(index + count)] { width += UTF8.width(extra) }
                index += count - 1
            }
            if let token = open {
                // Not after a short beginning: "McKean", "DaVinci", "gHiBlI".
                let isCapital =
                    splitsCapitals && wasSmall && fold.isCapital && native.count - token.letters.lowerBound > 3
                let isWide = token.makeup.contains(.wide)
                if isCapital || fold.role == .letter && isWide != fold.script.isWide || fold.role == .digit && isWide {
                    close(&open)
                    gap = .joint
                }
            }
            let makeup: Makeup =
                switch fold.role {
                case .digit, .sign: .digit
                default: fold.script.isWide ? .wide : fold.script == .latin ? .latin : .other
                }
            if open == nil { open = begun(gap, offset, makeup) }
            append(fold.native, fold.latin, fold.script, offset..<offset + width, &open)
            open?.makeup.insert(makeup)
            if fold.hasMore {
                for letter in folding.more(scalar) {
                    append(letter, letter, fold.script, offset..<offset + width, &open)
                }
            }
            wasSmall = fold.isSmall
        }
        close(&open)
    }

    private func begun(_ gap: Gap, _ offset: Int, _ makeup: Makeup) -> Token {
        Token(
            letters: native.count..<native.count,
            source: offset..<offset,
            gap: tokens.isEmpty ? .stop : gap,
            makeup: makeup
        )
    }

    private mutating func append(
        _ own: Letter,
        _ latin: Letter,
        _ script: LetterFolding.Script,
        _ source: Range<Int>,
        _ token: inout Token?
    ) {
        native.append(own)
        self.latin.append(latin)
        scripts.append(script)
        sources.append(source)
        if let start = token?.source.lowerBound { token?.source = start..<source.upperBound }
    }

    private mutating func close(_ open: inout Token?) {
        guard var token = open else { return }
        token.letters = token.letters.lowerBound..<native.count
        tokens.append(token)
        open = nil
    }

    /// A Korean syllable that is written as its parts, and how many they are.
    private static func syllable(_ scalars: [Unicode.Scalar], _ index: Int) -> (Letter, Int)? {
        let lead = scalars[index].value
        guard (0x1100...0x1112).contains(lead), index + 1 < scalars.count else { return nil }
        let vowel = scalars[index + 1].value
        guard (0x1161...0x1175).contains(vowel) else { return nil }
        let open = 0xAC00 + ((lead - 0x1100) * 21 + vowel - 0x1161) * 28
        guard index + 2 < scalars.count, (0x11A8...0x11C2).contains(scalars[index + 2].value) else { return (open, 2) }
        return (open + scalars[index + 2].value - 0x11A7, 3)
    }

    // MARK: Reading words

    /// The letters of some tokens in a row as one word. Where scripts are mixed, letters of other scripts are read as the
    /// Latin ones that they pass for; where digits stand among letters, as those that they are written for.
    func word(_ range: Range<Int>, into word: inout [Letter]) {
        word.removeAll(keepingCapacity: true)
        guard let first = range.first, let last = range.last else { return }
        var makeup: Makeup = []
        for token in tokens[range] { makeup.formUnion(token.makeup) }
        let letters = tokens[first].letters.lowerBound..<tokens[last].letters.upperBound
        let isPlain = makeup == .latin || makeup == .other || makeup == .digit || makeup.contains(.wide)
        if isPlain {
            word.append(contentsOf: native[letters])
            return
        }
        let isMixed = makeup.contains(.latin)
        for index in letters {
            let isDigit = (0x30...0x39).contains(native[index])
            word.append(latin[index] != 0 && (isMixed || isDigit) ? latin[index] : native[index])
        }
    }

    /// The letters of a word of another script that could be taken for a Latin one as a whole.
    func disguisedWord(_ range: Range<Int>, into word: inout [Letter]) -> Bool {
        word.removeAll(keepingCapacity: true)
        guard let first = range.first, let last = range.last else { return false }
        for index in tokens[first].letters.lowerBound..<tokens[last].letters.upperBound {
            guard latin[index] != 0 else { return false }
            word.append(latin[index])
        }
        return true
    }

    /// The bytes of some tokens in a row.
    func source(_ range: Range<Int>) -> Range<Int> {
        guard let first = range.first, let last = range.last else { return 0..<0 }
        return tokens[first].source.lowerBound..<tokens[last].source.upperBound
    }
}

extension FoldedText.Gap: Comparable {
    static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

extension LetterFolding.Role {
    fileprivate var isInWord: Bool {
        switch self {
        case .letter, .digit: true
        default: false
        }
    }
}
