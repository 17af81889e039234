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
                case .part(let name, let fileName, _): parts.append([name, fileName, ""])
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
}
