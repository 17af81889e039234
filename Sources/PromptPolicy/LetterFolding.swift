internal import Foundation

/// A letter as it is compared: a Unicode scalar without case, accents and presentation.
typealias Letter = UInt32

/// What one scalar of a prompt means to the matcher: which letters it stands for, or how it parts words.
///
/// Folding goes scalar by scalar, so a match can be traced back to the bytes it came from. What NFKC would do beyond that
/// (putting accents on letters) is not wanted here: accents are dropped.
struct LetterFolding: Sendable {
    enum Role: UInt8, Sendable {
        /// Invisible, or an accent: as if it were not there.
        case nothing
        /// Parts words.
        case space
        /// Parts words that do not belong together: a comma.
        case stop
        /// May stand inside a word: a hyphen, a dot, an apostrophe, a flower.
        case joint
        case letter
        case digit
        /// A sign that stands for a letter inside a word: "di$ney".
        case sign
        /// `&`: the word "and".
        case and
    }

    enum Script: UInt8, Sendable {
        case latin
        /// Alphabets with spaces between words.
        case other
        case han
        case hiragana
        case katakana
        case hangul

        /// Written without spaces, or with endings that stick to the word.
        var isWide: Bool {
            switch self {
            case .latin, .other: false
            case .han, .hiragana, .katakana, .hangul: true
            }
        }
    }

    struct Fold: Sendable {
        var role: Role
        var script = Script.latin
        var isCapital = false
        var isSmall = false
        /// The letter itself, in its own script.
        var native: Letter = 0
        /// The Latin letter that it is or passes for; 0: none.
        var latin: Letter = 0
        /// Whether it stands for more letters: "ß" for two.
        var hasMore = false
    }

    static let shared = LetterFolding()

    func fold(_ scalar: Unicode.Scalar) -> Fold {
        let value = Int(scalar.value)
        if value < low.count { return low[value] }
        return high[scalar.value] ?? Self.other(scalar)
    }

    /// The letters that a scalar stands for behind its first.
    func more(_ scalar: Unicode.Scalar) -> [Letter] {
        Self.decomposed(scalar).dropFirst().compactMap { base in
            base.properties.isAlphabetic || base.properties.numericType.isDigit ? Self.native(base) : nil
        }
    }

    private static let lowEnd: UInt32 = 0x3400
    /// Blocks above ``lowEnd`` with letters that decompose: Latin extensions, compatibility ideographs, ligatures, small
    /// forms, half and full width, mathematical letters, enclosed letters.
    private static let highBlocks: [ClosedRange<UInt32>] = [
        0xA640...0xA69F, 0xA720...0xA7FF, 0xAB30...0xAB6F, 0xF900...0xFAFF, 0xFB00...0xFB4F, 0xFE10...0xFE6F,
        0xFF00...0xFFEF, 0x1D400...0x1D7FF, 0x1F100...0x1F1FF,
    ]

    private let low: [Fold]
    private let high: [UInt32: Fold]

    private init() {
        low = (0..<Self.lowEnd).map { Unicode.Scalar($0).map(Self.made) ?? Fold(role: .nothing) }
        var high: [UInt32: Fold] = [:]
        for value in Self.highBlocks.joined() {
            if let scalar = Unicode.Scalar(value) { high[value] = Self.made(scalar) }
        }
        for scalar in LookAlikes.latin.keys where scalar.value >= Self.lowEnd { high[scalar.value] = Self.made(scalar) }
        self.high = high
    }

