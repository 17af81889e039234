/// Writes a JSON object, field by field in the order given.
///
/// For the few documents that are written with every request: Foundation's encoder takes ten times as long for them.
package struct JSONWriter: Sendable {
    /// The object so far; complete after ``finish()``.
    package private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    package init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    package mutating func add(_ key: StaticString, _ value: String?) {
        begin(key)
        guard let value else { return null() }
        Self.write(value, to: &bytes)
    }

    package mutating func add(_ key: StaticString, _ value: Int?) {
        begin(key)
        guard let value else { return null() }
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func add(_ key: StaticString, _ value: Bool) {
        begin(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Numbers that JSON cannot write become null.
    package mutating func add(_ key: StaticString, _ value: Double?) {
        begin(key)
        guard let value, value.isFinite else { return null() }
        let isWhole = value.rounded() == value && abs(value) < 1e15
        bytes.append(contentsOf: (isWhole ? String(Int(value)) : String(value)).utf8)
    }

    /// A value that is JSON already.
    package mutating func add(_ key: StaticString, json: [UInt8]?) {
        begin(key)
        guard let json else { return null() }
        bytes.append(contentsOf: json)
    }

    package mutating func add(_ key: StaticString, array values: [[UInt8]]) {
        begin(key)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    package consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ key: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func null() { bytes.append(contentsOf: "null".utf8) }

    /// A string as JSON.
    package static func text(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        write(text, to: &bytes)
        return bytes
    }

    /// Escapes what RFC 8259, section 7, says must be escaped.
    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
