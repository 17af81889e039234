internal import NIOCore

/// Takes server-sent events out of the bytes of an answer, as they come.
struct EventStreamReader {
    struct Event: Hashable {
        let name: String?
        let data: ByteBuffer

        var isDone: Bool { data.readableBytesView.elementsEqual("[DONE]".utf8) }
    }

    private var pending = ByteBuffer()
    /// How many of the pending bytes are known to hold no line's end: events of megabytes come in many pieces.
    private var scanned = 0
    private var name: String?
    private var data: ByteBuffer?

    mutating func append(_ bytes: ByteBuffer) {
        pending.discardReadBytes()
        pending.writeImmutableBuffer(bytes)
    }

    /// The next event that is complete.
    mutating func next() -> Event? {
        while let line = nextLine() {
            if line.readableBytes == 0 {
                defer { (name, data) = (nil, nil) }
                if let data { return Event(name: name, data: data) }
            } else {
                take(line)
            }
        }
        return nil
    }

    private mutating func take(_ line: ByteBuffer) {
        if let value = Self.value(of: "event:", in: line) {
            name = String(buffer: value)
        } else if let value = Self.value(of: "data:", in: line) {
            guard var known = data else {
                data = value
                return
            }
            known.writeString("\n")
            known.writeImmutableBuffer(value)
            data = known
        }
    }

    private static func value(of field: String, in line: ByteBuffer) -> ByteBuffer? {
        var line = line
        guard line.readableBytesView.starts(with: field.utf8) else { return nil }
        line.moveReaderIndex(forwardBy: field.utf8.count)
        if line.readableBytesView.first == UInt8(ascii: " ") { line.moveReaderIndex(forwardBy: 1) }
        return line
    }

    private mutating func nextLine() -> ByteBuffer? {
        let view = pending.readableBytesView.dropFirst(scanned)
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = pending.readableBytes
            return nil
        }
        scanned = 0
        var line = pending.readSlice(length: end - pending.readerIndex) ?? ByteBuffer()
        pending.moveReaderIndex(forwardBy: 1)
        if line.readableBytesView.last == UInt8(ascii: "\r") { line.moveWriterIndex(to: line.writerIndex - 1) }
        return line
    }
}
