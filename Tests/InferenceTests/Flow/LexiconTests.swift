import Foundation
import TestKit
import Testing

@testable import Inference

@Suite("Prompts in other languages")
struct LexiconTests {
    private func lexicon() throws -> Lexicon {
        try Lexicon(json: Data(contentsOf: URL(fileURLWithPath: FlowFixture.modelFolder + "/lexicon.json")))
    }

    @Test(
        "A prompt's language is told, and its scene words are translated",
        arguments: [
            ("Un phare rouge au crépuscule, la mer", PromptReading.Language.french, "lighthouse red dusk, sea"),
            ("à la tombée de la nuit, forêts en HIVER", .french, "dusk, forest winter"),
            ("le train sous la neige", .french, "train snow"),
            ("phare", .french, "lighthouse"),
            ("PHARES D'HIVER", .french, "lighthouse winter"),
            ("un faro rojo al anochecer sobre el mar", .spanish, "lighthouse red dusk sea"),
            ("夕暮れの海と赤い灯台", .japanese, "dusk, sea, red, lighthouse"),
            ("がけの上のねこ", .japanese, "coast"),
            ("冬", .japanese, "winter"),
            ("まったく知らないこと", .japanese, ""),
        ]
    )
    func translates(prompt: String, language: PromptReading.Language, english: String) throws {
        let found = try lexicon().translate(prompt)
        #expect(found.language == language)
        #expect(found.english == english)
    }

    @Test(
        "English stays as it is, also with a foreign word, and so does what nobody knows",
        arguments: [
            "a lighthouse at dusk, first snow", "a train in the forest", "train", "The bridge over la mer in winter",
            "",
            "xyzzy", "12345", "🚂", "Ein Leuchtturm am Meer",
        ]
    )
    func keepsEnglish(prompt: String) throws {
        let found = try lexicon().translate(prompt)
        #expect(found.language == .english)
        #expect(found.english == prompt)
    }

    @Test(
        "Scripts that the encoder does not read are said to be another language",
        arguments: ["маяк на закате", "등대"]
    )
    func knowsOtherScripts(prompt: String) throws {
        #expect(try lexicon().translate(prompt).language == .other)
    }

    @Test("Long and odd texts are read without harm")
    func survivesHostileText() throws {
        let lexicon = try lexicon()
        for part in ["la mer ", "夕", "\u{301}", "a,", "\u{0}", "é", "ﷺ"] {
            _ = lexicon.translate(String(repeating: part, count: 100_000))
        }
    }

    /// A prompt, and what the Python reference makes of it.
    private struct Golden: Decodable {
        let prompt: String
        let language: String
        let english: String
    }

    private static let lexiconPath = Repository.models + "/meadow/lexicon.json"
    private static let goldenPath = Repository.models + "/meadow/words/golden-conditions.json"
    private static let isInstalled = [lexiconPath, goldenPath].allSatisfy(FileManager.default.fileExists)

    @Test("The real lexicon makes the same of prompts as in Python", .enabled(if: isInstalled))
    func matchesGolden() throws {
        let lexicon = try Lexicon(json: Data(contentsOf: URL(fileURLWithPath: Self.lexiconPath)))
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.goldenPath))
        for golden in try JSONDecoder().decode([Golden].self, from: data) {
            let found = lexicon.translate(golden.prompt)
            #expect(found.language.rawValue == golden.language, "\(golden.prompt.debugDescription)")
            #expect(found.english == golden.english, "\(golden.prompt.debugDescription)")
        }
    }

    @Test("The sentence says what will be painted, what it was translated from, and when nothing was understood")
    func saysWhat() {
        func sentence(_ language: PromptReading.Language, _ english: String, _ facts: [(String, String)]) -> String {
            let facts = facts.map { PromptReading.Fact(group: $0.0, value: $0.1, probability: 0.9) }
            return PromptSentence(language: language, englishText: english, facts: facts).text
        }
        let scene = [("time", "dusk"), ("season", "winter"), ("place", "coast")]
        let lighthouse = [("subject", "lighthouse"), ("colour", "red")]
        #expect(
            sentence(.english, "x", scene + lighthouse) == "A painted landscape: dusk, winter, coast, a red lighthouse."
        )
        #expect(
            sentence(.french, "dusk", [("time", "dusk")])
                == "Translated from French as: dusk. A painted landscape: dusk."
        )
        #expect(
            sentence(.english, "x", [("subject", "airship"), ("side", "left")])
                == "A painted landscape: an airship on the left."
        )
        #expect(
            sentence(.english, "x", [("subject", "birds"), ("colour", "white"), ("side", "centre")])
                == "A painted landscape: white birds in the centre."
        )
        #expect(sentence(.english, "x", []).hasPrefix("Nothing in the prompt was understood"))
        #expect(sentence(.english, "x", [("subject", "none"), ("colour", "red")]).hasPrefix("Nothing in the prompt"))
        #expect(sentence(.other, "", []).contains("does not read"))
        #expect(sentence(.spanish, "", []).hasPrefix("No word of the Spanish prompt is known"))
    }
}
