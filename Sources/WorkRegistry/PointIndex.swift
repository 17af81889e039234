/// Finds, among millions of works' points, those that look like a picture's points.
///
/// A table for each of a descriptor's keys leads to the points that share it. A point is found when one of its four keys is
/// the query's, or the query's with one of its doubtful bits changed ("multi-probe" hashing: Lv and others, "Multi-probe LSH",
/// VLDB 2007), and all its bits differ in ``reach`` at most. Others are missed, which is made up for by the number of points.
///
/// 36 bytes a point, and 4 for each place of the tables, which have as many places as there are points, up to 2²⁴ each.
struct PointIndex: Sendable {
    /// A picture's point, and what it is looked up by.
    struct Query {
        let descriptor: PointDescriptor
        let doubtful: [UInt8]
    }

    struct Match: Hashable {
        /// Which query it belongs to.
        let query: Int
        let owner: UInt32
        /// Pixels of the work's plane.
        let position: SIMD2<Float>
        /// Differing bits of 64.
        let distance: Int
    }

    /// 32 bytes, so that it lies in one line of the processor's cache.
    private struct Entry {
        /// For each key: the next point in the same place of that key's table.
        var links: SIMD4<Int32>
        let point: WorkPoint
        let owner: UInt32
    }

    /// How many bits of 64 a point may differ in.
    static let reach = 12
    /// How far a chain is followed: where more works than this have the same, it tells nothing of any of them.
    static let longestChain = 256
    private static let fewestBits = 10
    private static let none: Int32 = -1

    private var entries: [Entry] = []
    /// The next point of the same owner, or the next free slot.
    private var siblings: [Int32] = []
    private var firstOfOwner: [UInt32: Int32] = [:]
    private var firstFree = PointIndex.none
    /// The tables, one behind the other.
    private var heads: [Int32] = []
    /// A place is found by this many of a key's lowest bits.
    private var bits = PointIndex.fewestBits

    /// Points held.
    private(set) var count = 0

    /// - Parameter capacity: for how many points there shall be room from the start.
    init(capacity: Int = 0) {
        while bits < PointDescriptor.keyWidth, capacity > 1 << bits { bits += 1 }
        heads = [Int32](repeating: Self.none, inLargePages: PointDescriptor.keyCount << bits)
        entries = Array(roomInLargePages: capacity)
        siblings.reserveCapacity(capacity)
    }

    @inline(__always)
    private func place(_ table: Int, _ key: Int) -> Int {
        table << bits | (key & (1 << bits - 1))
    }

    // MARK: Changing

    mutating func insert(_ point: WorkPoint, owner: UInt32) {
        if count >= 1 << bits, bits < PointDescriptor.keyWidth { grow() }
        let slot = take(Entry(links: SIMD4(repeating: Self.none), point: point, owner: owner))
        siblings[Int(slot)] = firstOfOwner[owner] ?? Self.none
        firstOfOwner[owner] = slot
        link(slot)
        count += 1
    }

    private mutating func take(_ entry: Entry) -> Int32 {
        if firstFree != Self.none {
            let slot = firstFree
            firstFree = siblings[Int(slot)]
            entries[Int(slot)] = entry
            return slot
        }
        entries.makeRoomInLargePages(for: 1)
        entries.append(entry)
        siblings.append(Self.none)
        return Int32(entries.count - 1)
    }

    private mutating func link(_ slot: Int32) {
        for table in 0..<PointDescriptor.keyCount {
            let place = place(table, entries[Int(slot)].point.descriptor.key(table))
            entries[Int(slot)].links[table] = heads[place]
            heads[place] = slot
        }
    }

    /// Twice as many places.
    private mutating func grow() {
        bits += 1
        heads = [Int32](repeating: Self.none, inLargePages: PointDescriptor.keyCount << bits)
        for owner in firstOfOwner.keys.sorted() {
            for slot in slots(of: owner).reversed() { link(slot) }
        }
    }

    /// Takes away all that belongs to the owner.
    mutating func remove(owner: UInt32) {
        for slot in slots(of: owner) {
            unlink(slot)
            siblings[Int(slot)] = firstFree
            firstFree = slot
            count -= 1
        }
        firstOfOwner[owner] = nil
    }

    private mutating func unlink(_ slot: Int32) {
        for table in 0..<PointDescriptor.keyCount {
            let place = place(table, entries[Int(slot)].point.descriptor.key(table))
            let next = entries[Int(slot)].links[table]
            if heads[place] == slot {
                heads[place] = next
                continue
            }
            var before = heads[place]
            while before != Self.none {
                if entries[Int(before)].links[table] == slot {
                    entries[Int(before)].links[table] = next
                    break
                }
                before = entries[Int(before)].links[table]
            }
        }
    }

    // MARK: Reading

    /// The last inserted first.
    private func slots(of owner: UInt32) -> [Int32] {
        var found: [Int32] = []
        var slot = firstOfOwner[owner] ?? Self.none
        while slot != Self.none {
            found.append(slot)
            slot = siblings[Int(slot)]
        }
        return found
    }

    /// The owner's points, as they were inserted.
    func points(of owner: UInt32) -> [WorkPoint] {
        slots(of: owner).reversed().map { entries[Int($0)].point }
    }

    /// A chain that is being followed.
    private struct Chain {
        var slot: Int32
        let table: Int32
        /// What the descriptor has to be within the key's mask.
        let bits: UInt64
        let query: Int
    }

    /// A point may come more than once for a query, by each key that it shares.
    func matches(for queries: [Query]) -> [Match] {
        guard count > 0 else { return [] }
        var chains: [Chain] = []
        for (number, query) in queries.enumerated() {
            for probe in query.descriptor.probes(doubtful: query.doubtful) {
                let slot = heads[place(probe.table, probe.key)]
                guard slot != Self.none else { continue }
                chains.append(Chain(slot: slot, table: Int32(probe.table), bits: probe.bits, query: number))
            }
        }
        var found: [Match] = []
        var steps = 0
        while !chains.isEmpty, steps < Self.longestChain {
            step(&chains, queries, &found)
            steps += 1
        }
        return found
    }

    /// Compares one point of each chain and moves on to the next one.
    ///
    /// All chains take a step before any takes another, because steps of one chain have to wait for each other's memory, and
    /// those of different chains do not.
    private func step(_ chains: inout [Chain], _ queries: [Query], _ found: inout [Match]) {
        var kept = 0
        for number in chains.indices {
            var chain = chains[number]
            let entry = entries[Int(chain.slot)]
            let table = Int(chain.table)
            chain.slot = entry.links[table]
            chains[kept] = chain
            kept += chain.slot == Self.none ? 0 : 1
            guard (entry.point.descriptor.bits ^ chain.bits) & PointDescriptor.keyMasks[table] == 0 else { continue }
            let distance = entry.point.descriptor.distance(to: queries[chain.query].descriptor)
            guard distance <= Self.reach else { continue }
            found.append(
                Match(query: chain.query, owner: entry.owner, position: entry.point.position, distance: distance)
            )
        }
        chains.removeLast(chains.count - kept)
    }
}
