/// Finds, among millions of fingerprints, all within a distance of one, without looking at the others.
///
/// A table for each chunk of a fingerprint (``ChunkLayout``) leads to the fingerprints that share its value. A fingerprint
/// within reach shares one chunk but for two bits, so all values that near are looked up, and what is found there is compared
/// in full: nothing within reach is missed.
///
/// Chains run through the fingerprints themselves: 40 bytes each and 4 for each chunk, and 4 bytes for each place of the
/// tables, which have at least half as many places as there are fingerprints until a chunk has no more bits.
public struct FingerprintIndex: Sendable {
    /// A fingerprint found. Each owner comes once, with the nearest of its fingerprints.
    public struct Match: Hashable, Sendable {
        public let owner: UInt32
        public let distance: Int
    }

    private static let fewestBits = 10
    private static let none: Int32 = -1

    let layout: ChunkLayout
    private var hashes: [PDQHash] = []
    private var owners: [UInt32] = []
    /// For each fingerprint and chunk: the next one in the same place of that chunk's table.
    private var links: [Int32] = []
    /// The next fingerprint of the same owner, or the next free slot.
    private var siblings: [Int32] = []
    private var firstOfOwner: [UInt32: Int32] = [:]
    private var firstFree = FingerprintIndex.none
    /// The tables, one behind the other.
    private var heads: [Int32] = []
    /// A place is found by this many of a chunk's lowest bits.
    private var bits = FingerprintIndex.fewestBits

    /// Fingerprints held.
    public private(set) var count = 0

    /// An index of all bits, with a radius of 31 at most.
    ///
    /// - Parameter capacity: for how many fingerprints there shall be room from the start.
    public static func exact(capacity: Int = 0) -> FingerprintIndex {
        FingerprintIndex(.exact, capacity: capacity)
    }

    /// An index by the 72 bits of the lowest frequencies, of which 8 may differ, with a radius of 64 at most in all bits.
    ///
    /// - Parameter capacity: for how many fingerprints there shall be room from the start.
    public static func coarse(capacity: Int = 0) -> FingerprintIndex {
        FingerprintIndex(.coarse, capacity: capacity)
    }

    init(_ layout: ChunkLayout, capacity: Int) {
        self.layout = layout
        while bits < layout.narrowest, capacity > 1 << bits { bits += 1 }
        heads = [Int32](repeating: Self.none, inLargePages: layout.count << bits)
        hashes = Array(roomInLargePages: capacity)
        owners.reserveCapacity(capacity)
        siblings.reserveCapacity(capacity)
        links = Array(roomInLargePages: capacity * layout.count)
    }

    @inline(__always)
    private func place(_ chunk: Int, _ value: UInt32) -> Int {
        chunk << bits | Int(value & (1 << UInt32(bits) - 1))
    }

    // MARK: Changing

    public mutating func insert(_ hash: PDQHash, owner: UInt32) {
        if count >= 1 << bits, bits < layout.narrowest { grow() }
        let slot = take(hash, owner)
        siblings[Int(slot)] = firstOfOwner[owner] ?? Self.none
        firstOfOwner[owner] = slot
        link(slot)
        count += 1
    }

    private mutating func take(_ hash: PDQHash, _ owner: UInt32) -> Int32 {
        if firstFree != Self.none {
            let slot = firstFree
            firstFree = siblings[Int(slot)]
            hashes[Int(slot)] = hash
            owners[Int(slot)] = owner
            return slot
        }
        hashes.makeRoomInLargePages(for: 1)
        hashes.append(hash)
        owners.append(owner)
        siblings.append(Self.none)
        links.makeRoomInLargePages(for: layout.count)
        links.append(contentsOf: repeatElement(Self.none, count: layout.count))
        return Int32(hashes.count - 1)
    }

    private mutating func link(_ slot: Int32) {
        for (chunk, value) in layout.values(of: hashes[Int(slot)]).enumerated() {
            let place = place(chunk, value)
            links[Int(slot) * layout.count + chunk] = heads[place]
            heads[place] = slot
        }
    }

