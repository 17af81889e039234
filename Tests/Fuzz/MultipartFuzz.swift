/// However a form's bytes arrive, the parts are the same, and nothing may crash, hang or cost too much.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafeRawPointer?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    let whole = parts(bytes, pieces: bytes.count)
    for pieces in [1, 7] {
        let again = parts(bytes, pieces: pieces)
        guard whole == again else { fail("in pieces of \(pieces) it is another form") }
    }
    Pace.check(bytes) { _ = parts($0, pieces: 16 * 1024) }
    Pace.check(bytes) { long in
        _ = parts(Array("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8) + long, pieces: 16 * 1024)
    }
    return 0
}

private struct Part: Hashable {
    let name: String
    let fileName: String?
    var content: [UInt8] = []
}

/// - Returns: the parts, or nil when the form is refused.
private func parts(_ bytes: [UInt8], pieces: Int) -> [Part]? {
    guard var parser = try? MultipartParser(contentType: "multipart/form-data; boundary=XX") else { return nil }
    var parts: [Part] = []
    var rest = bytes[...]
    do {
        while !rest.isEmpty {
            for event in try parser.feed(rest.prefix(pieces)) {
                switch event {
                case .part(let name, let fileName): parts.append(Part(name: name, fileName: fileName))
                case .body(let bytes): parts[parts.count - 1].content += bytes
                case .endOfPart: break
                }
            }
            rest = rest.dropFirst(pieces)
        }
        try parser.finish()
        return parts
    } catch {
        return nil
    }
}
