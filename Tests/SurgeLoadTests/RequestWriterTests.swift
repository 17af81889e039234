internal import Foundation
internal import NIOCore
internal import Testing

@testable import SurgeLoad

@Suite("What is sent")
struct RequestWriterTests {
    private func writer(_ kind: LoadRequest.Kind, photos: [String] = []) throws -> RequestWriter {
        RequestWriter(
            request: LoadRequest(kind: kind, prompts: ["a \"lighthouse\""], photos: photos, quality: "low", n: 2),
            photos: try PhotoShelf(paths: photos),
            seed: 1,
            mark: "m"
        )
    }

    @Test("The same number gives the same bytes, another number other ones", arguments: LoadRequest.Kind.allCases)
    func isRepeatable(kind: LoadRequest.Kind) throws {
        let writer = try writer(kind)
        #expect(writer.body(4, isStreamed: false) == writer.body(4, isStreamed: false))
        #expect(writer.body(4, isStreamed: false) != writer.body(5, isStreamed: false))
    }

    @Test("A generation is JSON with the API's names")
    func writesJSON() throws {
        let body = try writer(.generation).body(4, isStreamed: true)
        let text = body.parts.map { String(buffer: $0) }.joined()
        #expect(text == #"{"n":2,"prompt":"a \"lighthouse\" (m-4)","quality":"low","stream":true}"#)
    }

    @Test("An edit is multipart, with the photo's bytes as they are")
    func writesMultipart() throws {
        let path = NSTemporaryDirectory() + "surge-load-\(UUID().uuidString).jpg"
        try Data("photo".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let body = try writer(.edit, photos: [path]).body(4, isStreamed: false)
        let text = body.parts.map { String(buffer: $0) }.joined()
        #expect(body.contentType == "multipart/form-data; boundary=heatsink-load-m-4")
        #expect(
            text.hasPrefix("--heatsink-load-m-4\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na \"lighth")
        )
        #expect(text.hasSuffix("Content-Type: image/jpeg\r\n\r\nphoto\r\n--heatsink-load-m-4--\r\n"))
        #expect(body.byteCount == text.utf8.count)
    }

    @Test("A photo that is not there is an error")
    func missesPhotos() {
        #expect(throws: LoadError.self) { try PhotoShelf(paths: ["/nowhere.jpg"]) }
    }

    @Test("Server-sent events are read from pieces of any size", arguments: [1, 2, 7, 1_000])
    func readsEvents(pieceSize: Int) {
        let text = ": hello\n\nevent: a\r\ndata: 1\r\ndata:2\r\n\r\nid: 4\n\ndata: [DONE]\n\n"
        var reader = EventStreamReader()
        var events: [EventStreamReader.Event] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            reader.append(ByteBuffer(bytes: rest.prefix(pieceSize)))
            rest = rest.dropFirst(pieceSize)
            while let event = reader.next() { events.append(event) }
        }
        #expect(events.map(\.name) == ["a", nil])
        #expect(events.map { String(buffer: $0.data) } == ["1\n2", "[DONE]"])
        #expect(events.map(\.isDone) == [false, true])
    }
}
