import Testing

@testable import Passkeys

@Suite("JSON, read strictly")
struct JSONValueTests {
    @Test(
        "Every kind of value is read",
        arguments: [
            ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)), ("0", .number), ("-0", .number),
            ("12.50e+3", .number), ("1E-2", .number), ("[]", .array([])), ("{}", .object([:])), ("\"\"", .string("")),
            (" [ 1 , \"a\" ] \r\n\t", .array([.number, .string("a")])),
            (
                "{\"a\" : {\"b\":null}, \"c\":[false]}",
                .object(["a": .object(["b": .null]), "c": .array([.boolean(false)])])
            ),
            (#""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE00""#, .string("\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{1F600}")),
            ("\"\u{FC}\u{1F600}\u{7F}\"", .string("\u{FC}\u{1F600}\u{7F}")),
        ] as [(String, JSONValue)]
    )
    func read(text: String, value: JSONValue) throws {
        #expect(try JSONValue(Array(text.utf8)[...]) == value)
    }

    @Test(
        "What RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "nulls", "True", "{", "}", "[", "]", "[1,]", "[,1]", "[1 2]", "{,}", "{\"a\"}", "{\"a\":}",
            "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"",
            "\"\\u12G4\"", "\"\n\"", "\"\u{0}\"", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "1 1",
            "{} {}",
            "/**/1", "\u{FEFF}1", "\u{A0}1", #""\uD83D""#, #""\uD83Dx""#,
        ]
    )
    func refused(text: String) {
        #expect(throws: PasskeyError.JSONFailure.malformed) { try JSONValue(Array(text.utf8)[...]) }
    }

    @Test(
        "A key that comes twice is refused, however it is written and wherever it is",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":2}"#, #"[{"b":{"a":null,"a":null}}]"#,
        ]
    )
    func repeatedKeys(text: String) {
        #expect(throws: PasskeyError.JSONFailure.repeatedKey) { try JSONValue(Array(text.utf8)[...]) }
    }

    @Test(
        "Text that is no Unicode is refused",
        arguments: [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]]
    )
    func unicode(bytes: [UInt8]) {
        let text = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        #expect(throws: PasskeyError.JSONFailure.notUnicode) { try JSONValue(text[...]) }
    }

    @Test("Half of a pair of surrogates is refused", arguments: [#""\uDE00""#, #""\uD83D\u0041""#, #""\uDE00\uD83D""#])
    func surrogates(text: String) {
        #expect(throws: PasskeyError.JSONFailure.notUnicode) { try JSONValue(Array(text.utf8)[...]) }
    }

    @Test("Depth and length are bounded")
    func bounds() {
        func nested(_ count: Int) -> ArraySlice<UInt8> {
            Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8)[...]
        }
        #expect(throws: Never.self) { try JSONValue(nested(16)) }
        #expect(throws: PasskeyError.JSONFailure.tooDeep) { try JSONValue(nested(17)) }
        #expect(throws: PasskeyError.JSONFailure.tooDeep) { try JSONValue(nested(30_000)) }
        #expect(throws: PasskeyError.JSONFailure.tooLong) { try JSONValue(nested(33_000)) }
    }
}
