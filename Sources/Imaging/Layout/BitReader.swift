/// Reads numbers of any width from bytes, the highest bit first.
struct BitReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// More was asked for than there is, or a number was not well formed. All numbers after that are 0.
    private(set) var isBroken = false

    /// - Parameter width: 0 to 32.
    mutating func number(_ width: Int) -> Int {
        guard !isBroken, place + width <= 8 * bytes.count else {
            isBroken = true
            return 0
        }
        var value = 0
        for _ in 0..<width {
            value = value << 1 | Int(bytes[place >> 3] >> UInt8(7 - place & 7) & 1)
            place += 1
        }
        return value
    }

    mutating func flag() -> Bool { number(1) == 1 }

    /// - Parameter width: any number of bits.
    mutating func skip(_ width: Int) {
        place += width
        if place > 8 * bytes.count { isBroken = true }
    }

    /// A number after as many zeros as it has bits behind its first (ITU-T H.265, 9.2; AV1, 4.10.3).
    mutating func exponential() -> Int {
        var zeros = 0
        while !flag() {
            zeros += 1
            guard !isBroken, zeros < 32 else {
                isBroken = true
                return 0
            }
        }
        return (1 << zeros) - 1 + number(zeros)
    }
}
