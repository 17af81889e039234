import StrictJSON
import Testing

@testable import Gateway

@Suite("A request's fields")
struct FieldSetTests {
    @Test("Numbers come as text in forms and as numbers in JSON, never the other way round")
    func integers() throws {
        #expect(try FieldSet(values: ["n": .string("3")], isForm: true).integer("n", in: 1...10) == 3)
        #expect(try FieldSet(values: ["n": .integer(3)], isForm: false).integer("n", in: 1...10) == 3)
        #expect(try FieldSet(values: ["n": .null], isForm: false).integer("n", in: 1...10) == nil)
        for value in [JSONValue.string("3"), .boolean(true), .number(2.5), .integer(11), .array([])] {
            #expect(throws: APIError.self) {
                try FieldSet(values: ["n": value], isForm: false).integer("n", in: 1...10)
            }
        }
    }

    @Test("An error names the field and what is accepted")
    func namesFields() {
        #expect {
            try FieldSet(values: ["quality": .string("ultra")], isForm: true).choice("quality", of: ["low", "high"])
        } throws: { error in
            let error = error as? APIError
            return error?.parameter == "quality" && error?.message.contains("'low', 'high'") == true
        }
    }

    @Test("Numbers in forms are written as in JSON: no signs, spaces or zeros in front, and no other digits")
    func sloppyNumbers() throws {
        #expect(try FieldSet(values: ["strength": .string("0.5")], isForm: true).number("strength", in: 0...1) == 0.5)
        for text in ["+1", "01", " 1", "1 ", "\u{661}", "1,0", "0x1", "one", "NaN", "1_0"] {
            let fields = FieldSet(values: ["n": .string(text)], isForm: true)
            let whole = #expect(throws: APIError.self) { try fields.integer("n", in: 0...10) }
            let number = #expect(throws: APIError.self) { try fields.number("n", in: 0...10) }
            #expect(whole?.parameter == "n" && number?.parameter == "n", "\(text)")
        }
    }

    @Test(
        "Every text has a limit, also those that are compared with a few values",
        arguments: ["model", "size", "quality", "background", "moderation", "output_format", "response_format"]
    )
    func limitsTexts(name: String) throws {
        for text in [String(repeating: "a", count: 257), "a" + String(repeating: "\u{301}", count: 1_000_000)] {
            let fields = FieldSet(values: [name: .string(text)], isForm: false)
            let asText = #expect(throws: APIError.self) { try fields.string(name) }
            let asChoice = #expect(throws: APIError.self) { try fields.choice(name, of: ["a"]) }
            for error in [asText, asChoice] {
                #expect(error?.parameter == name && error?.message.contains("256") == true)
            }
        }
        let longest = String(repeating: "a", count: 256)
        #expect(try FieldSet(values: [name: .string(longest)], isForm: false).string(name) == longest)
    }

    @Test("An answer repeats only the beginning of a text, however many marks one letter carries")
    func excerpts() {
        let marked = "a" + String(repeating: "\u{301}", count: 200)
        let fields = FieldSet(values: ["quality": .string(marked)], isForm: false)
        let error = #expect(throws: APIError.self) { try fields.choice("quality", of: ["low"]) }
        #expect(error.map { $0.message.unicodeScalars.count < 120 } == true)
        #expect(TextLimit.excerpt(marked).unicodeScalars.count == 64)
        #expect(TextLimit.excerpt("abc") == "abc")
    }

    @Test("Half of a surrogate pair is refused by the field's name, and nobody minds it in a field that is not read")
    func brokenStrings() throws {
        let body = Array(#"{"prompt": "a \ud83d cat", "note": "\udc00"}"#.utf8)
        let values = try JSONBody.object(body, limits: JSONLimits(bytes: 100))
        let fields = FieldSet(values: values, isForm: false)
        let error = #expect(throws: APIError.self) { try fields.string("prompt") }
        #expect(error?.parameter == "prompt")
        #expect(error?.message.contains("surrogate") == true)
    }
}
