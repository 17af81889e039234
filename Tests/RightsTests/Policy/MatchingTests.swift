import Testing

@testable import PromptPolicy

@Suite("Finding names")
struct MatchingTests {
    @Test(
        "A studio's name in every dress",
        arguments: [
            "ghibli", "STUDIO GHIBLI", "g h i b l i", "g.h.i.b.l.i", "g-h-1-b-l-1", "Ghi-bli", "ghi bli", "ghiiiibli",
            "GhIbLi", "studio_ghibli", "studioghibli", "#GhibliStyle", "ghiblistyle", "inthestyleofghibli", "ghibli's",
            "gibli",
            "ghilbi", "Ghіblі", "ɢʜɪʙʟɪ", "ghi🌸bli", "ghi\nbli", "ghiblified", "Ghibli-esque", "ghiblicore",
            "スタジオジブリ", "じぶり", "지브리풍", "吉卜力風", "студии Гибли",
        ]
    )
    func dresses(name: String) throws {
        let verdict = try Policies.considerate.get().screen("a garden, \(name)")
        #expect(verdict.ids == ["studio-ghibli"])
    }

    @Test(
        "Words that only look like names",
        arguments: [
            "a hermit and a permit, thanks to millions of bateaux", "a Hopper car", "by Turner Street",
            "the constable smiled",
            "Haruki Murakami novels", "アネモネ", "아네모네", "公路飞驰", "音乐高中", "浪漫威尼斯", "还原神话", "мы гибли", "шишки на ветке",
            "Batman, Turkey", "the banks of a river", "Stanley and Grace", "a bat, man and boy", "jim, lee and i",
        ]
    )
    func innocent(prompt: String) throws {
        #expect(try Policies.considerate.get().screen(prompt).ids.isEmpty)
    }

    @Test(
        "A doubtful name needs words of style, or company",
        arguments: [
            ("a street by Hopper", ["edward-hopper"]), ("a street, Hopper", []),
            ("hopper style street", ["edward-hopper"]),
            ("a street in the style of the great painter Hopper", ["edward-hopper"]), ("a street by Hopper Lake", []),
            ("a rock by a river", []), ("Hopperesque street", ["edward-hopper"]), ("woody fields", []),
            ("Link and Zelda", ["link"]), ("a link", []), ("Elsa at home", []), ("Elsa in Arendelle", ["elsa"]),
            ("乐高风格的城市", ["lego"]), ("гибли в стиле Гибли", ["studio-ghibli"]),
        ] as [(String, [String])]
    )
    func doubtful(prompt: String, expected: [String]) throws {
        #expect(try Policies.considerate.get().screen(prompt).ids == expected)
    }

    @Test("The longer name counts, not those inside it")
    func longest() throws {
        let policy = try Policies.considerate.get()
        #expect(policy.screen("Woody from Toy Story").ids == ["woody"])
        #expect(policy.screen("Woody from Toy Story on a Toy Story poster").ids == ["woody", "toy-story"])
    }

    @Test(
        "Anything may be asked",
        arguments: [
            "", " ", "\0", "a", ".....", "\u{200B}\u{200B}", "👨‍👩‍👧‍👦", String(repeating: "g\u{337}", count: 5_000),
            String(repeating: "ghibli", count: 2_000), String(repeating: "a b ", count: 5_000),
            String(repeating: "picasso-", count: 2_000), "\u{1112}\u{1161}\u{11AB}", "\u{FFFD}", "e\u{301}\u{327}",
        ]
    )
    func anything(prompt: String) throws {
        let verdict = try Policies.considerate.get().screen(prompt)
        if case .rewritten(let text, _) = verdict.decision { #expect(!text.isEmpty) }
    }

    @Test("Random bytes are no danger")
    func fuzz() throws {
        let policy = try Policies.considerate.get()
        var state: UInt64 = 20_250_326
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let parts = [
            "ghibli", "Hopper", " ", "-", "吉卜力", "Гибли", "ジブリ", "지브리", "\u{301}", "\u{200D}", "style", "by", "a", "'s",
            "1",
            "$", ",", "\n", "𝓰", "&", "Pikachu", "the", "Van", "Gogh", ".", "ﬁ", "\u{1100}", "\u{1161}",
        ]
        for _ in 0..<1_000 {
            let prompt = (0..<next(24)).map { _ in parts[next(parts.count)] }.joined()
            let verdict = policy.screen(prompt)
            if case .rewritten(let text, let changes) = verdict.decision {
                #expect(!text.isEmpty)
                #expect(!changes.isEmpty)
            }
        }
    }
}
