import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Records
import Service
import TestKit
import Testing

@testable import Gateway

@Suite("Bodies, read in either form")
struct BodyReaderTests {
    private let folder: TemporaryFolder
    private let reader: BodyReader
    private let sender = Sender(account: nil, address: "192.0.2.1")

    init() throws {
        folder = try TemporaryFolder()
        var limits = UploadLimits()
        limits.leastFreeBytes = 0
        let quota = UploadQuota(files: try FileStore(folder: folder.path), limits: limits)
        reader = BodyReader(quota: quota, blocking: BlockingWork(width: 1))
    }

    // MARK: JSON

    private func read(json: String) async throws -> FieldSet { try await read(json: Array(json.utf8)) }

    private func read(json: [UInt8]) async throws -> FieldSet {
        try await reader.read(RequestBody(buffer: ByteBuffer(bytes: json)), as: .json, from: sender)
    }

    /// The error that a body of JSON meets.
    private func refusal(ofJSON json: String) async -> APIError? { await refusal(ofJSON: Array(json.utf8)) }

    private func refusal(ofJSON json: [UInt8]) async -> APIError? {
        await #expect(throws: APIError.self) { try await read(json: json) }
    }

    @Test("What is no JSON object is refused with a sentence that says why")
    func refusesJSON() async {
        for (body, hint) in [
            ("", "is empty"), ("[]", "must be a JSON object"), ("3", "must be a JSON object"), ("{", "too early"),
            ("\u{FEFF}{}", "byte order mark"), ("{\"prompt\": \"a\",}", "comma"), ("{/* a */}", "comment"),
            ("{\"n\": NaN}", "does not belong"), ("{\"n\": 01}", "number"), ("{\"prompt\": \"a\nb\"}", "control"),
            (String(repeating: "[", count: 100_000), "nested"),
            ("{\"x\": " + String(repeating: "[", count: 100_000), "nested"),
        ] {
            let error = await refusal(ofJSON: body)
            #expect(error?.status == .badRequest)
            #expect(error?.code == "invalid_json")
            #expect(error?.message.contains(hint) == true, "\(body.prefix(40)): \(error?.message ?? "")")
        }
        let wide = Array("{\"prompt\": \"a\"}".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(await refusal(ofJSON: [0xFF, 0xFE] + wide)?.message.contains("UTF-16") == true)
    }

    @Test("A field that comes twice, or is no text, is refused by its name")
    func namesFields() async {
        #expect(await refusal(ofJSON: #"{"prompt": "a", "prompt": "b"}"#)?.parameter == "prompt")
        #expect(await refusal(ofJSON: #"{"prompt": "a", "n": 01}"#)?.parameter == "n")
        let bytes = Array("{\"prompt\": \"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)
        #expect(await refusal(ofJSON: bytes)?.parameter == "prompt")
    }

    @Test("Millions of values cost no more than their limit: they are refused while they are read")
    func boundsValues() async {
        for (element, hint) in [("[]", "values"), ("0", "values"), ("{\"a\":\"\"}", "values"), ("[[[[]]]]", "values")] {
            let elements = [UInt8]((element + ",").utf8)
            var body = Array("{\"prompt\": \"a\", \"x\": [".utf8)
            while body.count < 2_000_000 { body += elements }
            let error = await refusal(ofJSON: body + Array("0]}".utf8))
            #expect(error?.parameter == "x")
            #expect(error?.message.contains(hint) == true)
        }
        let names = (0..<2_000).map { "\"f\($0)\":1" }.joined(separator: ",")
        #expect(await refusal(ofJSON: "{\(names)}")?.message.contains("fields") == true)
    }

    @Test(
        "Base64 is read as clients write it: in lines, without padding, with DATA in capitals",
        arguments: [
            "data:image/png;base64,QUJDRA==", "data:image/png;base64,QUJDRA", "DATA:image/png;base64,QUJDRA==",
            "data:IMAGE/PNG;BASE64,QUJDRA=", "data:;base64,QU\\r\\nJD\\nRA==\\n",
            "data:image/png;x=y;base64, QUJD RA ==",
        ]
    )
    func base64(url: String) async throws {
        let fields = try await read(json: #"{"images": [{"image_url": "\#(url)"}]}"#)
        #expect(fields.images.map(\.digest) == [Digest.hexadecimal(of: Array("ABCD".utf8))])
        #expect(fields.images.map(\.byteCount) == [4])
    }

    @Test(
        "What is no base64 or no data URL is refused by the picture's name",
        arguments: [
            "data:image/png;base64,QUJDR", "data:image/png;base64,QUJDRA===", "data:image/png;base64,QU**RA==",
            "data:image/png,QUJD", "https://example.org/a.png", "QUJDRA==", "data:", "",
        ]
    )
    func notBase64(url: String) async {
        let error = await refusal(ofJSON: #"{"images": [{"image_url": "\#(url)"}]}"#)
        #expect(error?.parameter == "images[0]")
    }

    @Test(
        "Where only words are taken, a picture is refused by its field's name",
        arguments: [
            ("image", #""x""#), ("mask", #"{"file_id": "f"}"#),
            ("images", #"[{"image_url": "data:;base64,QUJDRA=="}]"#),
        ]
    )
    func refusesPictures(name: String, value: String) async throws {
        func read(_ json: String) async throws -> FieldSet {
            try await reader.read(RequestBody(buffer: ByteBuffer(string: json)), as: .words, from: sender)
        }
        let error = await #expect(throws: APIError.self) { try await read(#"{"prompt": "a", "\#(name)": \#(value)}"#) }
        #expect(error?.status == .badRequest && error?.parameter == name)
        let empty = name == "images" ? "[]" : "null"
        #expect(try await read(#"{"prompt": "a", "\#(name)": \#(empty)}"#).string("prompt") == "a")
    }

    @Test("Words take little room: all texts at their longest fit, and not much more")
    func boundsWords() async throws {
        let painter = #"\ud83c\udfa8"#
        func text(_ name: String, _ limit: Int) -> String {
            "\"\(name)\": \"" + String(repeating: painter, count: limit) + "\""
        }
        let longest = [
            text("prompt", TextLimit.prompt), text("style", TextLimit.style), text("user", TextLimit.endUser),
            text("safety_identifier", TextLimit.endUser),
        ]
        let json = Array("{\(longest.joined(separator: ", "))}".utf8)
        #expect(json.count <= BodyReader.Limit.words)
        let body = RequestBody(buffer: ByteBuffer(bytes: json))
        let fields = try await reader.read(body, as: .words, from: sender)
        #expect(try fields.text("prompt", atMost: TextLimit.prompt)?.unicodeScalars.count == TextLimit.prompt)
        #expect(BodyRule.of(.post, "/v1/images/generations").limit == BodyReader.Limit.words)
        #expect(try BodyReader.form([.contentType: "application/json"], wordsOnly: true) == .words)
        let error = #expect(throws: APIError.self) {
            try BodyReader.form([.contentType: "application/json", .contentLength: "524289"], wordsOnly: true)
        }
        #expect(error?.status == .contentTooLarge && error?.message.contains("512 KB") == true)
    }

    /// The same piece again and again, each one counted when it is taken.
    private struct CountedBody: AsyncSequence, Sendable {
        typealias Element = ByteBuffer

        let piece: ByteBuffer
        let pieces: Int
        let taken: Counter

        struct AsyncIterator: AsyncIteratorProtocol {
            let body: CountedBody

            mutating func next() async throws -> ByteBuffer? {
                body.taken.next() < body.pieces ? body.piece : nil
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }
    }

    @Test("A body is read up to what is wrong with it, and no further")
    func stopsReading() async throws {
        let form = part("name=\"mask\"; filename=\"a\"", "AB") + part("name=\"mask\"; filename=\"a\"", "AB")
        let multipart = BodyReader.Form.multipart(contentType: "multipart/form-data; boundary=XX")
        let spaces = [UInt8](repeating: 0x20, count: 64 * 1024)
        let cases: [([UInt8], BodyReader.Form, Int)] = [(form, multipart, 1), (spaces, .words, 9)]
        for (piece, kind, most) in cases {
            let taken = Counter()
            let body = CountedBody(piece: ByteBuffer(bytes: piece), pieces: 1_000, taken: taken)
            await #expect(throws: APIError.self) {
                try await reader.read(RequestBody(asyncSequence: body), as: kind, from: sender)
            }
            #expect(taken.value == most)
        }
    }

    // MARK: Forms

    private func part(_ disposition: String, _ content: [UInt8]) -> [UInt8] {
        Array("--XX\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + content + Array("\r\n".utf8)
    }

    private func part(_ disposition: String, _ text: String) -> [UInt8] { part(disposition, Array(text.utf8)) }

    private func read(form parts: [[UInt8]]) async throws -> FieldSet {
        let body = parts.flatMap { $0 } + Array("--XX--\r\n".utf8)
        let form = BodyReader.Form.multipart(contentType: "multipart/form-data; boundary=\"XX\"")
        return try await reader.read(RequestBody(buffer: ByteBuffer(bytes: body)), as: form, from: sender)
    }

    @Test("Fields and files that were left empty are as if left out")
    func emptyFields() async throws {
        let fields = try await read(form: [
            part("name=\"prompt\"", "a cat"), part("name=\"size\"", ""), part("name=\"n\"", ""),
            part("name=\"mask\"; filename=\"\"", ""), part("name=\"image\"; filename=\"\"", ""),
            part("name=\"image[]\"", ""),
            part("name=\"image\"; filename=\"cat.png\"", "ABCD"),
        ])
        #expect(try fields.string("prompt") == "a cat")
        #expect(try fields.string("size") == nil)
        #expect(try fields.integer("n", in: 1...10) == nil)
        #expect(fields.mask == nil)
        #expect(fields.images.map(\.byteCount) == [4])
    }

    @Test("A file that is empty and has a name is a file: what is wrong with it is said later")
    func emptyFile() async throws {
        let fields = try await read(form: [part("name=\"mask\"; filename=\"mask.png\"", "")])
        #expect(fields.mask?.byteCount == 0)
    }

    @Test(
        "File names are taken whatever their bytes are; other fields' texts are refused by name when they are no UTF-8"
    )
    func notUTF8() async throws {
        var name = Array("--XX\r\nContent-Disposition: form-data; name=image; filename=\"".utf8)
        name += [0xE9, 0xFF, 0xC0] + Array("\"\r\nContent-Type: image/png\r\n\r\nABCD\r\n".utf8)
        let star = part("name=\"image\"; filename*=UTF-8\u{27}\u{27}%F0%9F%8E%A8.png", "EFGH")
        let fields = try await read(form: [name, star, part("name=\"note\"", [0xFF])])
        #expect(fields.images.map(\.byteCount) == [4, 4])
        let error = await #expect(throws: APIError.self) {
            try await read(form: [part("name=\"prompt\"", [0x61, 0xFF])])
        }
        #expect(error?.parameter == "prompt")
        #expect(error?.message.contains("UTF-8") == true)
    }

    @Test("A field that is read comes once; others may come as often and be as long as they like")
    func repeatedFields() async throws {
        let twice = await #expect(throws: APIError.self) {
            try await read(form: [part("name=\"prompt\"", "a"), part("name=\"prompt\"", "b")])
        }
        #expect(twice?.parameter == "prompt")
        let long = String(repeating: "x", count: 200_000)
        let fields = try await read(form: [
            part("name=\"note\"", "a"), part("name=\"note\"", long), part("name=\"prompt\"", "c"),
        ])
        #expect(try fields.string("prompt") == "c")
        #expect(try fields.string("note") == nil)
    }
}
