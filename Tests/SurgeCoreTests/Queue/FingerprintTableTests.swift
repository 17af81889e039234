import TestKit
import Testing

@testable import SurgeCore

@Suite("The table of fingerprints")
struct FingerprintTableTests {
    private struct Key: Hashable {
        let fingerprint: UInt64
        let account: Int32
    }

    /// Fingerprints from few values collide all the time; from all, hardly ever.
    @Test("Random insertions and removals agree with a dictionary", arguments: [1, 3, 40, UInt64.max])
    func agreesWithADictionary(most: UInt64) {
        var random = SeededGenerator(seed: most)
        var (table, jobs) = (FingerprintTable(), Slab<Job>())
        var model: [Key: Int] = [:]
        for _ in 0..<3_000 {
            let fingerprint = UInt64.random(in: 1...most, using: &random)
            let key = Key(fingerprint: fingerprint, account: Int32.random(in: 0..<20, using: &random))
            if let place = model[key] {
                #expect(table.find(key.fingerprint, account: key.account, jobs) == place)
                table.remove(place, jobs)
                jobs.remove(place)
                model[key] = nil
            } else {
                var job = Job()
                (job.fingerprint, job.account) = (key.fingerprint, key.account)
                let place = jobs.insert(job).place
                table.insert(place, jobs)
                model[key] = place
            }
            #expect(table.find(key.fingerprint, account: key.account, jobs) == model[key])
        }
        for (key, place) in model { #expect(table.find(key.fingerprint, account: key.account, jobs) == place) }
    }
}