    /// The fold of a scalar that decomposes into itself.
    private static func other(_ scalar: Unicode.Scalar) -> Fold {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x3FFFF:
            return Fold(role: .letter, script: .han, native: scalar.value)
        case 0xAC00...0xD7A3: return Fold(role: .letter, script: .hangul, native: scalar.value)
        default: break
        }
        // Scripts and pictures without letters that pass for Latin ones: looking them up would take long in every prompt.
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .unassigned, .privateUse, .surrogate, .control:
            return Fold(role: .nothing)
        case .lineSeparator, .paragraphSeparator, .spaceSeparator: return Fold(role: .space)
        default: break
        }
        if properties.isDefaultIgnorableCodePoint { return Fold(role: .nothing) }
        guard properties.isAlphabetic else { return Fold(role: .joint) }
        let small = properties.lowercaseMapping.unicodeScalars.first ?? scalar
        return Fold(role: .letter, script: .other, native: small.value)
    }

    private static func made(_ scalar: Unicode.Scalar) -> Fold {
        if scalar == "&" || scalar == "＆" { return Fold(role: .and) }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return Fold(role: .nothing)
        case .lineSeparator, .paragraphSeparator, .spaceSeparator: return Fold(role: .space)
        case .control: return Fold(role: properties.isWhitespace ? .space : .nothing)
        default: break
        }
        // The braille blank is an invisible symbol, which Unicode does not count among the ignorable ones.
        if properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format || scalar == "\u{2800}" {
            return Fold(role: .nothing)
        }
        if let latin = LookAlikes.ofSigns[scalar], !properties.numericType.isDigit {
            return Fold(role: .sign, native: latin, latin: latin)
        }
        if "、。，,;；:：!！?？()（）[]{}「」『』《》【】\"“”„«»…\n".unicodeScalars.contains(scalar) { return Fold(role: .stop) }
        return letters(scalar) ?? Fold(role: .joint)
    }

    private static func letters(_ scalar: Unicode.Scalar) -> Fold? {
        if case 0x1100...0x11FF = scalar.value { return Fold(role: .letter, script: .hangul, native: scalar.value) }
        let properties = scalar.properties
        let bases = decomposed(scalar)
        // The voicing mark of half-width katakana is a letter, but made of an accent only.
        guard let first = bases.first else { return Fold(role: .nothing) }
        var fold: Fold
        if let digit = digit(first) {
            fold = Fold(role: .digit, native: digit.value, latin: LookAlikes.ofSigns[digit] ?? 0)
        } else if first.properties.isAlphabetic || isLong(first) {
            fold = Fold(role: .letter, script: script(first), native: native(first))
            fold.latin = LookAlikes.latin[scalar] ?? latin(first) ?? latinByName(scalar) ?? LookAlikes.latin[first] ?? 0
            if fold.script == .latin, fold.latin != 0 { fold.native = fold.latin }
        } else if let letter = latinByName(scalar) {
            fold = Fold(role: .letter, native: letter, latin: letter)
        } else {
            return nil
        }
        fold.hasMore = bases.count > 1
        fold.isCapital = properties.isUppercase
        fold.isSmall = properties.isLowercase
        return fold
    }

    /// The small letters that a scalar is made of, without accents.
    private static func decomposed(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        switch scalar {
        case "æ", "Æ", "ǽ": return ["a", "e"]
        case "œ", "Œ": return ["o", "e"]
        case "ß", "ẞ": return ["s", "s"]
        case "þ", "Þ": return ["t", "h"]
        default: break
        }
        if scalar.isASCII { return Array(scalar.properties.lowercaseMapping.unicodeScalars) }
        let text = String(scalar).decomposedStringWithCompatibilityMapping.lowercased()
            .decomposedStringWithCompatibilityMapping
        return text.unicodeScalars.filter {
            switch $0.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: false
            default: true
            }
        }
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        guard scalar.properties.numericType.isDigit, let value = scalar.properties.numericValue,
            (0...9).contains(value)
        else { return nil }
        return Unicode.Scalar(0x30 + UInt32(value))
    }

    /// The sign that makes a vowel long in katakana.
    private static func isLong(_ scalar: Unicode.Scalar) -> Bool { scalar == "ー" }

    private static func latin(_ scalar: Unicode.Scalar) -> Letter? {
        scalar.isASCII ? scalar.value : latinByName(scalar)
    }

    /// Of letters that Unicode does not decompose, its name says which they are: "LATIN SMALL LETTER L WITH STROKE",
    /// "NEGATIVE SQUARED LATIN CAPITAL LETTER G", "REGIONAL INDICATOR SYMBOL LETTER B".
    private static func latinByName(_ scalar: Unicode.Scalar) -> Letter? {
        guard let name = scalar.properties.name, name.contains("LATIN ") || name.hasPrefix("REGIONAL INDICATOR")
        else { return nil }
        let words = name.split(separator: " ")
        guard let place = words.lastIndex(where: { $0 == "LETTER" || $0 == "CAPITAL" }), place + 1 < words.count
        else { return nil }
        let letter = words[place + 1]
        guard letter.utf8.count == 1, place + 2 == words.count || words[place + 2] == "WITH",
            let value = letter.unicodeScalars.first?.properties.lowercaseMapping.unicodeScalars.first
        else { return nil }
        return value.value
    }

    /// Hiragana counts as katakana: both write the same syllables.
    private static func native(_ scalar: Unicode.Scalar) -> Letter {
        (0x3041...0x3096).contains(scalar.value) ? scalar.value + 0x60 : scalar.value
    }

    private static func script(_ scalar: Unicode.Scalar) -> Script {
        switch scalar.value {
        case 0x61...0x7A, 0xAA, 0xBA, 0xC0...0x24F, 0x1E00...0x1EFF: .latin
        case 0x3041...0x309F: .hiragana
        case 0x30A0...0x30FF, 0x31F0...0x31FF: .katakana
        case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7A3: .hangul
        case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: .han
        default: latinByName(scalar) == nil ? .other : .latin
        }
    }
}

extension Unicode.NumericType? {
    fileprivate var isDigit: Bool {
        switch self {
        case .decimal, .digit: true
        case .numeric, nil: false
        @unknown default: false
        }
    }
}
