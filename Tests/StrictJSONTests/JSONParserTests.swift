import StrictJSON
import TestKit
import Testing

@Suite("JSON, read strictly")
struct JSONParserTests {
    private static let limits = JSONLimits(bytes: 65_536, depth: 16)

    private func read(_ text: String) throws(JSONFailure) -> JSONValue {
        try JSONParser.value(Array(text.utf8), limits: Self.limits)
    }

    private func reason(_ text: String) -> JSONFailure.Reason? { reason(Array(text.utf8)) }

    private func reason(_ bytes: [UInt8], _ limits: JSONLimits = limits) -> JSONFailure.Reason? {
        do {
            _ = try JSONParser.value(bytes, limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "Every kind of value is read",
        arguments: [
            ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)), ("0", .integer(0)),
            ("-0", .integer(0)), ("-17", .integer(-17)), ("9007199254740993", .integer(9_007_199_254_740_993)),
            ("12.50e+3", .number(12_500)), ("1E-2", .number(0.01)), ("3.0", .number(3)), ("1e30", .number(1e30)),
            ("1e999", .number(.infinity)), ("[]", .array([])), ("{}", .object([:])), ("\"\"", .string("")),
            (" [ 1 , \"a\" ] \r\n\t", .array([.integer(1), .string("a")])),
            (
                "{\"a\" : {\"b\":null}, \"c\":[false]}",
                .object(["a": .object(["b": .null]), "c": .array([.boolean(false)])])
            ),
            (#""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE00""#, .string("\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{1F600}")),
            (
                #""a long run of letters\n, then \u00FC and \ud83c\udfa8 at the end""#,
                .string("a long run of letters\n, then \u{FC} and \u{1F3A8} at the end")
            ),
            ("\"\u{FC}\u{1F600}\u{7F}\"", .string("\u{FC}\u{1F600}\u{7F}")),
            (#""\u0000\u001f""#, .string("\u{0}\u{1F}")),
        ] as [(String, JSONValue)]
    )
    func reads(text: String, value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test(
        "What RFC 8259 does not allow is refused, and why is said",
        arguments: [
            ("", .empty), (" ", .empty), ("nul", .unexpectedCharacter), ("nulls", .moreAfterEnd),
            ("True", .unexpectedCharacter), ("{", .incomplete), ("}", .unexpectedCharacter), ("[", .incomplete),
            ("[1,]", .trailingComma), ("[1, ]", .trailingComma), ("{\"a\":1,}", .trailingComma),
            ("[,1]", .unexpectedCharacter), ("[1 2]", .unexpectedCharacter), ("{,}", .unexpectedCharacter),
            ("{\"a\"}", .unexpectedCharacter), ("{\"a\":}", .unexpectedCharacter), ("{a:1}", .unexpectedCharacter),
            ("{'a':1}", .unexpectedCharacter), ("{\"a\":1 \"b\":2}", .unexpectedCharacter), ("\"", .incomplete),
            ("\"a", .incomplete), ("\"\\\"", .incomplete), ("\"\\x\"", .invalidEscape), ("\"\\u12\"", .invalidEscape),
            ("\"\\u12G4\"", .invalidEscape), ("\"\n\"", .controlCharacter), ("\"a\u{0}\"", .controlCharacter),
            ("\"a long run of letters and a \t\"", .controlCharacter), ("01", .invalidNumber), ("-01", .invalidNumber),
            ("-", .incomplete), ("+1", .unexpectedCharacter), ("1.", .incomplete), ("[1.]", .invalidNumber),
            (".5", .unexpectedCharacter), ("1e", .incomplete), ("1e+", .incomplete), ("0x1", .moreAfterEnd),
            ("NaN", .unexpectedCharacter), ("-Infinity", .invalidNumber), ("1 1", .moreAfterEnd),
            ("{} {}", .moreAfterEnd), ("/**/1", .comment), ("[1, // one\n2]", .comment), ("1 # one", .moreAfterEnd),
            ("\u{FEFF}1", .byteOrderMark), ("\u{A0}1", .unexpectedCharacter),
            (#""\uD83D""#, .unpairedSurrogate), (#""\uD83Dx""#, .unpairedSurrogate), (#""\uDE00""#, .unpairedSurrogate),
            (#""\uD83D\u0041""#, .unpairedSurrogate), (#""\uDE00\uD83D""#, .unpairedSurrogate),
            (#"{"\uD83D":1}"#, .unpairedSurrogate),
            (#"{"a":1,"a":1}"#, .repeatedName("a")), (#"{"a":1,"\u0061":2}"#, .repeatedName("a")),
            (#"[{"b":{"a":null,"a":null}}]"#, .repeatedName("a")),
        ] as [(String, JSONFailure.Reason)]
    )
    func refuses(text: String, expected: JSONFailure.Reason) {
        #expect(reason(text) == expected)
    }

    @Test("UTF-16 and UTF-32 are refused as what they are", arguments: [true, false])
    func otherEncodings(isBig: Bool) {
        let units = Array("{\"a\": 1}".utf16)
        let two = units.flatMap { isBig ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let four = units.flatMap { isBig ? [0, 0, 0, UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), 0, 0, 0] }
        for bytes in [two, four, (isBig ? [0xFE, 0xFF] : [0xFF, 0xFE]) + two] {
            #expect(reason(bytes) == .otherEncoding)
        }
    }

    @Test(
        "Text that is no UTF-8 is refused, wherever it stands in a long string",
        arguments: [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF0, 0x9F]] as [[UInt8]],
        0..<20
    )
    func utf8(bytes: [UInt8], place: Int) {
        let text = Array("\"".utf8) + Array(repeating: 0x61, count: place) + bytes + Array("bbbbbbbbbbb\"".utf8)
        #expect(reason(text) == .invalidUTF8)
    }

    @Test("Each limit is its own, and one below it is read")
    func limits() {
        func nested(_ count: Int) -> [UInt8] {
            Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8)
        }
        let limits = JSONLimits(
            bytes: 200,
            values: 9,
            depth: 4,
            members: 3,
            stringBytes: 20,
            nameBytes: 8,
            numberBytes: 5
        )
        func expect(_ good: String, _ bad: String, _ expected: JSONFailure.Reason) {
            #expect(reason(Array(good.utf8), limits) == nil, "\(good)")
            #expect(reason(Array(bad.utf8), limits) == expected, "\(bad)")
        }
        #expect(reason(nested(4), limits) == nil)
        #expect(reason(nested(5), limits) == .tooDeep(limit: 4))
        #expect(reason(nested(100), limits) == .tooDeep(limit: 4))
        #expect(reason(nested(101), limits) == .tooLong(limit: 200))
        expect("[1,2,3,4,5,6,7,8]", "[1,2,3,4,5,6,7,8,9]", .tooManyValues(limit: 9))
        expect("{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", .tooManyMembers(limit: 3))
        let twenty = String(repeating: "s", count: 20)
        expect("\"\(twenty)\"", "\"\(twenty)s\"", .stringTooLong(limit: 20))
        expect("{\"eightlet\":1}", "{\"nineletts\":1}", .nameTooLong(limit: 8))
        expect("12345", "123456", .numberTooLong(limit: 5))
    }

    @Test("Members that nobody wants are checked and counted, but not kept")
    func wanted() throws {
        func read(_ text: String) throws(JSONFailure) -> [String: JSONValue] {
            try JSONParser.object(Array(text.utf8), limits: Self.limits, keeping: ["a"], brokenStrings: .marked)
        }
        let read1 = try read(#"{"x": {"y": [1, "\ud800", {"a": 2}]}, "a": {"x": 1}, "z": "\n"}"#)
        #expect(read1 == ["a": .object(["x": .integer(1)])])
        for (text, field) in [
            (#"{"x": [01]}"#, "x"), (#"{"x": {"b": 1, "b": 2}}"#, "x"), (#"{"x": 1, "x": 2}"#, nil),
            ("{\"x\": \"\u{1}\"}", "x"), (#"{"x": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}"#, "x"),
        ] {
            let failure = #expect(throws: JSONFailure.self) { try read(text) }
            #expect(failure?.field == field, "\(text)")
        }
    }

    @Test("Half of a surrogate pair can be read as what it is, so that it can be refused by its field's name")
    func marksBrokenStrings() throws {
        let text = #"{"a": "x\ud83d", "b": "\ud83d\ude00"}"#
        let read = try JSONParser.object(Array(text.utf8), limits: Self.limits, brokenStrings: .marked)
        #expect(read == ["a": .brokenString, "b": .string("\u{1F600}")])
    }

    @Test("A failure says where it is: the byte and the outermost field")
    func places() {
        let failure = #expect(throws: JSONFailure.self) {
            try JSONParser.object(Array(#"{"a": 1, "b": [tru]}"#.utf8), limits: Self.limits)
        }
        #expect(failure?.offset == 15)
        #expect(failure?.field == "b")
    }

    @Test("Numbers in text are written as JSON writes them", arguments: [("7", 7), ("-3", -3), ("0", 0)])
    func numbers(text: String, number: Int) {
        #expect(JSONParser.integer(text) == number)
        #expect(JSONParser.number(text) == .integer(number))
        #expect(JSONParser.integer("\(text).0") == nil)
        #expect(JSONParser.number("\(text).0")?.wholeNumber == number)
    }

    @Test(
        "Sloppy numbers in text are none",
        arguments: [
            "", "+7", "07", " 7", "7 ", "7\n", "\u{663}", "0x7", "1_000", "1,5", "seven", "null", "[7]", "\u{FF17}",
            String(repeating: "1", count: 1_000_000),
        ]
    )
    func sloppyNumbers(text: String) {
        #expect(JSONParser.number(text) == nil)
    }

    @Test("Whatever is cut, changed or repeated: it is read or refused, and what is read is the same a second time")
    func mutations() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let samples = [
            #"{"prompt":"a \"cat\"","n":2,"images":[{"image_url":"data:image/png;base64,AAAA"}],"stream":false}"#,
            #"[1,-2.5e3,null,true,"\ud83d\ude00\u00e9",{"a":{"b":[[]]}}]"#,
        ].map { Array($0.utf8) }
        for mutation in 0..<20_000 {
            var bytes = samples[mutation % samples.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = .random(in: .min ... .max, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(.random(in: 0x20...0x7E, using: &generator), at: place)
                default: bytes.removeSubrange(place...)
                }
            }
            let first = try? JSONParser.value(bytes, limits: Self.limits)
            #expect(first == (try? JSONParser.value(bytes, limits: Self.limits)), "seed \(seed), mutation \(mutation)")
        }
    }
}
