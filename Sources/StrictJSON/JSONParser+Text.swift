extension JSONParser {
    /// What stands between two quotation marks.
    struct Text {
        /// Empty when it was not to be kept.
        var string = ""
        /// Half of a surrogate pair is in it.
        var isBroken = false
    }

    /// Reads a string or a name, with both of its marks.
    ///
    /// - Parameter limit: what is wrong when it is longer than `longest` bytes.
    mutating func text(isKept: Bool, limit: JSONFailure.Reason, _ longest: Int) throws(JSONFailure) -> Text {
        let start = index
        index += 1
        var text = Text()
        // Most strings have no escape and are made in one go; the others are gathered here.
        var gathered: [UInt8] = []
        var hasEscapes = false
        while true {
            let run = try run()
            guard index - start - 1 <= longest else { throw failure(limit, at: start) }
            switch next {
            case UInt8(ascii: "\""):
                index += 1
                guard isKept else { return text }
                if hasEscapes {
                    gathered += bytes[run]
                    text.string = String(decoding: gathered, as: UTF8.self)
                } else {
                    text.string = String(decoding: bytes[run], as: UTF8.self)
                }
                return text
            case UInt8(ascii: "\\"):
                let scalar = try escaped(&text)
                hasEscapes = true
                guard isKept else { continue }
                if !run.isEmpty { gathered += bytes[run] }
                if scalar.isASCII {
                    gathered.append(UInt8(truncatingIfNeeded: scalar.value))
                } else {
                    gathered.append(contentsOf: scalar.utf8)
                }
            case nil: throw failure(.incomplete)
            default: throw failure(.controlCharacter)
            }
        }
    }

    /// Goes on to the next byte that means something: a mark, a backslash or a control character.
    ///
    /// - Returns: where the characters before it are; they are valid UTF-8.
    private mutating func run() throws(JSONFailure) -> Range<Int> {
        let start = index
        // Escapes often follow each other.
        if let next, Self.endsRun(next) { return start..<start }
        let (end, isASCII) = endOfRun()
        index = end
        guard isASCII || String(validating: bytes[start..<end], as: UTF8.self) != nil else {
            throw failure(.invalidUTF8, at: start)
        }
        return start..<end
    }

    /// Looks at eight bytes at a time: pictures come as strings of millions.
    private func endOfRun() -> (end: Int, isASCII: Bool) {
        bytes.withUnsafeBytes { bytes in
            let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
            let (marks, backslashes) = (ones &* 0x22, ones &* 0x5C)
            var place = index
            var seen: UInt64 = 0
            while place + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                // In each of these the highest bit of a byte says that it is (or follows) one of those looked for.
                let isControl = (word &- ones &* 0x20) & ~word
                let isMark = ((word ^ marks) &- ones) & ~(word ^ marks)
                let isBackslash = ((word ^ backslashes) &- ones) & ~(word ^ backslashes)
                if (isControl | isMark | isBackslash) & highs != 0 { break }
                seen |= word
                place += 8
            }
            while place < bytes.count {
                let byte = bytes[place]
                if Self.endsRun(byte) { break }
                seen |= UInt64(byte)
                place += 1
            }
            return (place, seen & highs == 0)
        }
    }

    private static func endsRun(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    // MARK: Escapes

    /// Reads a backslash and what belongs to it.
    private mutating func escaped(_ text: inout Text) throws(JSONFailure) -> Unicode.Scalar {
        let start = index
        index += 1
        guard let byte = next else { throw failure(.incomplete) }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw failure(.invalidEscape, at: start)
        }
        let unit = try codeUnit(of: start)
        guard UTF16.isSurrogate(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        // A pair is two escapes, one right after the other.
        let end = index
        if UTF16.isLeadSurrogate(unit), accept("\\"), accept("u") {
            let second = try codeUnit(of: end)
            if UTF16.isTrailSurrogate(second) { return Self.scalar(unit, second) }
        }
        index = end
        text.isBroken = true
        return "\u{FFFD}"
    }

    /// The character that a pair of surrogates stands for.
    private static func scalar(_ lead: UInt16, _ trail: UInt16) -> Unicode.Scalar {
        let value = 0x1_0000 + (UInt32(lead & 0x3FF) << 10 | UInt32(trail & 0x3FF))
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private mutating func codeUnit(of start: Int) throws(JSONFailure) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = next else { throw failure(.incomplete) }
            guard let value = Self.hexadecimal(digit) else { throw failure(.invalidEscape, at: start) }
            unit = unit << 4 | value
            index += 1
        }
        return unit
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt16? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(digit - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(digit - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
