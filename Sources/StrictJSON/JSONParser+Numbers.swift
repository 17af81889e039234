extension JSONParser {
    /// The longest number that is read where numbers come as text.
    private static let longestNumber = 64

    /// A number in the form that JSON gives it: no plus sign, no leading zeros, no space, no digits but those of ASCII.
    ///
    /// - Returns: nil when `text` is no such number.
    public static func number(_ text: some StringProtocol) -> JSONValue? {
        let bytes = Array(text.utf8.prefix(longestNumber + 1))
        guard let first = bytes.first, let last = bytes.last, Self.canEnd(first), Self.canEnd(last) else { return nil }
        guard let value = try? value(bytes, limits: JSONLimits(bytes: longestNumber)) else { return nil }
        switch value {
        case .integer, .number: return value
        default: return nil
        }
    }

    /// A whole number, written without fraction and exponent. - Returns: nil when `text` is no such number.
    public static func integer(_ text: some StringProtocol) -> Int? {
        guard case .integer(let number)? = number(text) else { return nil }
        return number
    }

    /// Whether a number may begin or end with `byte`: white space around it is legal JSON, but no number.
    private static func canEnd(_ byte: UInt8) -> Bool { byte > 0x20 }

    mutating func number() throws(JSONFailure) -> JSONValue {
        let start = index
        _ = accept("-")
        if !accept("0") { try digits(of: start) }
        var isWhole = true
        if accept(".") {
            isWhole = false
            try digits(of: start)
        }
        if accept("e") || accept("E") {
            isWhole = false
            _ = accept("+") || accept("-")
            try digits(of: start)
        }
        guard index - start <= limits.numberBytes else {
            throw failure(.numberTooLong(limit: limits.numberBytes), at: start)
        }
        if let next, isDigit(next) { throw failure(.invalidNumber, at: start) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let number = Int(text) { return .integer(number) }
        guard let number = Double(text) else { throw failure(.invalidNumber, at: start) }
        return .number(number)
    }

    private mutating func digits(of start: Int) throws(JSONFailure) {
        let first = index
        while let next, isDigit(next) { index += 1 }
        guard index > first else { throw next == nil ? failure(.incomplete) : failure(.invalidNumber, at: start) }
    }

    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
