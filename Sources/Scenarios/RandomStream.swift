/// Random numbers that a seed repeats, the same on every machine (Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014).
package struct RandomStream: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// A stream of its own for every purpose, so that drawing more for one does not shift the others.
    package init(seed: UInt64, stream: UInt64) {
        var spread = RandomStream(seed: stream)
        state = seed ^ spread.next()
    }

    @inline(__always)
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1, all 53 bits of it random.
    @inline(__always)
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From 0 to below `count`, by multiplication (Lemire, "Fast random integer generation in an interval", 2019): the
    /// bias is below 2⁻³² for every count of ours.
    @inline(__always)
    package mutating func below(_ count: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(count)) >> 32)
    }

    /// The seed of a part of a day. Whoever plays a day as one whole plays its first part, whose share is everybody: the
    /// laboratory and the load tool so meet the same requests.
    package static func seed(_ seed: UInt64, cell: Int) -> UInt64 {
        var stream = RandomStream(seed: seed, stream: UInt64(cell) &+ 0x2000_0000)
        return stream.next()
    }
}
