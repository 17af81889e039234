/// Letters of other scripts that pass for a Latin one, after the idea of Unicode's confusables
/// (<https://www.unicode.org/reports/tr39/>). Only what Unicode's own decompositions and letter names do not say already:
/// accented, full-width, circled, mathematical and stroked letters need no entry.
enum LookAlikes {
    /// By the Latin letter that they pass for. Capitals and small letters are listed apart, because a Greek capital nu
    /// passes for an N and its small form for a v.
    private static let families: [(latin: Unicode.Scalar, others: String)] = [
        ("a", "аАαΑɑᎪꓮ"),
        ("b", "ЬьвВβΒᏴꓐб"),
        ("c", "сСϲϹᏟꓚ"),
        ("d", "ԁԀᎠꓓ"),
        ("e", "еЕєЄεΕᎬꓰ℮"),
        ("f", "ϝϜꓝ"),
        ("g", "ɡԌᏀꓖց"),
        ("h", "һҺнНΗᎻꓧհ"),
        ("i", "іІιΙɩӏӀᎥꙇı"),
        ("j", "јЈϳᎫꓙ"),
        ("k", "кКκΚᏦꓗ"),
        ("l", "ⅼᏞꓡ"),
        ("m", "мМΜᎷꓟ"),
        ("n", "пПΝηիꓠո"),
        ("o", "оОοΟσօՕᴏꓳ"),
        ("p", "рРρΡᏢꓑ"),
        ("q", "ԛԚգ"),
        ("r", "гГᏒꓣяЯ"),
        ("s", "ѕЅᏚꓢ"),
        ("t", "тТτΤᎢꓔ"),
        ("u", "υμսՍꓴ"),
        ("v", "ѵѴνᏙꓦ"),
        ("w", "ԝԜωшШᎳꓪա"),
        ("x", "хХχΧꓫ"),
        ("y", "уУγΥүҮყꓬ"),
        ("z", "ΖᏃꓜ"),
    ]

    /// The Latin letter that a scalar passes for.
    static let latin: [Unicode.Scalar: Letter] = {
        var table: [Unicode.Scalar: Letter] = [:]
        for (latin, others) in families {
            for scalar in others.unicodeScalars { table[scalar] = latin.value }
        }
        return table
    }()

    /// The letter that a digit or a sign is written for: "gh1bl1", "di$ney".
    static let ofSigns: [Unicode.Scalar: Letter] = [
        "0": letter("o"), "1": letter("i"), "3": letter("e"), "4": letter("a"), "5": letter("s"), "7": letter("t"),
        "8": letter("b"), "@": letter("a"), "$": letter("s"), "!": letter("i"), "|": letter("l"), "€": letter("e"),
    ]

    private static func letter(_ scalar: Unicode.Scalar) -> Letter { scalar.value }
}
