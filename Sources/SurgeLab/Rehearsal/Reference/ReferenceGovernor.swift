internal import SurgeCore

/// The quality governor, the slow way: see ``decide(_:capacity:delayRatio:at:)``.
struct ReferenceGovernor {
    struct Input {
        var need: Double
        var costs: [Double]
    }

    var paths: [[Int]]
    var qualities: [[Double]]
    let ranks: [Int]
    var levels: [Double]
    var affordableSince: [Int64?]
    var trim = 1.0
    var isShort = false
    var report: GovernorReport?

    init(_ configuration: Scheduler.Configuration) {
        (paths, qualities) = Self.paths(configuration)
        ranks = configuration.plans.flatMap { plan in configuration.models.map { _ in plan.rank } }
        levels = paths.map { Double($0.count - 1) }
        affordableSince = paths.map { _ in nil }
    }

    mutating func replace(_ configuration: Scheduler.Configuration) {
        (paths, qualities) = Self.paths(configuration)
        for lane in paths.indices { levels[lane] = min(levels[lane], Double(paths[lane].count - 1)) }
    }

    private static func paths(_ configuration: Scheduler.Configuration) -> ([[Int]], [[Double]]) {
        let paths = configuration.plans.flatMap { plan in configuration.models.map { path($0.ladder, plan) } }
        let lanes = configuration.plans.flatMap { _ in configuration.models }
        return (paths, zip(paths, lanes).map { path, model in path.map { model.ladder.rungs[$0].quality } })
    }

    /// Of the rungs from floor to ceiling: those that no mix of two others, and no cheaper one, is as good as.
    static func path(_ ladder: Ladder, _ plan: Plan) -> [Int] {
        let rungs = ladder.rungs
        var reaching = rungs.indices.filter { rungs[$0].quality >= plan.floorQuality }
        if reaching.isEmpty { reaching = [rungs.count - 1] }
        var allowed = reaching.filter { rungs[$0].quality <= plan.ceilingQuality }
        if allowed.isEmpty { allowed = [reaching[0]] }
        let better = allowed.filter { rung in
            !allowed.contains { $0 < rung && rungs[$0].quality >= rungs[rung].quality }
        }
        return better.filter { rung in
            !better.contains { first in
                first < rung
                    && better.contains { last in
                        guard last > rung else { return false }
                        let (a, b, c) = (rungs[first], rungs[rung], rungs[last])
                        let share =
                            (b.costDeviceSeconds - a.costDeviceSeconds) / (c.costDeviceSeconds - a.costDeviceSeconds)
                        return b.quality <= a.quality + share * (c.quality - a.quality) + 1e-15
                    }
            }
        }
    }

    func mix(_ lane: Int) -> (lower: Int, upper: Int, share: Double) {
        let top = paths[lane].count - 1
        let lower = min(Int(levels[lane]), top)
        return (paths[lane][lower], paths[lane][min(lower + 1, top)], levels[lane] - Double(lower))
    }

    /// Everybody gets the floor; then, rank by rank, each second buys the most quality there is to buy.
    private func plan(_ inputs: [Input], budget: Double) -> (levels: [Double], floor: Double) {
        var levels = paths.map { _ in 0.0 }
        var reached = paths.map { _ in 0 }
        let floor = inputs.reduce(0) { $0 + $1.need * $1.costs[0] }
        var left = budget - floor
        while true {
            var best: (lane: Int, end: Int, slope: Double)?
            for lane in paths.indices where reached[lane] < paths[lane].count - 1 {
                let run = run(lane, reached[lane], inputs[lane].costs)
                if let best, (ranks[lane], run.slope) <= (ranks[best.lane], best.slope) { continue }
                best = (lane, run.end, run.slope)
            }
            guard let best else { return (levels, floor) }
            for step in reached[best.lane]..<best.end {
                let costs = inputs[best.lane].costs
                let cost = max(0, costs[step + 1] - costs[step]) * inputs[best.lane].need
                let share = cost <= 0 ? 1 : min(1, max(0, left) / cost)
                levels[best.lane] += share
                left = cost <= 0 ? left : share < 1 ? min(left, 0) : left - cost
            }
            reached[best.lane] = best.end
        }
    }

    /// The steps from `first` on that together buy the most for each second.
    private func run(_ lane: Int, _ first: Int, _ costs: [Double]) -> (end: Int, slope: Double) {
        var best = (end: first + 1, slope: -Double.infinity)
        for end in first + 1..<paths[lane].count {
            let cost = max(0, costs[end] - costs[first])
            let slope = cost > 0 ? (qualities[lane][end] - qualities[lane][first]) / cost : .infinity
            if slope >= best.slope { best = (end, slope) }
        }
        return best
    }

    mutating func decide(_ inputs: [Input], capacity: Double, delayRatio: Double?, at now: Instant) {
        if let delayRatio, !isShort {
            if delayRatio > 1 { trim = max(0.6, trim * 0.98) } else if delayRatio < 0.7 { trim = min(1, trim * 1.01) }
        }
        let budget = max(0, capacity * 0.95 * trim)
        let (wanted, floor) = plan(inputs, budget: budget)
        isShort = floor > (isShort ? budget * 0.85 : budget)
        var report = GovernorReport.none
        report.reasons = paths.indices.map { move($0, to: wanted[$0], need: inputs[$0].need, at: now.microseconds) }
        report.at = now
        report.capacity = capacity
        report.budget = budget
        report.floorDemand = floor
        report.topDemand = inputs.reduce(0) { $0 + $1.need * ($1.costs.last ?? 0) }
        report.delayRatio = delayRatio ?? 0
        report.isShort = isShort
        report.levels = levels
        self.report = report
    }

    /// Down at once; up by a rung at a time, when it has been affordable for four seconds and is worth it.
    private mutating func move(_ lane: Int, to wanted: Double, need: Double, at now: Int64) -> GovernorReport.Reason {
        let (level, top) = (levels[lane], Double(paths[lane].count - 1))
        if wanted < level - 0.02 {
            (levels[lane], affordableSince[lane]) = (wanted, nil)
            return isShort ? .floorsDoNotFit : .tooMuchAsked
        }
        let isWorthIt = wanted >= top ? wanted > level : wanted > level + 0.1
        if !isWorthIt {
            affordableSince[lane] = nil
            if level >= top { return .everythingFits }
            return isShort ? .floorsDoNotFit : need > 0 ? .asMuchAsFits : .nothingAsked
        }
        guard let since = affordableSince[lane], now - since >= 4_000_000 else {
            affordableSince[lane] = affordableSince[lane] ?? now
            return .waitingToRaise
        }
        levels[lane] = min(wanted, level + 1)
        affordableSince[lane] = now
        return .raised
    }
}
