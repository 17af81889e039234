import Foundation
import Testing

@testable import Commands

@Suite("Text for terminals")
struct PlainTextTests {
    @Test(
        "What moves a cursor, breaks a line or turns text around is shown as what it is",
        arguments: [
            ("\u{1B}[2Jgone", "\\u{1B}[2Jgone"), ("one\ntwo", "one\\u{A}two"), ("one\rtwo", "one\\u{D}two"),
            ("one\ttwo", "one\\u{9}two"), ("\u{9B}31m", "\\u{9B}31m"), ("\u{7F}", "\\u{7F}"), ("\u{0}", "\\u{0}"),
            ("user\u{202E}gnp.exe", "user\\u{202E}gnp.exe"), ("\u{2066}a\u{2069}", "\\u{2066}a\\u{2069}"),
            ("\u{200B}\u{FEFF}\u{AD}", "\\u{200B}\\u{FEFF}\\u{AD}"), ("\u{2028}", "\\u{2028}"),
            ("\u{E0041}", "\\u{E0041}"), ("\u{E000}", "\\u{E000}"), ("e\u{1B}\u{301}", "e\\u{1B}\u{301}"),
            ("\r\n", "\\u{D}\\u{A}"),
        ]
    )
    func shown(text: String, expected: String) {
        #expect(PlainText.shown(text) == expected)
    }

    @Test("People's names stay as they are", arguments: ["Ann", "Øyvind", "千尋", "می‌خواهم", "👩‍🎨", "a\u{301}", "100 €"])
    func names(text: String) {
        #expect(PlainText.shown(text) == text)
    }

    @Test("Text of several lines keeps them, and nothing else")
    func lines() {
        #expect(PlainText.shown("a\n\tb\u{1B}c\r", lines: true) == "a\n\tb\\u{1B}c\\u{D}")
    }

    @Test("A JSON document means the same afterwards, and holds no such character")
    func json() throws {
        let name = "a\u{9B}31m\u{202E}\u{E0041}\u{7F}\"\\ü"
        let text = String(decoding: try JSONEncoder().encode(["name": name]), as: UTF8.self)
        let shown = PlainText.shown(json: text)
        #expect(try JSONDecoder().decode([String: String].self, from: Data(shown.utf8)) == ["name": name])
        #expect(shown.contains("\\u202e") && shown.contains("\\udb40\\udc41"))
        #expect(!shown.unicodeScalars.contains { [0x9B, 0x202E, 0x7F].contains($0.value) })
    }
}
