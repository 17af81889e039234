/// Which job a request in flight belongs to: open addressing with linear probing and backward-shift deletion (Knuth,
/// "The Art of Computer Programming", volume 3, section 6.4, algorithm R), four bytes an entry.
///
/// Keys stand in the jobs themselves, so a table knows places only. The layout depends on nothing but the history.
struct FingerprintTable: Sendable, Codable {
    private var places: [Int32] = Array(repeating: -1, count: 64)
    private(set) var count = 0

    @inline(__always)
    private func home(_ fingerprint: UInt64) -> Int {
        // Fibonacci hashing: callers' fingerprints need not be well mixed.
        Int(truncatingIfNeeded: (fingerprint &* 0x9E37_79B9_7F4A_7C15) >> 32) & (places.count - 1)
    }

    /// The place of the job with this fingerprint of this account.
    func find(_ fingerprint: UInt64, account: Int32, _ jobs: borrowing Slab<Job>) -> Int? {
        var index = home(fingerprint)
        while places[index] >= 0 {
            let place = Int(places[index])
            if jobs[place].fingerprint == fingerprint, jobs[place].account == account { return place }
            index = (index + 1) & (places.count - 1)
        }
        return nil
    }

    /// Entries, counted one by one.
    var entryCount: Int { places.count { $0 >= 0 } }

    mutating func insert(_ place: Int, _ jobs: borrowing Slab<Job>) {
        if (count + 1) * 2 > places.count { grow(jobs) }
        var index = home(jobs[place].fingerprint)
        while places[index] >= 0 { index = (index + 1) & (places.count - 1) }
        places[index] = Int32(place)
        count += 1
    }

    mutating func remove(_ place: Int, _ jobs: borrowing Slab<Job>) {
        let mask = places.count - 1
        var hole = home(jobs[place].fingerprint)
        while places[hole] != Int32(place) {
            guard places[hole] >= 0 else { return }
            hole = (hole + 1) & mask
        }
        var index = hole
        while true {
            index = (index + 1) & mask
            guard places[index] >= 0 else { break }
            let wanted = home(jobs[Int(places[index])].fingerprint)
            // It may move back only if its own home does not lie between the hole and where it stands.
            if (index &- wanted) & mask >= (index &- hole) & mask {
                places[hole] = places[index]
                hole = index
            }
        }
        places[hole] = -1
        count -= 1
    }

    private mutating func grow(_ jobs: borrowing Slab<Job>) {
        let old = places
        places = Array(repeating: -1, count: old.count * 2)
        for place in old where place >= 0 {
            var index = home(jobs[Int(place)].fingerprint)
            while places[index] >= 0 { index = (index + 1) & (places.count - 1) }
            places[index] = place
        }
    }
}
