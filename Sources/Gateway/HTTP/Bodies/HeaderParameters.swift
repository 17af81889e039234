/// A header's value with its parameters, as in `form-data; name="image"; filename="cat.png"` (RFC 9110, section 5.6.6).
///
/// Bytes that are not UTF-8 are replaced: they are not refused here, because most parameters only advise.
struct HeaderParameters: Hashable, Sendable {
    /// What stands before the first semicolon, in lower case.
    let value: String
    private let parameters: [String: String]

    /// What a header may have of them; no client sends a tenth of this.
    private static let mostParameters = 64

    /// - Returns: nil when a quotation mark is not closed, when a parameter is named twice, because readers may disagree
    ///   about it, or when there are too many.
    init?(_ bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        value = Self.text(Self.take(from: &rest) { $0 == UInt8(ascii: ";") }).lowercased()
        var parameters: [String: String] = [:]
        var count = 0
        while rest.popFirst() != nil {
            count += 1
            guard count <= Self.mostParameters else { return nil }
            let name = Self.text(Self.take(from: &rest) { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ";") })
            guard rest.first == UInt8(ascii: "=") else { continue }
            rest = rest.dropFirst().drop(while: Self.isSpace)
            let text: String
            if rest.first == UInt8(ascii: "\"") {
                guard let quoted = Self.quoted(from: &rest) else { return nil }
                text = quoted
                _ = Self.take(from: &rest) { $0 == UInt8(ascii: ";") }
            } else {
                text = Self.text(Self.take(from: &rest) { $0 == UInt8(ascii: ";") })
            }
            guard parameters.updateValue(text, forKey: name.lowercased()) == nil else { return nil }
        }
        self.parameters = parameters
    }

    init?(_ text: String) {
        self.init(text.utf8)
    }

    /// - Parameter name: in lower case.
    subscript(name: String) -> String? { parameters[name] }

    // MARK: Parts

    /// Takes what stands before the first byte that is an end.
    private static func take(from rest: inout ArraySlice<UInt8>, until isEnd: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let taken = rest.prefix { !isEnd($0) }
        rest = rest[taken.endIndex...]
        return taken
    }

    /// Takes a text in quotation marks, without them and without escapes.
    private static func quoted(from rest: inout ArraySlice<UInt8>) -> String? {
        rest.removeFirst()
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            // Browsers escape a quotation mark as %22, other clients as \"; some write paths with single backslashes.
            if byte == UInt8(ascii: "\\"), let next = rest.first,
                next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\")
            {
                text.append(next)
                rest.removeFirst()
            } else {
                text.append(byte)
            }
        }
        return nil
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var trimmed = bytes.drop(while: isSpace)
        while let last = trimmed.last, isSpace(last) { trimmed.removeLast() }
        return String(decoding: trimmed, as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
