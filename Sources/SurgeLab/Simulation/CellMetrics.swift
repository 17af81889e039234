/// What is counted in a cell. Whole numbers only, so that cells may be added up in any order and give the same sums.
struct CellMetrics: Sendable {
    /// How a request ended without a picture.
    enum Unserved: Int, CaseIterable, Sendable {
        case refused
        case gaveUp
        case expired
        case failed
        /// Still waiting when the run was stopped, hours after the last request.
        case waiting

        var name: String { "\(self)" }
    }

    struct Group: Sendable {
        var asked = 0
        var attempts = 0
        var delivered = 0
        var pictures = 0
        var deferred = 0
        /// By the core's reasons, and at the end: the queue in front was full.
        var refusals: [Int]
        var unserved = [Int](repeating: 0, count: Unserved.allCases.count)
        var qualityMillionths = 0
        /// By model and rung, one after the other.
        var rungs: [Int]
        var waits = WaitHistogram()
        var signUps = 0
        var peopleAsking = 0
        var peopleServed = 0
        /// Sums over people of the served share in thousandths, and of its square.
        var shareSum = 0
        var shareSquareSum = 0
    }

    struct PlanBin: Sendable {
        var asked = 0
        var delivered = 0
        var refused = 0
        var deferred = 0
        var gaveUp = 0
        var qualityMillionths = 0
        var pictures = 0
        var rungs: [Int32]
        var waits = CoarseHistogram()
    }

    struct PoolBin: Sendable {
        var busyMicroseconds = 0
        var upMicroseconds = 0
        /// Of busy time, what heat took.
        var throttledMicroseconds = 0
        var devices = 0
        /// Samples of temperature, in hundredths of a degree.
        var celsiusSum = 0
        var celsiusCount = 0
        var celsiusMost = 0
    }

    var groups: [Group]
    let binMicroseconds: Int64
    let binCount: Int
    let planCount: Int
    let poolCount: Int
    /// By bin, then plan.
    var planBins: [PlanBin]
    /// By bin, then pool.
    var poolBins: [PoolBin]
    var signUpBins: [Int]
    var waitingBins: [Int]
    var failures: [Int]
    var mostDevices: [Int]
    var spentMicroseconds = 0
    var usefulMicroseconds = 0
    var preemptions = 0
    var lostWorkers = 0
    var mostJobs = 0
    var estimateOutcomes: [Int]
    var estimateHits: [Int]
    /// Requests by group and stretch of time, for the bound.
    let demandBinMicroseconds: Int64
    var demand: [[Int32]]
    /// Microseconds that devices were up, by pool and stretch of time.
    var capacity: [[Int]]

    static let demandBinCount = 1_024

    init(
        groupCount: Int,
        planCount: Int,
        poolCount: Int,
        rungCount: Int,
        durationMicroseconds: Int64,
        refusalCount: Int
    ) {
        groups = Array(
            repeating: Group(
                refusals: Array(repeating: 0, count: refusalCount),
                rungs: Array(repeating: 0, count: rungCount)
            ),
            count: groupCount
        )
        binMicroseconds = Self.binLength(durationMicroseconds)
        binCount = Int((durationMicroseconds + binMicroseconds - 1) / binMicroseconds)
        self.planCount = planCount
        self.poolCount = poolCount
        planBins = Array(
            repeating: PlanBin(rungs: Array(repeating: 0, count: rungCount)),
            count: binCount * planCount
        )
        poolBins = Array(repeating: PoolBin(), count: binCount * poolCount)
        signUpBins = Array(repeating: 0, count: binCount)
        waitingBins = Array(repeating: 0, count: binCount)
        failures = Array(repeating: 0, count: poolCount)
        mostDevices = Array(repeating: 0, count: poolCount)
        estimateOutcomes = Array(repeating: 0, count: planCount)
        estimateHits = Array(repeating: 0, count: planCount)
        demandBinMicroseconds = max(1, durationMicroseconds / Int64(Self.demandBinCount))
        demand = Array(repeating: Array(repeating: 0, count: Self.demandBinCount + 1), count: groupCount)
        capacity = Array(repeating: Array(repeating: 0, count: Self.demandBinCount + 1), count: poolCount)
    }

