import Testing

@testable import PromptPolicy

@Suite("Folding letters")
struct FoldedTextTests {
    private func words(_ text: String) -> [String] {
        let folded = FoldedText(text)
        var letters: [Letter] = []
        return folded.tokens.indices.map { index in
            folded.word(index..<index + 1, into: &letters)
            return String(String.UnicodeScalarView(letters.compactMap(Unicode.Scalar.init)))
        }
    }

    @Test(
        "One word, however it is dressed up",
        arguments: [
            "GHIBLI", "ＧＨＩＢＬＩ", "𝓖𝓱𝓲𝓫𝓵𝓲", "𝔤𝔥𝔦𝔟𝔩𝔦", "Ⓖⓗⓘⓑⓛⓘ", "🅶🅷🅸🅱🅻🅸", "ĝĥïbłí",
            "g\u{337}h\u{337}i\u{337}b\u{337}l\u{337}i\u{337}",
            "ghi\u{200B}bli", "gh\u{AD}ibli", "\u{2060}ghibli\u{FEFF}", "ghі\u{2062}blі", "gh1bl1", "gh!bl1", "ɢʜɪʙʟɪ",
            "ᵍʰⁱᵇˡⁱ", "gհibli", "\u{202E}ghibli",
        ]
    )
    func disguises(text: String) { #expect(words(text) == ["ghibli"]) }

    @Test(
        "Words and what parts them",
        arguments: [
            ("Ghi-bli", ["ghi", "bli"]), ("#GhibliStyle", ["ghibli", "style"]),
            ("rock & roll", ["rock", "and", "roll"]),
            ("hi! you", ["hi", "you"]), ("4k, 8K", ["ak", "bk"]), ("in 2024", ["in", "2024"]), ("Straße", ["strasse"]),
            ("Œuvre", ["oeuvre"]), ("disney风格", ["disney", "风格"]), ("o'keeffe’s", ["o", "keeffe", "s"]), ("", []),
            ("🎨🖌️", []), ("a\u{2028}b", ["a", "b"]),
        ] as [(String, [String])]
    )
    func parting(text: String, expected: [String]) { #expect(words(text) == expected) }

    @Test("A word of another script stays what it is, unless Latin letters are mixed in")
    func scripts() {
        #expect(words("сова") == ["сова"])
        #expect(words("Гибли") == ["гибли"])
        #expect(words("gнibli") == ["ghibli"])
        var letters: [Letter] = []
        #expect(FoldedText("ріхаг").disguisedWord(0..<1, into: &letters))
        #expect(String(String.UnicodeScalarView(letters.compactMap(Unicode.Scalar.init))) == "pixar")
        #expect(!FoldedText("Гибли").disguisedWord(0..<1, into: &letters))
    }

    @Test("Syllables are one letter, composed or not, in either kana and either width")
    func syllables() {
        #expect(words("지브리") == words("\u{110C}\u{1175}\u{1107}\u{1173}\u{1105}\u{1175}"))
        #expect(words("じぶり") == words("ジブリ"))
        #expect(words("ｼﾞﾌﾞﾘ") == words("ジブリ"))
    }

    @Test("Every word knows its bytes", arguments: ["a Ghi​bli, ｼﾞﾌﾞﾘ風 & Ŧŧ", "ﬁne ㎏ ½ ß", "👩‍🎨 e\u{301}te\u{301}"])
    func sources(text: String) {
        let folded = FoldedText(text)
        let bytes = Array(text.utf8)
        var end = 0
        for token in folded.tokens {
            #expect(token.source.lowerBound >= end)
            #expect(token.source.upperBound <= bytes.count)
            #expect(String(validating: bytes[token.source], as: UTF8.self) != nil)
            end = token.source.upperBound
        }
        #expect(folded.native.count == folded.sources.count)
    }
}
