/// Headers with parameters, as in forms' parts and content types: nothing may crash, hang or cost too much.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHeaders(_ start: UnsafeRawPointer?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    let header = HeaderParameters(bytes)
    guard header == HeaderParameters(bytes) else { fail("read twice, it is not the same") }
    if let boundary = header?["boundary"] {
        let isParsed = (try? MultipartParser(contentType: String(decoding: bytes, as: UTF8.self))) != nil
        guard !isParsed || (1...70).contains(boundary.utf8.count) else { fail("a boundary that is none") }
    }
    Pace.check(bytes) { _ = HeaderParameters($0) }
    Pace.check(bytes, separator: [UInt8(ascii: ";")]) { _ = HeaderParameters($0) }
    return 0
}
