/// How the index cuts a fingerprint into pieces, and how far each may be off.
///
/// Every eleventh bit makes a chunk, so that a row of frequencies, whose bits have something to do with each other, is spread
/// over all of them.
enum HashChunks {
    /// With 11 chunks of 23 or 24 bits, a table has about as many places as a million works have fingerprints, and a distance
    /// of 31 needs chunks that differ in two bits at most.
    static let count = 11
    static let narrowest = PDQHash.bitCount / count

    static func values(of hash: PDQHash) -> [UInt32] {
        var chunks = [UInt32](repeating: 0, count: count)
        var (chunk, place) = (0, UInt32(0))
        for lane in 0..<4 {
            var word = hash.words[lane]
            for _ in 0..<64 {
                chunks[chunk] |= UInt32(truncatingIfNeeded: word & 1) << place
                word >>= 1
                chunk += 1
                if chunk == count {
                    chunk = 0
                    place += 1
                }
            }
        }
        return chunks
    }

    /// In how many bits this chunk may differ from the query's; −1: it need not be looked at.
    ///
    /// Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index hashing", CVPR 2012, section 3: with
    /// `radius = s · count + a`, of all hashes within it one of the first `a + 1` chunks differs in `s` bits at most or one of
    /// the others in `s − 1`; otherwise the hashes would differ in `(a + 1)(s + 1) + (count − a − 1) s = radius + 1` at least.
    static func slack(of chunk: Int, radius: Int) -> Int {
        chunk <= radius % count ? radius / count : radius / count - 1
    }
}
