internal import NIOCore

/// Server-sent events as text.
enum EventText {
    /// What the official clients stop at.
    static let done = ByteBuffer(string: "data: [DONE]\n\n")

    static func comment(_ text: String) -> ByteBuffer { ByteBuffer(string: ": \(text)\n\n") }

    /// - Parameter data: one line.
    static func event(_ name: String, id: Int64? = nil, data: ByteBuffer) -> ByteBuffer {
        var buffer = ByteBuffer()
        if let id { buffer.writeString("id: \(id)\n") }
        buffer.writeString("event: \(name)\ndata: ")
        buffer.writeImmutableBuffer(data)
        buffer.writeString("\n\n")
        return buffer
    }

    /// The same with data that is read while it is sent.
    static func event(_ name: String, data: PieceBody) -> PieceBody {
        var event = PieceBody(Array("event: \(name)\ndata: ".utf8))
        event.append(data)
        event.append(ByteBuffer(string: "\n\n"))
        return event
    }
}