    /// A round length, for at most 360 of them.
    private static func binLength(_ duration: Int64) -> Int64 {
        let seconds = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200]
        let wanted = seconds.first { Int64($0) * 360_000_000 >= duration } ?? 86_400
        return Int64(wanted) * 1_000_000
    }

    /// The bin of a moment; nil after the day's end.
    @inline(__always)
    func bin(_ time: Int64) -> Int? {
        let bin = Int(time / binMicroseconds)
        return bin < binCount ? bin : nil
    }

    /// A device was up for a while: each stretch of the day gets its part.
    mutating func addCapacity(from: Int64, to: Int64, pool: Int, speed: Double) {
        var start = from
        while start < to {
            let stretch = min(Self.demandBinCount, Int(start / demandBinMicroseconds))
            let isLast = stretch == Self.demandBinCount
            let end = isLast ? to : min(to, Int64(stretch + 1) * demandBinMicroseconds)
            capacity[pool][stretch] += Int(Double(end - start) * speed)
            start = end
        }
    }

    mutating func merge(_ other: CellMetrics) {
        for index in groups.indices { groups[index].merge(other.groups[index]) }
        for index in planBins.indices { planBins[index].merge(other.planBins[index]) }
        for index in poolBins.indices { poolBins[index].merge(other.poolBins[index]) }
        Self.add(&signUpBins, other.signUpBins)
        Self.add(&waitingBins, other.waitingBins)
        Self.add(&failures, other.failures)
        Self.add(&mostDevices, other.mostDevices)
        spentMicroseconds += other.spentMicroseconds
        usefulMicroseconds += other.usefulMicroseconds
        preemptions += other.preemptions
        lostWorkers += other.lostWorkers
        mostJobs += other.mostJobs
        Self.add(&estimateOutcomes, other.estimateOutcomes)
        Self.add(&estimateHits, other.estimateHits)
        for index in demand.indices { Self.add(&demand[index], other.demand[index]) }
        for index in capacity.indices { Self.add(&capacity[index], other.capacity[index]) }
    }

    fileprivate static func add<Number: FixedWidthInteger>(_ sums: inout [Number], _ others: [Number]) {
        for index in sums.indices { sums[index] += others[index] }
    }
}

extension CellMetrics.Group {
    mutating func merge(_ other: Self) {
        asked += other.asked
        attempts += other.attempts
        delivered += other.delivered
        pictures += other.pictures
        deferred += other.deferred
        CellMetrics.add(&refusals, other.refusals)
        CellMetrics.add(&unserved, other.unserved)
        qualityMillionths += other.qualityMillionths
        CellMetrics.add(&rungs, other.rungs)
        waits.merge(other.waits)
        signUps += other.signUps
        peopleAsking += other.peopleAsking
        peopleServed += other.peopleServed
        shareSum += other.shareSum
        shareSquareSum += other.shareSquareSum
    }
}

extension CellMetrics.PlanBin {
    fileprivate mutating func merge(_ other: Self) {
        asked += other.asked
        delivered += other.delivered
        refused += other.refused
        deferred += other.deferred
        gaveUp += other.gaveUp
        qualityMillionths += other.qualityMillionths
        pictures += other.pictures
        CellMetrics.add(&rungs, other.rungs)
        waits.merge(other.waits)
    }
}

extension CellMetrics.PoolBin {
    fileprivate mutating func merge(_ other: Self) {
        busyMicroseconds += other.busyMicroseconds
        upMicroseconds += other.upMicroseconds
        throttledMicroseconds += other.throttledMicroseconds
        devices += other.devices
        celsiusSum += other.celsiusSum
        celsiusCount += other.celsiusCount
        celsiusMost = max(celsiusMost, other.celsiusMost)
    }
}
