import Testing

@testable import PromptPolicy

@Suite("Rewriting")
struct RewritingTests {
    private static let ghibli = "hand-painted animation with soft skies"
    private static let pixar = "polished 3D animation with big eyes and warm light"

    @Test(
        "The rest of the sentence stays readable",
        arguments: [
            ("a cat in the style of Studio Ghibli", "a cat in the style of \(ghibli)"),
            ("Studio Ghibli style portrait of a cat", "Portrait of a cat, in the style of \(ghibli)"),
            ("a cat in Ghibli style, rain", "a cat in the style of \(ghibli), rain"),
            ("a cat in a Ghibli style", "a cat in the style of \(ghibli)"),
            ("a cat by Studio Ghibli", "a cat in the style of \(ghibli)"),
            ("a cat inspired by Studio Ghibli.", "a cat inspired by \(ghibli)."),
            ("ghibli style", "in the style of \(ghibli)"),
            ("rain, Ghibli, 4k", "rain, \(ghibli), 4k"),
            ("a Ghibli anime cat", "an anime cat, in the style of \(ghibli)"),
            ("a Pixar robot.", "a robot, in the style of \(pixar)"),
            (
                "sea, in the style of the great Van Gogh",
                "sea, in the style of thick swirling brushwork in bright blues and yellows"
            ),
            (
                "Disney Pixar",
                "Classic fairy-tale animation with expressive faces and \(pixar)"
            ),
            ("Pikachu eating noodles", "A small yellow mouse-like creature with red cheeks eating noodles"),
            ("two noodles and a Pikachu", "two noodles and a small yellow mouse-like creature with red cheeks"),
            ("turn it into Ghibli style", "turn it into \(ghibli)"),
            ("a very ghibliesque lake", "a lake, in the style of \(ghibli)"),
            ("#ghiblistyle lake", "lake, in the style of \(ghibli)"),
            ("a Studio Ghibli and Pixar film", "a film, in the style of \(ghibli) and \(pixar)"),
            ("my Pikachu", "my small yellow mouse-like creature with red cheeks"),
            ("吉卜力风格的猫", "\(ghibli) 风格的猫"),
        ]
    )
    func sentences(prompt: String, expected: String) throws {
        #expect(try Policies.considerate.get().screen(prompt).rewritten == expected)
    }

    @Test("It is said what was changed, in the user's own words")
    func changes() throws {
        let changes = try Policies.considerate.get().screen("GHIBLI cat with a pikachu").changes
        #expect(changes.map(\.rule) == ["studio-ghibli", "pikachu"])
        #expect(changes.first?.sentence == "‘GHIBLI’ was replaced by ‘\(Self.ghibli)’.")
    }

    @Test("A name inside a longer one is replaced once")
    func overlapping() throws {
        let verdict = try Policies.considerate.get().screen("Starry Night by Van Gogh over my city")
        #expect(verdict.changes.map(\.rule) == ["the-starry-night"])
        #expect(verdict.rewritten == "A swirling night sky over a village over my city")
    }
}
