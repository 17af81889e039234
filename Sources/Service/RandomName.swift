internal import BinaryText

enum RandomName {
    /// 128 random bits as text.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let (high, low) = (UInt64.random(in: .min ... .max, using: &generator), generator.next())
        return [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
            .base64URL
    }
}
