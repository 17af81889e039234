internal import BinaryText

/// 256 bits that are nearly the same where two pictures look nearly the same.
///
/// PDQ ("Perceptual algorithm, DCT, Quality") is Meta's open fingerprint for pictures
/// (<https://github.com/facebook/ThreatExchange/tree/main/pdq>, paper `hashing.pdf` there). This one gives the very bits of
/// PyPI's `pdqhash`, so that lists of fingerprints can be exchanged with others who use it.
///
/// Two unrelated pictures differ in about 128 bits. The authors call pictures the same up to a distance of 31.
public struct PDQHash: Hashable, Sendable {
    public static let bitCount = 256

    /// Bit `k` is bit `k % 64` of lane `k / 64`.
    public let words: SIMD4<UInt64>

    public init(words: SIMD4<UInt64>) {
        self.words = words
    }

    /// - Parameter hex: 64 digits, the highest bit first, as all of PDQ's implementations write it.
    public init?(hex: String) {
        let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard hex.utf8.count == 64, digits.count == 64 else { return nil }
        var words = SIMD4<UInt64>()
        for (place, digit) in digits.enumerated() {
            let lane = 3 - place / 16
            words[lane] = words[lane] << 4 | UInt64(digit)
        }
        self.words = words
    }

    public var hex: String {
        (0..<4).reversed().map { words[$0].hexadecimal }.joined()
    }

    /// In how many bits the two differ.
    public func distance(to other: PDQHash) -> Int {
        let difference = words ^ other.words
        return difference[0].nonzeroBitCount + difference[1].nonzeroBitCount + difference[2].nonzeroBitCount
            + difference[3].nonzeroBitCount
    }

    /// Whether ``distance(to:)`` is `limit` at most, counting the mask's bits only; mostly known after half of them.
    @inline(__always)
    func isWithin(_ limit: Int, of other: PDQHash, masked mask: SIMD4<UInt64> = SIMD4(repeating: ~0)) -> Bool {
        let difference = (words ^ other.words) & mask
        let half = difference[0].nonzeroBitCount + difference[1].nonzeroBitCount
        return half <= limit && half + difference[2].nonzeroBitCount + difference[3].nonzeroBitCount <= limit
    }
}

extension PDQHash: CustomStringConvertible {
    public var description: String { hex }
}

extension PDQHash: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = PDQHash(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 64 hexadecimal digits")
        }
        self = hash
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
