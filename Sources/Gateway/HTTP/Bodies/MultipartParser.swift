internal import Glibc

/// Takes `multipart/form-data` (RFC 7578) apart as it arrives: bytes in, events out, nothing kept but what may still
/// turn out to be a boundary.
struct MultipartParser: Sendable {
    enum Event: Hashable, Sendable {
        /// `fileName`: nil for a field of text. It only advises, and may be anything.
        case part(name: String, fileName: String?)
        case body([UInt8])
        case endOfPart
    }

    enum Failure: Error, Hashable, Sendable {
        case noBoundary
        case headersTooLong
        case malformedHeaders
        case tooManyParts
        case incomplete
    }

    private enum State: Hashable {
        /// Before the first boundary; what stands there is ignored.
        case preamble
        /// Behind a boundary: a line end means a part, two hyphens mean the end.
        case boundaryEnd
        case headers
        case body
        case epilogue
    }

    private static let headerLimit = 16 * 1024
    private static let partLimit = 64
    /// Of white space behind a boundary.
    private static let paddingLimit = 256
    private static let lineEnd = Array("\r\n".utf8)
    private static let blankLine = Array("\r\n\r\n".utf8)

    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8]
    private var parts = 0
    /// How many bytes at the start of the buffer are not the body's.
    private var borrowed = 0

    /// - Parameter contentType: the header's value.
    init(contentType: String) throws(Failure) {
        guard let boundary = HeaderParameters(contentType)?["boundary"], (1...70).contains(boundary.utf8.count) else {
            throw .noBoundary
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very start, without a line end before it.
        buffer = Self.lineEnd
    }

    mutating func feed(_ bytes: some Sequence<UInt8>) throws(Failure) -> [Event] {
        guard state != .epilogue else { return [] }
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// The input is over. - Throws: ``Failure/incomplete`` when the last boundary has not come.
    func finish() throws(Failure) {
        guard state == .epilogue else { throw .incomplete }
    }

    /// - Returns: whether there may be more to do with what is buffered.
    private mutating func step(_ events: inout [Event]) throws(Failure) -> Bool {
        switch state {
        case .preamble:
            guard skip(to: delimiter) else { return false }
            state = .boundaryEnd
        case .boundaryEnd:
            // White space may follow a boundary.
            let padding = buffer.prefix(Self.paddingLimit + 1).prefix {
                $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
            }.count
            guard padding <= Self.paddingLimit else { throw .malformedHeaders }
            guard buffer.count >= padding + 2 else { return false }
            let end = Array(buffer[padding..<padding + 2])
            buffer.removeFirst(padding + 2)
            if end == Array("--".utf8) {
                state = .epilogue
                buffer = []
                return false
            }
            guard end == Self.lineEnd else { throw .malformedHeaders }
            parts += 1
            guard parts <= Self.partLimit else { throw .tooManyParts }
            // A part without headers would begin with a blank line of its own.
            buffer.insert(contentsOf: Self.lineEnd, at: 0)
            state = .headers
        case .headers:
            guard let end = buffer.firstRange(of: Self.blankLine) else {
                guard buffer.count <= Self.headerLimit else { throw .headersTooLong }
                return false
            }
            guard end <= Self.headerLimit else { throw .headersTooLong }
            events.append(try Self.part(headers: buffer[..<end]))
            buffer.removeFirst(end + Self.blankLine.count)
            state = .body
            // An empty body's boundary shares the line end that closed the headers: it is put back, and left out of
            // the body.
            buffer.insert(contentsOf: Self.lineEnd, at: 0)
            borrowed = Self.lineEnd.count
        case .body:
            if let end = buffer.firstRange(of: delimiter) {
                if end > borrowed { events.append(.body(Array(buffer[borrowed..<end]))) }
                borrowed = 0
                events.append(.endOfPart)
                buffer.removeFirst(end + delimiter.count)
                state = .boundaryEnd
                return true
            }
            // The tail may be the beginning of a boundary.
            let safe = buffer.count - (delimiter.count - 1)
            guard safe > borrowed else { return false }
            events.append(.body(Array(buffer[borrowed..<safe])))
            borrowed = 0
            buffer.removeFirst(safe)
            return false
        case .epilogue:
            return false
        }
        return true
    }

    /// Drops what stands before `pattern`, and the pattern. - Returns: whether it was there.
    private mutating func skip(to pattern: [UInt8]) -> Bool {
        if let start = buffer.firstRange(of: pattern) {
            buffer.removeFirst(start + pattern.count)
            return true
        }
        buffer.removeFirst(max(0, buffer.count - (pattern.count - 1)))
        return false
    }

    private static func part(headers: ArraySlice<UInt8>) throws(Failure) -> Event {
        var disposition: HeaderParameters?
        for line in lines(of: headers) {
            guard !line.contains(where: { $0 == 0x0D || $0 == 0x0A }),
                let colon = line.firstIndex(of: UInt8(ascii: ":"))
            else { throw .malformedHeaders }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            guard name == "content-disposition" else { continue }
            guard disposition == nil, let read = HeaderParameters(line[colon...].dropFirst()), read.value == "form-data"
            else { throw .malformedHeaders }
            disposition = read
        }
        guard let disposition, let name = disposition["name"] else { throw .malformedHeaders }
        return .part(name: name, fileName: disposition["filename"] ?? disposition["filename*"])
    }

    /// The lines of a part's headers, which begin with a line end.
    private static func lines(of headers: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = headers
        while !rest.isEmpty {
            let end = rest.indices.dropLast().first { rest[$0] == 0x0D && rest[$0 + 1] == 0x0A } ?? rest.endIndex
            if end > rest.startIndex { lines.append(rest[..<end]) }
            rest = rest[min(rest.endIndex, end + 2)...]
        }
        return lines
    }
}

extension [UInt8] {
    /// Where `pattern` first begins. Looks for its first byte with the C library, which is as fast as memory.
    fileprivate func firstRange(of pattern: [UInt8]) -> Int? {
        withUnsafeBytes { haystack in
            guard let start = haystack.baseAddress, let first = pattern.first else { return nil }
            var offset = 0
            while haystack.count - offset >= pattern.count {
                let last = haystack.count - pattern.count
                guard let found = memchr(start + offset, Int32(first), last - offset + 1) else { return nil }
                offset = UnsafeRawPointer(found) - start
                if memcmp(start + offset, pattern, pattern.count) == 0 { return offset }
                offset += 1
            }
            return nil
        }
    }
}
