/// One server-sent event.
struct ServerEvent: Equatable {
    var name = "message"
    var data = ""
}

/// Reads server-sent events from pieces of text of any length. A plain value, so that it can be tested without a network.
///
/// It reads the fields `event` and `data` and ignores comments, ids and retry times. Lines end with a line feed, as Heatsink sends
/// them.
struct EventParser {
    private var line: [UInt8] = []
    private var name = "message"
    private var data: [String] = []

    /// - Returns: the events that end within these bytes.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [ServerEvent] {
        var events: [ServerEvent] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> ServerEvent? {
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        // An empty line ends an event.
        guard !text.isEmpty else {
            defer {
                name = "message"
                data = []
            }
            return data.isEmpty ? nil : ServerEvent(name: name, data: data.joined(separator: "\n"))
        }
        if let value = Self.value(of: "event", in: text) { name = value }
        if let value = Self.value(of: "data", in: text) { data.append(value) }
        return nil
    }

    private static func value(of field: String, in line: String) -> String? {
        guard line.hasPrefix(field + ":") else { return nil }
        let value = line.dropFirst(field.count + 1)
        return String(value.first == " " ? value.dropFirst() : value)
    }
}
