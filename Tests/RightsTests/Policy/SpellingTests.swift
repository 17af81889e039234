import Testing

@testable import PromptPolicy

@Suite("Spelling")
struct SpellingTests {
    private func letters(_ word: String) -> [Letter] { word.unicodeScalars.map(\.value) }

    @Test(
        "Slips of the finger",
        arguments: [
            ("ghibli", "ghibli", 0), ("ghibli", "gibli", 1), ("ghibli", "ghilbi", 1), ("ghibli", "ghiblli", 1),
            ("rutkowski", "rutkowsky", 1), ("rutkowski", "rutkosky", 2), ("disney", "kinsey", 2),
            ("hopper", "copied", 3), ("", "ab", 2),
        ]
    )
    func distance(one: String, other: String, expected: Int) {
        #expect(Spelling.distance(letters(one), letters(other), limit: 2) == min(expected, 3))
        #expect(Spelling.distance(letters(other), letters(one), limit: 2) == min(expected, 3))
    }

    @Test("A word without letters has the fingerprint that is computed from the whole word's")
    func hashes() {
        let word = letters("rutkowski")
        var hash = WordHash()
        hash.read(word)
        #expect(hash.whole == WordHash.whole(word))
        for first in word.indices {
            var shorter = word
            shorter.remove(at: first)
            #expect(hash.without(first) == WordHash.whole(shorter))
            for second in (first + 1)..<max(first + 1, word.count) {
                var shortest = word
                shortest.remove(at: second)
                shortest.remove(at: first)
                #expect(hash.without(first, second) == WordHash.whole(shortest))
            }
        }
        #expect(hash.part(2, 5) == WordHash.whole(word[2..<5]))
    }

    @Test("Doubled letters count in short words only")
    func doubled() {
        #expect(Spelling.collapsed(letters("ghiiibbli")) == letters("ghibli"))
        #expect(Spelling.isStretched(letters("ghiiibli")))
        #expect(!Spelling.isStretched(letters("hopper")))
    }

    @Test("Russian names in their cases")
    func russian() {
        #expect(RussianForms.of("Климт").contains("Климта"))
        #expect(RussianForms.of("Гарри Поттер").contains("Гарри Поттера"))
        #expect(RussianForms.of("Иван Айвазовский").contains("Ивана Айвазовскому") == false)
        #expect(RussianForms.of("Айвазовский").contains("Айвазовского"))
        #expect(RussianForms.of("Моне").isEmpty)
    }

    @Test("A table answers what was put in")
    func table() {
        var table = WordTable()
        for key in 0..<5_000 {
            table.insert(Int32(key), for: UInt64(key))
            if key.isMultiple(of: 10) { table.insert(Int32(-key), for: UInt64(key)) }
        }
        for key in 0..<6_000 {
            var found: Set<Int> = []
            table.forEach(UInt64(key)) { found.insert($0) }
            let expected: Set<Int> = key >= 5_000 ? [] : key.isMultiple(of: 10) ? [key, -key] : [key]
            #expect(found == expected)
        }
    }
}
