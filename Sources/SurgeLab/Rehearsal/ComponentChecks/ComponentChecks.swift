internal import Scenarios
internal import SurgeCore

/// Parts of the core one by one, where whole runs reach too seldom or see too roughly.
package enum ComponentChecks {
    /// What is wrong; empty when nothing is.
    package static func problems() -> [String] {
        backlogProblems() + digestProblems() + rateProblems() + planProblems() + ladderProblems() + timeProblems()
            + crowdProblems()
    }

    // MARK: Work before a point

    /// Buckets beside an exact sum: they may be off by what shares a bucket with the point, and by nothing else.
    static func backlogProblems() -> [String] {
        var random = RandomStream(seed: 7)
        var problems: [String] = []
        for round in 0..<60 {
            func stretch() -> ClosedRange<Double> {
                let start = random.unit() * 10
                return start...start + random.unit() * random.unit() * 12
            }
            let laidOut = (0..<40 + random.below(200)).map { _ in stretch() }
            let added = (0..<random.below(60)).map { _ in stretch() }
            let removed = laidOut.indices.filter { _ in random.below(4) == 0 }
            let kept = laidOut.indices.filter { !removed.contains($0) }.map { laidOut[$0] } + added
            let (end, width) = Examination.reach(of: laidOut)
            for _ in 0..<20 {
                let point = random.unit() * min(end, 24)
                let exact = kept.reduce(0) { $0 + min($1.upperBound - $1.lowerBound, max(0, point - $1.lowerBound)) }
                let near = kept.reduce(0) { sum, range in
                    sum + (abs(range.lowerBound - point) < width ? 1 : 0)
                        + (abs(range.upperBound - point) < width ? 1 : 0)
                }
                let told = Examination.work(laidOut: laidOut, added: added, removed: removed, before: point)
                if abs(told - exact) > Double(near) * width + 1e-6 {
                    problems.append("round \(round): \(told) s of work lie before a point, exactly \(exact) s")
                }
            }
        }
        return problems.prefix(1).map { "promise 11 (honestClocks): \($0)" }
    }

    // MARK: The state's digest

    private struct Probe: Codable {
        var flags = [true, false]
        var small: Int8 = -3
        var wide: UInt64 = .max
        var single: Float = 1.5
        var double = -0.25
        var text = "probe"
        var missing: Int?
        var nested = [[1, 2], [], [3]]
    }

    /// Every field counts, and the digest of a known value is the same on every machine and in every version.
    static func digestProblems() -> [String] {
        let probe = Probe()
        let changes: [(inout Probe) -> Void] = [
            { $0.flags = [false, true] }, { $0.flags = [true, true] }, { $0.small = 3 }, { $0.wide = .max - 1 },
            { $0.single = 1.25 }, { $0.double = 0.25 }, { $0.text = "probf" }, { $0.text = "prob" },
            { $0.missing = 0 }, { $0.nested = [[1, 2], [3], []] }, { $0.nested = [[1], [2], [], [3]] },
        ]
        var seen: Set<UInt64> = [Examination.digest(of: probe)]
        for change in changes {
            var other = probe
            change(&other)
            seen.insert(Examination.digest(of: other))
        }
        var problems: [String] = []
        if seen.count != changes.count + 1 { problems.append("different values have the same digest") }
        if Examination.digest(of: probe) != knownDigest {
            problems.append("a known value has another digest: \(Examination.digest(of: probe))")
        }
        return problems.map { "promise 8 (deterministic): \($0)" }
    }

    static let knownDigest: UInt64 = 17_878_503_171_786_288_360

    // MARK: Rates

    /// The cell rate algorithm beside its other form, a bucket that leaks, and at the ends of time.
    static func rateProblems() -> [String] {
        var random = RandomStream(seed: 11)
        for _ in 0..<400 {
            let rate = 0.01 + random.unit() * 50
            let interval = Int64((1_000_000 / rate).rounded(.up))
            let burst = 1 + random.below(20)
            var arrival: Int64 = 0
            var level: Int64 = 0
            var now: Int64 = 1_000_000_000
            for _ in 0..<30 {
                let gap = Int64(random.unit() * random.unit() * 3 * Double(interval))
                now += gap
                level = max(0, level - gap)
                let count = 1 + random.below(8)
                let answer = Examination.rate(
                    arrival: arrival,
                    now: now,
                    count: count,
                    picturesPerSecond: rate,
                    burst: burst
                )
                let room = interval * Int64(max(0, burst - count)) - level
                if (answer.arrival != nil) != (room >= 0) || (room < 0 && answer.wait != -room) {
                    return ["promise 6 (refusalTyped): a rate of \(rate) is kept wrongly by \(room) microseconds"]
                }
                guard let next = answer.arrival else { continue }
                level += interval * Int64(count)
                if next != now + level { return ["promise 6 (refusalTyped): what was taken is counted wrongly"] }
                arrival = next
            }
        }
        let far = Examination.rate(arrival: .max, now: .max - 5, count: 32, picturesPerSecond: 1e-12, burst: .max)
        return far.arrival == .max ? [] : ["promise 6 (refusalTyped): the end of time is passed"]
    }
}
