/// How often each wait occurred, in constant memory, and the same whatever the order of recording or merging (the layout of
/// HdrHistogram: linear within each power of two).
package protocol WaitCounting {
    /// Each power of two has 2 to the power of this many buckets.
    static var subBits: Int { get }
}

/// Told apart to one part in a hundred.
package enum FineWaits: WaitCounting { package static let subBits = 6 }

/// Told apart to one part in eight, for plots.
package enum CoarseWaits: WaitCounting { package static let subBits = 3 }

package typealias WaitHistogram = LatencyHistogram<FineWaits>
package typealias CoarseHistogram = LatencyHistogram<CoarseWaits>

package struct LatencyHistogram<Layout: WaitCounting>: Hashable, Sendable {
    private static var subCount: Int { 1 << Layout.subBits }
    /// The longest wait told apart: 2³⁷ microseconds, 38 hours.
    private static var mostBits: Int { 37 }

    private var counts: [UInt32] = []
    package private(set) var count = 0
    private var microsecondsTotal: UInt64 = 0
    private var microsecondsMost: Int64 = 0

    package init() {}

    @inline(__always)
    private static func bucket(_ microseconds: Int64) -> Int {
        let value = UInt64(max(0, microseconds))
        guard value >= UInt64(subCount) else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        guard exponent < mostBits else { return (mostBits - Layout.subBits + 1) * subCount - 1 }
        let sub = Int(value >> UInt64(exponent - Layout.subBits)) & (subCount - 1)
        return (exponent - Layout.subBits + 1) * subCount + sub
    }

    /// The least wait of a bucket, in microseconds.
    private static func start(of bucket: Int) -> Double {
        guard bucket >= subCount else { return Double(bucket) }
        let (exponent, sub) = (bucket / subCount - 1, bucket % subCount)
        return Double(subCount + sub) * Double(UInt64(1) << UInt64(exponent))
    }

    @inline(__always)
    package mutating func record(_ microseconds: Int64) {
        // Many never count anything: they take no memory.
        if counts.isEmpty {
            counts = Array(repeating: 0, count: (Self.mostBits - Layout.subBits + 1) * Self.subCount)
        }
        counts[Self.bucket(microseconds)] += 1
        count += 1
        microsecondsTotal += UInt64(max(0, microseconds))
        microsecondsMost = max(microsecondsMost, microseconds)
    }

    package mutating func merge(_ other: Self) {
        if counts.isEmpty {
            counts = other.counts
        } else if !other.counts.isEmpty {
            for bucket in counts.indices { counts[bucket] += other.counts[bucket] }
        }
        count += other.count
        microsecondsTotal += other.microsecondsTotal
        microsecondsMost = max(microsecondsMost, other.microsecondsMost)
    }

    /// The wait that a share of all did not exceed, in seconds; nil when there was none.
    package func quantile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let wanted = min(Double(count), max(1, (share * Double(count)).rounded(.up)))
        var below = 0.0
        for bucket in counts.indices where counts[bucket] > 0 {
            let own = Double(counts[bucket])
            if below + own >= wanted {
                let (start, end) = (Self.start(of: bucket), Self.start(of: bucket + 1))
                let inside = start + (end - start) * (wanted - below) / own
                return min(inside, Double(microsecondsMost)) / 1_000_000
            }
            below += own
        }
        return maximum
    }

    package var mean: Double? { count > 0 ? Double(microsecondsTotal) / Double(count) / 1_000_000 : nil }
    package var maximum: Double? { count > 0 ? Double(microsecondsMost) / 1_000_000 : nil }
}
