/// What is read and what is passed over must be judged alike, and nothing may crash, hang or cost too much.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafeRawPointer?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    let limits = JSONLimits(bytes: 24_000_000)
    let kept = reason(bytes, limits, keeping: nil)
    let passed = reason(bytes, limits, keeping: [])
    guard kept == passed else { fail("read: \(String(describing: kept)), passed over: \(String(describing: passed))") }
    if let text = String(validating: bytes, as: UTF8.self) { _ = JSONParser.number(text) }
    Pace.check(bytes, separator: [UInt8(ascii: ",")]) { long in
        _ = reason(Array("{\"x\":[".utf8) + long + Array("0]}".utf8), limits, keeping: nil)
    }
    Pace.check(bytes) { long in
        _ = reason(Array("{\"x\":\"".utf8) + long + Array("\"}".utf8), limits, keeping: nil)
    }
    return 0
}

private func reason(_ bytes: [UInt8], _ limits: JSONLimits, keeping names: Set<String>?) -> JSONFailure.Reason? {
    do {
        _ = try JSONParser.object(bytes, limits: limits, keeping: names, brokenStrings: .marked)
        return nil
    } catch {
        return error.reason
    }
}
