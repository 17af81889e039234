/// 64 bits that say what a picture looks like around a point: nearly the same where two places look nearly the same.
public struct PointDescriptor: Hashable, Sendable {
    /// The signs of the patch's lowest frequencies, the lowest first (``PatchSpectrum``).
    public let bits: UInt64

    public init(bits: UInt64) {
        self.bits = bits
    }

    /// Points are looked up by the lowest frequencies, which stand the most.
    static let keyBitCount = 48
    /// Each of the four keys takes half of those bits.
    static let keyCount = 4
    static let keyWidth = 24

    /// Which bits belong to a key: those whose number is even, or odd, or whose pair is.
    ///
    /// One bit belongs to two keys, and two bits share at most one key or two, so that noise that spoils some of the keys
    /// leaves others whole. Frequencies of all heights are in each.
    private static let keyBits: [[Int]] = [(0, 0), (0, 1), (1, 0), (1, 1)].map { shift, parity in
        (0..<keyBitCount).filter { $0 >> shift & 1 == parity }
    }

    /// The bits of each key.
    static let keyMasks: [UInt64] = keyBits.map { bits in bits.reduce(0) { $0 | 1 << UInt64($1) } }

    /// Where an index looks.
    struct Probe {
        let table: Int
        let key: Int
        /// The descriptor with the change that this key stands for.
        let bits: UInt64
    }

    func key(_ table: Int) -> Int {
        var key = 0
        for (place, bit) in Self.keyBits[table].enumerated() { key |= Int(bits >> UInt64(bit) & 1) << place }
        return key
    }

    /// All keys, and those with one of the doubtful bits changed.
    ///
    /// - Parameter doubtful: numbers of bits; those that belong to no key are passed over.
    func probes(doubtful: [UInt8]) -> [Probe] {
        let keys = (0..<Self.keyCount).map { key($0) }
        var probes = keys.enumerated().map { Probe(table: $0, key: $1, bits: bits) }
        for bit in doubtful where bit < Self.keyBitCount {
            for table in 0..<Self.keyCount {
                guard let place = Self.keyBits[table].firstIndex(of: Int(bit)) else { continue }
                probes.append(Probe(table: table, key: keys[table] ^ 1 << place, bits: bits ^ 1 << UInt64(bit)))
            }
        }
        return probes
    }

    func distance(to other: PointDescriptor) -> Int {
        (bits ^ other.bits).nonzeroBitCount
    }

    /// What the place looks like in a mirror: waves that are odd from left to right change their sign.
    var mirrored: PointDescriptor {
        PointDescriptor(bits: bits ^ PatchSpectrum.oddColumns)
    }
}
