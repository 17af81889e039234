/// The tail-biting convolutional code of rate 1/4 and constraint length 9 with generators 463, 535, 733 and 745 (octal), free
/// distance 24 (Larsen, "Short convolutional codes with maximal free distance for rates 1/2, 1/3, and 1/4", IEEE Transactions
/// on Information Theory, 1973). Tail-biting: it begins in the state in which it ends, so that no bits go to closing it.
enum ConvolutionalCode {
    static let generators: [UInt32] = [0o463, 0o535, 0o733, 0o745]
    static let constraintLength = 9
    static let stateCount = 1 << (constraintLength - 1)

    /// The register's bits are the newest bit and, below it, the state.
    private static func symbol(ofRegister register: Int) -> Int {
        generators.reduce(0) { $0 << 1 | (UInt32(register) & $1).nonzeroBitCount & 1 }
    }

    private static let symbols = (0..<2 * stateCount).map(symbol(ofRegister:))

    /// Four bits for each of the bits given.
    static func encode(_ bits: [Bool]) -> [Bool] {
        var state = 0
        for bit in bits.suffix(constraintLength - 1) { state = advanced(state, by: bit) }
        var encoded: [Bool] = []
        encoded.reserveCapacity(bits.count * generators.count)
        for bit in bits {
            let symbol = symbols[(bit ? stateCount : 0) | state]
            for shift in (0..<generators.count).reversed() { encoded.append(symbol >> shift & 1 == 1) }
            state = advanced(state, by: bit)
        }
        return encoded
    }

    private static func advanced(_ state: Int, by bit: Bool) -> Int { ((bit ? stateCount : 0) | state) >> 1 }

    /// The likeliest bits: the circle is walked `turns` times without knowing where to begin, which leaves the state at the
    /// seam decided by what lies on both sides of it (wrap-around Viterbi; Shao, Lin and Fossorier, "Two decoding algorithms
    /// for tailbiting codes", IEEE Transactions on Communications, 2003).
    ///
    /// - Parameter received: four for each bit; positive for a one, the greater the surer.
    static func decode(_ received: [Float], turns: Int = 3) -> [Bool] {
        let length = received.count / generators.count
        guard length > 0 else { return [] }
        var metrics = [Float](repeating: 0, count: stateCount)
        var next = metrics
        var decisions = [UInt8](repeating: 0, count: turns * length * stateCount)
        var gains = [Float](repeating: 0, count: 1 << generators.count)
        for step in 0..<turns * length {
            let first = step % length * generators.count
            for symbol in gains.indices {
                var gain: Float = 0
                for place in generators.indices {
                    let value = received[first + place]
                    gain += symbol >> (generators.count - 1 - place) & 1 == 1 ? value : -value
                }
                gains[symbol] = gain
            }
            for state in 0..<stateCount {
                // Its newest bit led here; of the oldest bit that fell out there are two possibilities.
                let register = state << 1
                let even = metrics[register & (stateCount - 1)] + gains[symbols[register]]
                let odd = metrics[register & (stateCount - 1) | 1] + gains[symbols[register | 1]]
                decisions[step * stateCount + state] = odd > even ? 1 : 0
                next[state] = max(even, odd)
            }
            swap(&metrics, &next)
        }
        var state = metrics.indices.max { metrics[$0] < metrics[$1] } ?? 0
        // The last turn but one lies between two seams; the last is walked back only to find the way in.
        var bits = [Bool](repeating: false, count: length)
        for step in (max(turns - 2, 0) * length..<turns * length).reversed() {
            bits[step % length] = state >= stateCount / 2
            state = (state << 1 | Int(decisions[step * stateCount + state])) & (stateCount - 1)
        }
        return bits
    }
}
