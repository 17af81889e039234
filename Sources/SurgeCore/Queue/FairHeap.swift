/// The flows of a lane that have work waiting, the one with the least service first: a heap with four children a node,
/// whose four keys share a cache line.
///
/// Where each flow stands is kept in one array for all lanes (`positions`, by flow), because a flow is in one lane only:
/// four bytes a flow, so that moving entries about stays in the cache.
struct FairHeap: Sendable, Codable {
    struct Entry: Sendable, Codable {
        /// Service received, in virtual device-seconds.
        var key: Double
        /// Breaks ties: who came first.
        var order: UInt32
        var flow: Int32

        @inline(__always)
        static func < (left: Entry, right: Entry) -> Bool {
            left.key < right.key || (left.key == right.key && left.order < right.order)
        }
    }

    static let absent: Int32 = -1

    private(set) var entries: [Entry] = []

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    var first: Entry? { entries.first }

    mutating func insert(_ entry: Entry, _ positions: inout [Int32]) {
        entries.append(entry)
        siftUp(entries.count - 1, &positions)
    }

    mutating func remove(_ flow: Int, _ positions: inout [Int32]) {
        let position = Int(positions[flow])
        precondition(position >= 0 && entries[position].flow == Int32(flow), "the heap knows where its flows stand")
        positions[flow] = Self.absent
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        positions[Int(last.flow)] = Int32(position)
        settle(position, &positions)
    }

    /// A flow's key has changed.
    mutating func update(_ flow: Int, key: Double, _ positions: inout [Int32]) {
        let position = Int(positions[flow])
        entries[position].key = key
        settle(position, &positions)
    }

    private mutating func settle(_ position: Int, _ positions: inout [Int32]) {
        if position > 0, entries[position] < entries[(position - 1) / 4] {
            siftUp(position, &positions)
        } else {
            siftDown(position, &positions)
        }
    }

    private mutating func siftUp(_ start: Int, _ positions: inout [Int32]) {
        var position = start
        let moving = entries[start]
        while position > 0 {
            let parent = (position - 1) / 4
            guard moving < entries[parent] else { break }
            entries[position] = entries[parent]
            positions[Int(entries[position].flow)] = Int32(position)
            position = parent
        }
        entries[position] = moving
        positions[Int(moving.flow)] = Int32(position)
    }

    private mutating func siftDown(_ start: Int, _ positions: inout [Int32]) {
        var position = start
        let moving = entries[start]
        while true {
            let firstChild = position * 4 + 1
            guard firstChild < entries.count else { break }
            var least = firstChild
            for child in firstChild + 1..<min(firstChild + 4, entries.count) where entries[child] < entries[least] {
                least = child
            }
            guard entries[least] < moving else { break }
            entries[position] = entries[least]
            positions[Int(entries[position].flow)] = Int32(position)
            position = least
        }
        entries[position] = moving
        positions[Int(moving.flow)] = Int32(position)
    }

    /// What is wrong with the heap; nil when nothing is.
    func problem(_ positions: [Int32]) -> String? {
        for (position, entry) in entries.enumerated() {
            if positions[Int(entry.flow)] != Int32(position) { return "flow \(entry.flow) is not where it should be" }
            if position > 0, entry < entries[(position - 1) / 4] { return "a child stands below its parent" }
        }
        return nil
    }
}
