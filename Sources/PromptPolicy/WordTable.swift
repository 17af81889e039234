/// Numbers by a word's hash (``WordHash``); several numbers may share one. Most lookups end at one bit of a filter.
struct WordTable: Sendable {
    private static let filterBits = 20

    private var filter = [UInt64](repeating: 0, count: 1 << (filterBits - 6))
    private var keys: [UInt64]
    private var heads: [Int32]
    private var values: [Int32] = []
    private var following: [Int32] = []
    private var shift: UInt64

    init() {
        keys = Array(repeating: 0, count: 1_024)
        heads = Array(repeating: -1, count: 1_024)
        shift = 64 - 10
    }

    private static func mixed(_ key: UInt64) -> UInt64 {
        var mixed = key ^ (key >> 32)
        mixed = mixed &* 0xD6E8_FEB8_6659_FD93
        mixed ^= mixed >> 32
        return mixed | 1
    }

    mutating func insert(_ value: Int32, for key: UInt64) {
        if values.count * 2 >= keys.count { grow() }
        let key = Self.mixed(key)
        let slot = slot(key)
        if heads[slot] < 0 {
            keys[slot] = key
            let bit = key >> (64 - UInt64(Self.filterBits))
            filter[Int(bit >> 6)] |= 1 << (bit & 63)
        }
        values.append(value)
        following.append(heads[slot])
        heads[slot] = Int32(values.count - 1)
    }

    /// Where a key is or would be.
    private func slot(_ key: UInt64) -> Int {
        var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while heads[slot] >= 0, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
        return slot
    }

    private mutating func grow() {
        let oldKeys = keys
        let oldHeads = heads
        keys = Array(repeating: 0, count: oldKeys.count * 2)
        heads = Array(repeating: -1, count: oldKeys.count * 2)
        shift -= 1
        for (key, head) in zip(oldKeys, oldHeads) where head >= 0 {
            let slot = slot(key)
            keys[slot] = key
            heads[slot] = head
        }
    }

    /// False for most keys that are not there.
    @inline(__always)
    func mayHold(_ key: UInt64) -> Bool {
        let bit = Self.mixed(key) >> (64 - UInt64(Self.filterBits))
        return filter[Int(bit >> 6)] & 1 << (bit & 63) != 0
    }

    @inline(__always)
    func forEach(_ key: UInt64, _ body: (Int) -> Void) {
        guard mayHold(key) else { return }
        let key = Self.mixed(key)
        var entry = heads[slot(key)]
        while entry >= 0 {
            body(Int(values[Int(entry)]))
            entry = following[Int(entry)]
        }
    }
}