    /// Twice as many places.
    private mutating func grow() {
        bits += 1
        heads = [Int32](repeating: Self.none, inLargePages: layout.count << bits)
        for var slot in firstOfOwner.values {
            while slot != Self.none {
                link(slot)
                slot = siblings[Int(slot)]
            }
        }
    }

    /// Takes away all that belongs to the owner.
    ///
    /// - Returns: how many fingerprints that were.
    @discardableResult
    public mutating func remove(owner: UInt32) -> Int {
        guard var slot = firstOfOwner.removeValue(forKey: owner) else { return 0 }
        var removed = 0
        while slot != Self.none {
            let next = siblings[Int(slot)]
            unlink(slot)
            siblings[Int(slot)] = firstFree
            firstFree = slot
            removed += 1
            slot = next
        }
        count -= removed
        return removed
    }

    private mutating func unlink(_ slot: Int32) {
        for (chunk, value) in layout.values(of: hashes[Int(slot)]).enumerated() {
            let place = place(chunk, value)
            let next = links[Int(slot) * layout.count + chunk]
            if heads[place] == slot {
                heads[place] = next
                continue
            }
            var before = heads[place]
            while before != Self.none {
                let link = Int(before) * layout.count + chunk
                if links[link] == slot {
                    links[link] = next
                    break
                }
                before = links[link]
            }
        }
    }

    // MARK: Reading

    /// The owner's fingerprints, the last inserted first.
    public func hashes(of owner: UInt32) -> [PDQHash] {
        var found: [PDQHash] = []
        var slot = firstOfOwner[owner] ?? Self.none
        while slot != Self.none {
            found.append(hashes[Int(slot)])
            slot = siblings[Int(slot)]
        }
        return found
    }

    /// Every fingerprint with its owner: owners in order, each one's fingerprints as they were inserted.
    func forEach(_ body: (UInt32, PDQHash) -> Void) {
        for owner in firstOfOwner.keys.sorted() {
            for hash in hashes(of: owner).reversed() { body(owner, hash) }
        }
    }

    /// All owners with a fingerprint within reach and radius, the nearest first.
    ///
    /// - Parameter radius: the layout's greatest one at most; more is taken as that.
    public func matches(for hash: PDQHash, within radius: Int) -> [Match] {
        let radius = min(radius, layout.greatestRadius)
        guard radius >= 0, count > 0 else { return [] }
        var nearest: [UInt32: Int] = [:]
        for (chunk, value) in layout.values(of: hash).enumerated() {
            var slots = heads(near: place(chunk, value), slack: layout.slack(of: chunk, radius: radius))
            while !slots.isEmpty { visit(&slots, chunk, hash, radius, &nearest) }
        }
        return nearest.map { Match(owner: $0.key, distance: $0.value) }
            .sorted { ($0.distance, $0.owner) < ($1.distance, $1.owner) }
    }

    /// Where the chains begin whose place differs in `slack` bits at most: −1 to 2.
    private func heads(near place: Int, slack: Int) -> [Int32] {
        guard slack >= 0 else { return [] }
        var found = [heads[place]]
        if slack >= 1 {
            for first in 0..<bits {
                let near = place ^ 1 << first
                found.append(heads[near])
                if slack >= 2 { for second in 0..<first { found.append(heads[near ^ 1 << second]) } }
            }
        }
        return found.filter { $0 != Self.none }
    }

    /// Compares one fingerprint of each chain and moves on to the next one.
    ///
    /// All chains take a step before any takes another, because steps of one chain have to wait for each other's memory, and
    /// those of different chains do not.
    private func visit(
        _ slots: inout [Int32],
        _ chunk: Int,
        _ hash: PDQHash,
        _ radius: Int,
        _ nearest: inout [UInt32: Int]
    ) {
        var kept = 0
        for number in slots.indices {
            let slot = Int(slots[number])
            let next = links[slot * layout.count + chunk]
            slots[kept] = next
            kept += next == Self.none ? 0 : 1
            let other = hashes[slot]
            if other.isWithin(layout.reach, of: hash, masked: layout.mask), other.isWithin(radius, of: hash) {
                let distance = other.distance(to: hash)
                nearest[owners[slot]] = min(nearest[owners[slot]] ?? distance, distance)
            }
        }
        slots.removeLast(slots.count - kept)
    }
}
