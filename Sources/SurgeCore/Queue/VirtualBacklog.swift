/// How much work of a lane comes before a given point of its virtual time, without looking at every flow.
///
/// A flow that has received `v` of service and waits for `b` more covers the stretch from v to v + b of virtual time: the
/// fair queue serves it there. The work before a point s is therefore Σ min(b, max(0, s − v)) over the flows, which is
/// Σ max(0, s − v) − Σ max(0, s − (v + b)): two sums over points, each kept as counts and totals in buckets. Changing a
/// flow takes the same few steps whatever their number; asking takes 64 steps for 1,024 buckets.
struct VirtualBacklog: Sendable, Codable {
    /// A stretch that was put in, to be taken out again exactly.
    struct Stretch: Hashable, Sendable, Codable {
        var start = 0.0
        var end = 0.0
    }

    private struct Points: Sendable, Codable {
        var counts = [Int32](repeating: 0, count: VirtualBacklog.bucketCount)
        var totals = [Double](repeating: 0, count: VirtualBacklog.bucketCount)
        var blockCounts = [Int32](repeating: 0, count: VirtualBacklog.bucketCount / VirtualBacklog.blockSize)
        var blockTotals = [Double](repeating: 0, count: VirtualBacklog.bucketCount / VirtualBacklog.blockSize)

        @inline(__always)
        mutating func add(_ point: Double, to bucket: Int, _ sign: Int32) {
            let amount = point * Double(sign)
            counts[bucket] += sign
            totals[bucket] += amount
            blockCounts[bucket / VirtualBacklog.blockSize] += sign
            blockTotals[bucket / VirtualBacklog.blockSize] += amount
        }

        /// Σ max(0, s − point); points in the bucket of `s` count by their mean.
        func reach(to point: Double, bucket: Int) -> Double {
            let block = bucket / VirtualBacklog.blockSize
            var count: Int32 = 0
            var total = 0.0
            for index in 0..<block {
                count += blockCounts[index]
                total += blockTotals[index]
            }
            for index in block * VirtualBacklog.blockSize..<bucket {
                count += counts[index]
                total += totals[index]
            }
            let same = max(0, Double(counts[bucket]) * point - totals[bucket])
            return max(0, Double(count) * point - total) + same
        }
    }

    static let bucketCount = 1_024
    static let blockSize = 32

    private var starts = Points()
    private var ends = Points()
    /// Virtual time at the beginning of the first bucket; what lies before counts there, what lies beyond in the last.
    private var origin = 0.0
    private var width = 1.0

    @inline(__always)
    private func bucket(_ point: Double) -> Int {
        let place = (point - origin) / width
        // Written so that NaN and infinities end in a bucket, too.
        guard place > 0 else { return 0 }
        return place < Double(Self.bucketCount - 1) ? Int(place) : Self.bucketCount - 1
    }

    mutating func insert(_ stretch: Stretch) {
        starts.add(stretch.start, to: bucket(stretch.start), 1)
        ends.add(stretch.end, to: bucket(stretch.end), 1)
    }

    mutating func remove(_ stretch: Stretch) {
        starts.add(stretch.start, to: bucket(stretch.start), -1)
        ends.add(stretch.end, to: bucket(stretch.end), -1)
    }

    /// The work before `point`.
    func work(before point: Double) -> Double {
        let bucket = bucket(point)
        return max(0, starts.reach(to: point, bucket: bucket) - ends.reach(to: point, bucket: bucket))
    }

    /// Whether virtual time has moved so far that the buckets should be laid out anew.
    func isStale(at virtualTime: Double) -> Bool {
        virtualTime > origin + width * Double(Self.bucketCount / 2)
    }

    /// Lays the buckets out anew, to hold what there is with room to the right.
    init(_ stretches: some Sequence<Stretch>) {
        var least = Double.infinity
        var total = 0.0
        var count = 0
        for stretch in stretches {
            least = min(least, stretch.start)
            total += stretch.end
            count += 1
        }
        guard count > 0 else { return }
        origin = least
        // Four times the mean fits into the half before the next layout; the few that reach further share a bucket.
        width = max(1e-6, (total / Double(count) - least) * 8 / Double(Self.bucketCount))
        for stretch in stretches { insert(stretch) }
    }

    init() {}
}
