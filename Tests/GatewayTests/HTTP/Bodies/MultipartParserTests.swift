import TestKit
import Testing

@testable import Gateway

@Suite("Forms taken apart")
struct MultipartParserTests {
    private static let form = """
        --XX\r
        Content-Disposition: form-data; name="prompt"\r
        \r
        a \r\n--X cat\r
        --XX\r
        Content-Disposition: form-data; name="image"; filename="a\\"b;.png"\r
        Content-Type: image/png\r
        \r
        \r
        --XX\r
        Content-Disposition: form-data; name=n\r
        \r
        2\r
        --XX--\r

        """

    /// Parts as (name, file name, content).
    private func parse(_ bytes: [UInt8], pieces: [Int]) throws -> [[String?]] {
        var parser = try MultipartParser(contentType: "multipart/form-data; boundary=XX")
        var parts: [[String?]] = []
        var rest = bytes[...]
        for piece in pieces + [bytes.count] {
            for event in try parser.feed(rest.prefix(piece)) {
                switch event {
                case .part(let name, let fileName): parts.append([name, fileName, ""])
                case .body(let bytes): parts[parts.count - 1][2]? += String(decoding: bytes, as: UTF8.self)
                case .endOfPart: break
                }
            }
            rest = rest.dropFirst(piece)
        }
        try parser.finish()
        return parts
    }

    private static let expected: [[String?]] = [
        ["prompt", nil, "a \r\n--X cat"], ["image", "a\"b;.png", ""], ["n", nil, "2"],
    ]

    @Test("However the bytes arrive, the parts are the same", arguments: 0..<200)
    func anyPieces(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let bytes = Array(Self.form.utf8)
        let longest = seed % 2 == 0 ? 5 : 80
        let pieces = (0..<bytes.count).map { _ in Int.random(in: 0...longest, using: &generator) }
        #expect(try parse(bytes, pieces: pieces) == Self.expected, "seed \(seed)")
    }

    @Test("A form cut short anywhere is incomplete or malformed, never accepted")
    func truncations() {
        let bytes = Array(Self.form.utf8)
        // The last line end may be missing: the boundary before it is complete.
        for length in 0..<bytes.count - 2 {
            #expect(throws: MultipartParser.Failure.self) { try parse(Array(bytes.prefix(length)), pieces: []) }
        }
    }

    @Test(
        "A content type without a usable boundary is refused",
        arguments: [
            "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\(String(repeating: "x", count: 71))",
        ]
    )
    func refusesBoundaries(contentType: String) {
        #expect(throws: MultipartParser.Failure.noBoundary) { try MultipartParser(contentType: contentType) }
    }

    @Test("Endless headers and endless parts are refused")
    func refusesExcess() throws {
        var headers = try MultipartParser(contentType: "multipart/form-data; boundary=XX")
        #expect(throws: MultipartParser.Failure.headersTooLong) {
            try headers.feed(Array(("--XX\r\nA: " + String(repeating: "a", count: 20_000)).utf8))
        }
        var parts = try MultipartParser(contentType: "multipart/form-data; boundary=XX")
        let part = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n"
        #expect(throws: MultipartParser.Failure.tooManyParts) {
            try parts.feed(Array(String(repeating: part, count: 100).utf8))
        }
    }

    @Test(
        "Forms that break the rules are refused, each for what it is",
        arguments: [
            ("--XX\nContent-Disposition: form-data; name=a\n\nb\n--XX--\n", .malformedHeaders),
            ("--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\nb\r\n--XX--", .malformedHeaders),
            ("--XX\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nb\r\n--XX--", .malformedHeaders),
            ("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\nb\r\n--XX--", .malformedHeaders),
            ("--XX\r\nContent-Disposition: form-data\r\n\r\nb\r\n--XX--", .malformedHeaders),
            (
                "--XX\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\nb\r\n--XX--",
                .malformedHeaders
            ),
            ("--XX\r\nno colon\r\n\r\nb\r\n--XX--", .malformedHeaders),
            ("--XX\r\n\r\nb\r\n--XX--", .malformedHeaders), ("--XXbc", .malformedHeaders),
            ("--XX" + String(repeating: " ", count: 1_000_000), .malformedHeaders), ("", .incomplete),
            ("no boundary at all", .incomplete),
        ] as [(String, MultipartParser.Failure)]
    )
    func refusesForms(form: String, failure: MultipartParser.Failure) {
        #expect(throws: failure) { try parse(Array(form.utf8), pieces: []) }
    }

    @Test("A preamble, an epilogue, white space behind boundaries and a form within a form are what RFC 2046 says")
    func tolerates() throws {
        let inner = "--YY\r\nContent-Disposition: form-data; name=b\r\n\r\n1\r\n--YY--"
        let form =
            "preamble\r\n--XX \t\r\nContent-Disposition: form-data; name=a\r\n\r\n\(inner)\r\n--XX-- \r\nepilogue --XX"
        #expect(try parse(Array(form.utf8), pieces: [3, 9]) == [["a", nil, inner]])
    }

    @Test(
        "A header's parameters are read whatever their order, spacing and quoting",
        arguments: [
            ("form-data; name=\"a\"; filename=\"b c.png\"", "b c.png"), ("Form-Data;name=a;FILENAME=b", "b"),
            ("form-data ; filename = \"b;=\" ; name=a", "b;="),
            ("form-data; x; filename=\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d"),
            ("form-data; filename=", ""), ("form-data;;;filename=\" b \"", " b "),
        ]
    )
    func parameters(text: String, fileName: String) {
        let header = HeaderParameters(text)
        #expect(header?.value == "form-data")
        #expect(header?["filename"] == fileName)
    }

    @Test("An open quotation mark and a parameter that comes twice leave nothing to believe")
    func ambiguousParameters() {
        #expect(HeaderParameters("form-data; name=\"a") == nil)
        #expect(HeaderParameters("form-data; name=a; NAME=b") == nil)
    }
}
