import Foundation
import Inference
import TestKit
import Testing

@Suite("Finding the style that a prompt asks for")
struct StyleMatcherTests {
    private let matcher: StyleMatcher

    init() throws {
        let entry = try ModelCatalogue(folder: Repository.models).entry("restyle")
        matcher = try #require(StyleMatcher(for: entry))
    }

    @Test("Every style is found by its own name, in any case and among other words")
    func findsNames() {
        for style in matcher.styles {
            let prompt = "please paint this in \(style.name.uppercased()), for my mother"
            #expect(matcher.ranked(for: prompt).first?.style.name == style.name, "\(prompt)")
        }
    }

    @Test(
        "Descriptions find what they describe",
        arguments: [
            ("pencil and wash", "Pencil and Wash"),
            ("a delicate watercolor", "Pencil and Wash"),
            ("a starry night with swirls", "Blue Night Strokes"),
            ("impressionist lilac, dreamy", "Lilac Haze"),
            ("une aquarelle", "Pencil and Wash"),
            ("black and white linocut", "Slate Linocut"),
            ("like a stained glass window", "Deep Primaries"),
            ("charcoal drawing", "Charcoal and Cream"),
            ("autumn leaves", "Autumn Slant"),
        ]
    )
    func findsDescriptions(prompt: String, name: String) {
        #expect(matcher.ranked(for: prompt).first?.style.name == name)
    }

    @Test("When nothing fits, it is the default, and says so", arguments: ["", "xyzzy", "paint me", "12345", "\u{0}"])
    func fallsBack(prompt: String) {
        let first = matcher.ranked(for: prompt).first
        #expect(first?.style == matcher.defaultStyle)
        #expect(first?.reason == .nothingFitted)
    }

    @Test("Words behind a negation count against")
    func heedsNegations() {
        #expect(matcher.ranked(for: "a woodcut in yellow").first?.style.name == "Yellow Woodcut")
        #expect(matcher.ranked(for: "a woodcut, not yellow").first?.style.name == "Lime Woodcut")
    }

    @Test("The ranking has every style once, and is the same every time")
    func ranksAll() {
        let ranked = matcher.ranked(for: "thick oil strokes at night").map(\.style.index)
        #expect(ranked.sorted() == Array(matcher.styles.indices))
        #expect(ranked == matcher.ranked(for: "thick oil strokes at night").map(\.style.index))
    }
}
