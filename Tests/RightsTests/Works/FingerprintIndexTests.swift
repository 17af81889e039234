import Imaging
import TestKit
import Testing

@testable import WorkRegistry

@Suite("The index of fingerprints")
struct FingerprintIndexTests {
    /// What the index has to find, by looking at all.
    private struct Scan {
        let layout: ChunkLayout
        var entries: [(owner: UInt32, hash: PDQHash)] = []

        func matches(for hash: PDQHash, within radius: Int) -> [FingerprintIndex.Match] {
            var nearest: [UInt32: Int] = [:]
            for (owner, other) in entries {
                let distance = other.distance(to: hash)
                let masked = (other.words ^ hash.words) & layout.mask
                let coarse = (0..<4).reduce(0) { $0 + masked[$1].nonzeroBitCount }
                if distance <= radius, coarse <= layout.reach {
                    nearest[owner] = min(nearest[owner] ?? distance, distance)
                }
            }
            return nearest.map { FingerprintIndex.Match(owner: $0.key, distance: $0.value) }
                .sorted { ($0.distance, $0.owner) < ($1.distance, $1.owner) }
        }
    }

    @Test("It finds what a scan finds, through inserting and removing", arguments: [ChunkLayout.exact, .coarse], 0..<8)
    func sameAsScan(layout: ChunkLayout, number: Int) {
        let seed = UInt64(number) &* 0x9E37_79B9 &+ 11
        var generator = SeededGenerator(seed: seed)
        var (index, scan) = (FingerprintIndex(layout, capacity: 0), Scan(layout: layout))
        var centres = (0..<20).map { _ in PDQHash.random(using: &generator) }
        for step in 0..<1_500 {
            let owner = UInt32(generator.next() % 120)
            switch generator.next() % 20 {
            case 0:
                let expected = scan.entries.count { $0.owner == owner }
                #expect(index.remove(owner: owner) == expected, "seed \(seed), step \(step)")
                scan.entries.removeAll { $0.owner == owner }
            case 1: centres[Int(generator.next() % 20)] = PDQHash.random(using: &generator)
            default:
                let bits = Int(generator.next() % 40)
                let hash = centres[Int(generator.next() % 20)].changed(bits: bits, using: &generator)
                index.insert(hash, owner: owner)
                scan.entries.append((owner, hash))
            }
            guard step.isMultiple(of: 10) else { continue }
            let bits = Int(generator.next() % 36)
            let query = centres[Int(generator.next() % 20)].changed(bits: bits, using: &generator)
            let radius = Int(generator.next() % UInt64(layout.greatestRadius + 1))
            #expect(
                index.matches(for: query, within: radius) == scan.matches(for: query, within: radius),
                "seed \(seed), step \(step), radius \(radius)"
            )
        }
        #expect(index.count == scan.entries.count)
    }

    @Test("Every distance up to the radius is found, and the next is not", arguments: 0...31)
    func borders(radius: Int) {
        var generator = SeededGenerator(seed: UInt64(radius))
        for _ in 0..<40 {
            let hash = PDQHash.random(using: &generator)
            var index = FingerprintIndex.exact()
            index.insert(hash.changed(bits: radius, using: &generator), owner: 1)
            index.insert(hash.changed(bits: radius + 1, using: &generator), owner: 2)
            #expect(index.matches(for: hash, within: radius).map(\.owner) == [1])
        }
    }

    @Test("A radius beyond the greatest is taken as that, and below zero nothing is found")
    func radii() {
        var generator = SeededGenerator(seed: 3)
        let hash = PDQHash.random(using: &generator)
        var index = FingerprintIndex.exact()
        index.insert(hash.changed(bits: 32, using: &generator), owner: 1)
        index.insert(hash, owner: 2)
        #expect(index.matches(for: hash, within: 200).map(\.owner) == [2])
        #expect(index.matches(for: hash, within: -1).isEmpty)
    }

    @Test("Many of the same fingerprint, and growing tables")
    func crowd() {
        var generator = SeededGenerator(seed: 5)
        let hash = PDQHash.random(using: &generator)
        var index = FingerprintIndex.exact()
        for owner in 0..<3_000 { index.insert(hash, owner: UInt32(owner)) }
        #expect(index.matches(for: hash, within: 0).map(\.owner) == Array(0..<3_000))
        for owner in 0..<2_999 { index.remove(owner: UInt32(owner)) }
        #expect(index.matches(for: hash, within: 31).map(\.owner) == [2_999])
        #expect(index.hashes(of: 2_999) == [hash])
        #expect(index.hashes(of: 1).isEmpty)
    }

    // MARK: Snapshots

    private func specimen(_ count: Int, seed: UInt64) -> (FingerprintIndex, [PDQHash]) {
        var generator = SeededGenerator(seed: seed)
        let hashes = (0..<count).map { _ in PDQHash.random(using: &generator) }
        var index = FingerprintIndex.exact()
        for (number, hash) in hashes.enumerated() { index.insert(hash, owner: UInt32(number / 3)) }
        return (index, hashes)
    }

    @Test("A snapshot is the same index again", arguments: [0, 1, 2, 50, 2_500])
    func roundTrip(count: Int) throws {
        var (index, hashes) = specimen(count, seed: UInt64(count))
        index.remove(owner: 0)
        let bytes = index.snapshot()
        #expect(bytes.count == 28 + 36 * index.count)
        let again = try FingerprintIndex(snapshot: bytes)
        #expect(again.count == index.count)
        #expect(again.snapshot() == bytes)
        for hash in hashes.prefix(100) {
            #expect(again.matches(for: hash, within: 31) == index.matches(for: hash, within: 31))
        }
        for owner in 0..<20 as Range<UInt32> { #expect(again.hashes(of: owner) == index.hashes(of: owner)) }
    }

    @Test("Every changed bit, every cut and every addition is seen")
    func damage() {
        let bytes = specimen(5, seed: 9).0.snapshot()
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: FingerprintIndexError.self) { try FingerprintIndex(snapshot: damaged) }
        }
        for count in 0..<bytes.count {
            #expect(throws: FingerprintIndexError.self) { try FingerprintIndex(snapshot: Array(bytes[..<count])) }
        }
        #expect(throws: FingerprintIndexError.wrongLength) { try FingerprintIndex(snapshot: bytes + [0]) }
        #expect(throws: FingerprintIndexError.wrongLength) {
            try FingerprintIndex(snapshot: bytes + [UInt8](repeating: 0, count: 36))
        }
    }

    @Test("Hostile bytes are refused with the reason")
    func hostile() {
        var generator = SeededGenerator(seed: 1)
        #expect(throws: FingerprintIndexError.notASnapshot) { try FingerprintIndex(snapshot: []) }
        let bytes = specimen(5, seed: 9).0.snapshot()
        var newer = bytes
        newer[8] = 2
        #expect(throws: FingerprintIndexError.unknownVersion(2)) { try FingerprintIndex(snapshot: newer) }
        var strange = bytes
        strange[12] = 2
        #expect(throws: FingerprintIndexError.unknownKind(2)) { try FingerprintIndex(snapshot: strange) }
        var boastful = bytes
        boastful.replaceSubrange(16..<24, with: [UInt8](repeating: 0xFF, count: 8))
        #expect(throws: FingerprintIndexError.wrongLength) { try FingerprintIndex(snapshot: boastful) }
        for count in 0..<300 {
            let noise = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            #expect(throws: FingerprintIndexError.self) { try FingerprintIndex(snapshot: bytes.prefix(12) + noise) }
        }
    }

    @Test("The checksum is the known one", arguments: [("", 0), ("123456789", 0xCBF4_3926)] as [(String, UInt32)])
    func checksum(text: String, expected: UInt32) {
        #expect(CRC32.checksum(of: Array(text.utf8)[...]) == expected)
    }
}
