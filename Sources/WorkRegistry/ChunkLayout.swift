/// Which bits of a fingerprint an index looks fingerprints up by, how it cuts them into chunks, and how far it reaches.
struct ChunkLayout: Hashable, Sendable {
    /// All bits, for what PDQ's authors call the same picture: 31 differing bits at most
    /// (<https://github.com/facebook/ThreatExchange/tree/main/pdq>, "Matching"). With 11 chunks of 23 or 24 bits, each differs
    /// in two bits at most.
    static let exact = ChunkLayout(bits: Array(0..<PDQHash.bitCount), count: 11, reach: 31, greatestRadius: 31)

    /// The 8 × 9 lowest frequencies, of which 8 bits may differ; then all bits are compared.
    ///
    /// A crop that lies beside a kept part moves everything a little, which changes the phase of high frequencies much more
    /// than that of low ones: those 72 bits stand about twice the shift that all 256 stand, and three chunks of 24 bits
    /// differ in two bits at most.
    static let coarse = ChunkLayout(
        bits: (0..<8).flatMap { row in (0..<9).map { column in row * PDQSpectrum.side + column } },
        count: 3,
        reach: 8,
        greatestRadius: 64
    )

    /// The chunks are dealt out like cards, so that a row of frequencies, whose bits have something to do with each other, is
    /// spread over all of them.
    private let bits: [Int]
    let count: Int
    /// In how many of its bits a fingerprint may differ.
    let reach: Int
    /// In how many of all 256 bits it may differ.
    let greatestRadius: Int
    /// The bits looked at.
    let mask: SIMD4<UInt64>

    private init(bits: [Int], count: Int, reach: Int, greatestRadius: Int) {
        self.bits = bits
        self.count = count
        self.reach = reach
        self.greatestRadius = greatestRadius
        mask = bits.reduce(into: SIMD4()) { $0[$1 / 64] |= 1 << UInt64($1 % 64) }
    }

    var narrowest: Int { bits.count / count }

    func values(of hash: PDQHash) -> [UInt32] {
        var chunks = [UInt32](repeating: 0, count: count)
        var (chunk, place) = (0, UInt32(0))
        for bit in bits {
            chunks[chunk] |= UInt32(truncatingIfNeeded: hash.words[bit / 64] >> UInt64(bit % 64) & 1) << place
            chunk += 1
            if chunk == count {
                chunk = 0
                place += 1
            }
        }
        return chunks
    }

    /// In how many bits this chunk may differ from the query's; −1: it need not be looked at.
    ///
    /// Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index hashing", CVPR 2012, section 3: with
    /// `reach = s · count + a`, of all hashes within it one of the first `a + 1` chunks differs in `s` bits at most or one of
    /// the others in `s − 1`; otherwise the hashes would differ in `(a + 1)(s + 1) + (count − a − 1) s = reach + 1` at least.
    func slack(of chunk: Int, radius: Int) -> Int {
        let reach = min(reach, radius)
        return chunk <= reach % count ? reach / count : reach / count - 1
    }
}
