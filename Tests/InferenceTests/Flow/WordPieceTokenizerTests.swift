import Foundation
import TestKit
import Testing

@testable import Inference

@Suite("Cutting prompts into the encoder's pieces")
struct WordPieceTokenizerTests {
    private static let pieces = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "cafe", "海", ",", ".", "'", "$", "s", "##s", "the",
        "a", "##b",
    ]

    private func tokenizer(limit: Int = 64) throws -> WordPieceTokenizer {
        try #require(WordPieceTokenizer(vocabulary: Self.pieces.joined(separator: "\n"), tokenLimit: limit))
    }

    private func pieces(_ text: String, limit: Int = 64) throws -> [String] {
        try tokenizer(limit: limit).tokens(of: text).map { Self.pieces[$0] }
    }

    @Test("Words are cut into the longest pieces from the left; what has none is unknown as a whole")
    func cutsWords() throws {
        #expect(try pieces("unaffable") == ["[CLS]", "un", "##aff", "##able", "[SEP]"])
        #expect(try pieces("UNAFFABLES") == ["[CLS]", "un", "##aff", "##able", "##s", "[SEP]"])
        #expect(try pieces("unaffablez a") == ["[CLS]", "[UNK]", "a", "[SEP]"])
    }

    @Test("Case and accents go, however they are written; punctuation and ideographs stand alone")
    func normalises() throws {
        #expect(try pieces("Café") == ["[CLS]", "cafe", "[SEP]"])
        #expect(try pieces("CAFE\u{301}") == ["[CLS]", "cafe", "[SEP]"])
        #expect(try pieces("a海a,the's $") == ["[CLS]", "a", "海", "a", ",", "the", "'", "s", "$", "[SEP]"])
        #expect(try pieces("a\u{200B}b\u{0}\u{FFFD}") == ["[CLS]", "a", "##b", "[SEP]"])
        #expect(try pieces("\u{3000}a\u{A0}\ta\r\n") == ["[CLS]", "a", "a", "[SEP]"])
    }

    @Test("The input always has one length: marks at both ends, then padding that the mask leaves out")
    func pads() throws {
        let (identifiers, mask) = try tokenizer(limit: 6).input(of: "the cafe")
        #expect(identifiers == [2, 15, 7, 3, 0, 0])
        #expect(mask == [1, 1, 1, 1, 0, 0])
        #expect(try pieces("a a a a a a a a", limit: 6) == ["[CLS]", "a", "a", "a", "a", "[SEP]"])
        #expect(try pieces("") == ["[CLS]", "[SEP]"])
    }

    @Test(
        "Hostile text ends within the limit, soon",
        arguments: [
            String(repeating: "a", count: 1_000_000), String(repeating: " ", count: 1_000_000),
            "e" + String(repeating: "\u{301}", count: 1_000_000), String(repeating: "\u{FDFA}", count: 200_000),
            String(repeating: "a,", count: 500_000), String(repeating: "👩‍👩‍👧‍👦", count: 50_000), "\u{0}\u{1}\u{7F}",
            String(repeating: "\u{202E}", count: 1_000), String(repeating: "[SEP]", count: 10_000),
        ]
    )
    func survivesHostileText(text: String) throws {
        let (identifiers, mask) = try tokenizer().input(of: text)
        #expect(identifiers.count == 64 && mask.count == 64)
        #expect(identifiers.allSatisfy { Self.pieces.indices.contains(Int($0)) })
    }

    @Test("A vocabulary without the marks is none; one with Windows line ends is")
    func checksVocabulary() {
        #expect(WordPieceTokenizer(vocabulary: "a\nb", tokenLimit: 64) == nil)
        #expect(WordPieceTokenizer(vocabulary: "", tokenLimit: 64) == nil)
        let windows = Self.pieces.joined(separator: "\r\n")
        #expect(WordPieceTokenizer(vocabulary: windows, tokenLimit: 64)?.tokens(of: "a the") == [2, 16, 15, 3])
    }

    // MARK: The real vocabulary

    /// A text and the tokens that the encoder was trained with.
    private struct Golden: Decodable {
        let text: String
        let ids: [Int]
    }

    private static let vocabularyPath = Repository.models + "/meadow/vocab.txt"
    private static let goldenPath = Repository.models + "/meadow/words/golden-tokens.json"
    private static let isInstalled = [vocabularyPath, goldenPath].allSatisfy(FileManager.default.fileExists)

    @Test("The tokens are those that the encoder was trained with", .enabled(if: isInstalled))
    func matchesGolden() throws {
        let vocabulary = try String(contentsOfFile: Self.vocabularyPath, encoding: .utf8)
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.goldenPath))
        let tokenizer = try #require(WordPieceTokenizer(vocabulary: vocabulary, tokenLimit: 64))
        let golden = try JSONDecoder().decode([Golden].self, from: data)
        #expect(!golden.isEmpty)
        for text in golden {
            let used = Array(text.ids.prefix { $0 != 0 })
            #expect(tokenizer.tokens(of: text.text) == used, "\(text.text.debugDescription)")
        }
    }
}
