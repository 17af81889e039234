internal import Synchronization

/// Counts what a probe's connections bring.
final class ProbeLog: Sendable {
    struct Counts: Sendable {
        var pictures: [Int]
        var failures = 0
        var latencies: [(ended: Double, seconds: Double)] = []
        fileprivate var number = 0

        fileprivate init(seconds: Int) { pictures = Array(repeating: 0, count: seconds) }
    }

    private let state: Mutex<Counts>

    init(seconds: Int) {
        state = Mutex(Counts(seconds: seconds))
    }

    var counts: Counts { state.withLock { $0 } }

    func nextNumber() -> Int {
        state.withLock { counts in
            counts.number += 1
            return counts.number
        }
    }

    /// - Parameter ending: nil: the probe was over before the answer came.
    func ended(_ ending: AttemptEnding?, sent: Double, at seconds: Double) {
        state.withLock { counts in
            switch ending {
            case .delivered(let pictures)?:
                if counts.pictures.indices.contains(Int(seconds)) { counts.pictures[Int(seconds)] += pictures }
                counts.latencies.append((seconds, seconds - sent))
            case .some: counts.failures += 1
            case nil: break
            }
        }
    }
}
