import TestKit
import Testing

@testable import WorkRegistry

@Suite("The index of points")
struct PointIndexTests {
    /// What a match is told by, each once.
    private struct Hit: Hashable {
        let query: Int
        let owner: UInt32
        let x: Float
        let distance: Int
    }

    private static func descriptor(
        _ bits: UInt64,
        flipping count: Int,
        _ generator: inout SeededGenerator
    ) -> PointDescriptor {
        PointDescriptor(
            bits: (0..<64).shuffled(using: &generator).prefix(count).reduce(bits) { $0 ^ 1 << UInt64($1) }
        )
    }

    /// Whether one key is the same, or is once one of the doubtful bits is changed; by looking at all.
    private static func isFound(_ point: PointDescriptor, _ query: PointIndex.Query) -> Bool {
        guard point.distance(to: query.descriptor) <= PointIndex.reach else { return false }
        let difference = point.bits ^ query.descriptor.bits
        return PointDescriptor.keyMasks.contains { mask in
            let rest = difference & mask
            return rest == 0 || query.doubtful.contains { rest == 1 << UInt64($0) }
        }
    }

    @Test("It finds what a scan finds, through inserting and removing", arguments: 0..<6)
    func sameAsScan(number: Int) {
        let seed = UInt64(number) &* 0x9E37_79B9 &+ 7
        var generator = SeededGenerator(seed: seed)
        var index = PointIndex()
        var entries: [(owner: UInt32, point: WorkPoint)] = []
        let centres = (0..<30).map { _ in generator.next() }
        for step in 0..<3_000 {
            let owner = UInt32(generator.next() % 150)
            if generator.next() % 40 == 0 {
                index.remove(owner: owner)
                entries.removeAll { $0.owner == owner }
            } else {
                let centre = centres[Int(generator.next() % 30)]
                let point = WorkPoint(
                    x: UInt16(step),
                    y: 0,
                    descriptor: Self.descriptor(centre, flipping: Int(generator.next() % 14), &generator)
                )
                index.insert(point, owner: owner)
                entries.append((owner, point))
            }
            guard step.isMultiple(of: 50) else { continue }
            let queries = (0..<5).map { _ in
                PointIndex.Query(
                    descriptor: Self.descriptor(centres[Int(generator.next() % 30)], flipping: 3, &generator),
                    doubtful: (0..<12).map { _ in UInt8(generator.next() % 64) }
                )
            }
            let expected = queries.enumerated().flatMap { number, query in
                entries.filter { Self.isFound($0.point.descriptor, Self.usable(query)) }.map { entry in
                    Hit(
                        query: number,
                        owner: entry.owner,
                        x: entry.point.position.x,
                        distance: entry.point.descriptor.distance(to: query.descriptor)
                    )
                }
            }
            let found = index.matches(for: queries).map {
                Hit(query: $0.query, owner: $0.owner, x: $0.position.x, distance: $0.distance)
            }
            #expect(Set(found) == Set(expected), "seed \(seed), step \(step)")
        }
        #expect(index.count == entries.count)
        for owner in 0..<150 as Range<UInt32> {
            #expect(index.points(of: owner) == entries.filter { $0.owner == owner }.map(\.point), "seed \(seed)")
        }
    }

    /// Doubtful bits that belong to no key are passed over.
    private static func usable(_ query: PointIndex.Query) -> PointIndex.Query {
        PointIndex.Query(
            descriptor: query.descriptor,
            doubtful: query.doubtful.filter { $0 < PointDescriptor.keyBitCount }
        )
    }

    @Test("A place with too many points is not followed to its end, and a removed one is gone from it")
    func crowd() {
        var index = PointIndex()
        for owner in 0..<2_000 as Range<UInt32> {
            index.insert(WorkPoint(x: 1, y: 1, descriptor: PointDescriptor(bits: 5)), owner: owner)
        }
        let query = PointIndex.Query(descriptor: PointDescriptor(bits: 5), doubtful: [])
        let found = Set(index.matches(for: [query]).map(\.owner))
        #expect(found.count == PointIndex.longestChain)
        for owner in found { index.remove(owner: owner) }
        #expect(Set(index.matches(for: [query]).map(\.owner)).isDisjoint(with: found))
        #expect(index.count == 2_000 - found.count)
    }

    @Test("Every bit of the lowest 48 is in two of the four keys, and no other is in any")
    func keys() {
        for bit in 0..<64 {
            let count = PointDescriptor.keyMasks.count { $0 >> UInt64(bit) & 1 == 1 }
            #expect(count == (bit < PointDescriptor.keyBitCount ? 2 : 0))
        }
        #expect(PointDescriptor.keyMasks.allSatisfy { $0.nonzeroBitCount == PointDescriptor.keyWidth })
    }
}
