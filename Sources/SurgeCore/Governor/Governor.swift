/// Decides how good pictures may be, so that everybody gets one in time: see the type's own rules below.
///
/// Each tick it is told what every lane asks for and what the fleet can do. It gives every lane its floor, and spends
/// what is left where it buys the most: a fractional knapsack over the upper concave hull of the rungs (for one resource
/// and concave gains the greedy choice is the optimum: Dantzig, "Discrete-variable extremum problems", Operations
/// Research 5, 1957), lanes of a higher rank first. Trading quality for load is the idea of DiffServe (MLSys 2025) and
/// Argus (2025); what is different here is that the mix is computed in closed form, per plan, from measured rates.
///
/// Hysteresis: a lane goes down at once, and up only after the better level has been affordable for
/// ``raiseHoldSeconds``, by at most one rung at a time, and only by a step that is worth it.
public struct Governor: Sendable, Codable {
    /// A rung on a lane's way from its floor to its ceiling.
    struct PathStep: Sendable, Codable {
        let rung: RungIndex
        let quality: Double
    }

    /// What a lane asks for.
    struct Input: Sendable {
        /// Pictures of size 1 a second, what must be caught up with included.
        var needPerSecond: Double
        /// Device-seconds of a picture at each step of the path, as measured.
        var costs: [Double]
    }

    static let raiseHoldSeconds = 4.0
    static let raiseMargin = 0.1
    static let lowerMargin = 0.02
    /// How much of the fleet is planned for: the rest is for chance.
    static let plannedShare = 0.95
    private static let deferralEndsBelow = 0.85

    private(set) var paths: [[PathStep]]
    private let ranks: [Int]
    /// Where each lane is on its path: 1.25 means a quarter of the pictures at step 2, the others at step 1.
    private(set) var levels: [Double]
    private var affordableSince: [Int64?]
    /// What the measured delays have taught about the capacity: 1 when the plan works out.
    private(set) var trim = 1.0
    /// Whether not even all floors fit.
    private(set) var isShort = false
    /// The last decision.
    public internal(set) var report = GovernorReport()

    init(paths: [[PathStep]], ranks: [Int]) {
        self.paths = paths
        self.ranks = ranks
        levels = paths.map { Double($0.count - 1) }
        affordableSince = Array(repeating: nil, count: paths.count)
    }

    /// The rungs between floor and ceiling that lie on the upper concave hull of quality over cost.
    static func path(_ ladder: Ladder, floorQuality: Double, ceilingQuality: Double) -> [PathStep] {
        let rungs = ladder.rungs
        let byCost = rungs.indices.sorted { rungs[$0].costDeviceSeconds < rungs[$1].costDeviceSeconds }
        let reaching = byCost.filter { rungs[$0].quality >= floorQuality }
        let allowed = reaching.filter { rungs[$0].quality <= ceilingQuality }
        // A ceiling below every rung that reaches the floor leaves the cheapest of those.
        let candidates =
            allowed.isEmpty ? Array((reaching.isEmpty ? [byCost[byCost.count - 1]] : reaching).prefix(1)) : allowed
        var hull: [Int] = []
        for rung in candidates {
            if let last = hull.last, rungs[rung].quality <= rungs[last].quality { continue }
            while hull.count >= 2 {
                let (first, middle) = (rungs[hull[hull.count - 2]], rungs[hull[hull.count - 1]])
                let isAboveChord =
                    (middle.quality - first.quality) * (rungs[rung].costDeviceSeconds - first.costDeviceSeconds)
                    > (rungs[rung].quality - first.quality) * (middle.costDeviceSeconds - first.costDeviceSeconds)
                if isAboveChord { break }
                hull.removeLast()
            }
            hull.append(rung)
        }
        return hull.map { PathStep(rung: $0, quality: rungs[$0].quality) }
    }

    /// Plans may have changed: levels stay where they are, as far as their paths still reach.
    mutating func replace(paths: [[PathStep]]) {
        self.paths = paths
        for lane in paths.indices { levels[lane] = min(levels[lane], Double(paths[lane].count - 1)) }
    }

    /// The clock was set back by so many microseconds: what has been affordable since then still is.
    mutating func setBack(by microseconds: Int64) {
        affordableSince = affordableSince.map { since in since.map { $0 - microseconds } }
    }

    /// The two neighbouring rungs of a lane's mix, and the share of the upper one.
    @inline(__always)
    func mix(_ lane: Int) -> (lower: RungIndex, upper: RungIndex, upperShare: Double) {
        let path = paths[lane]
        let lower = min(Int(levels[lane]), path.count - 1)
        let upper = min(lower + 1, path.count - 1)
        return (path[lower].rung, path[upper].rung, levels[lane] - Double(lower))
    }

    /// One decision.
    ///
    /// - Parameters:
    ///   - inputs: by lane.
    ///   - capacity: device-seconds a second.
    ///   - delayRatio: the largest measured delay beside its target, over all plans; nil when nothing was begun.
    mutating func decide(_ inputs: [Input], capacity: Double, delayRatio: Double?, at now: Instant) {
        adjustTrim(delayRatio)
        let budget = max(0, capacity * Self.plannedShare * trim)
        let (wanted, floor) = plan(inputs, budget: budget)
        isShort = isShort ? floor > budget * Self.deferralEndsBelow : floor > budget
        var reasons: [GovernorReport.Reason] = []
        for lane in paths.indices {
            reasons.append(move(lane, to: wanted[lane], need: inputs[lane].needPerSecond, at: now))
        }
        report = GovernorReport(
            at: now,
            capacity: capacity,
            budget: budget,
            floorDemand: floor,
            topDemand: zip(inputs, paths).reduce(0) { $0 + $1.0.needPerSecond * ($1.0.costs.last ?? 0) },
            delayRatio: delayRatio ?? 0,
            isShort: isShort,
            levels: levels,
            reasons: reasons
        )
    }

    /// Feedback: when delays exceed their targets although the plan fits, the fleet does less than it seems to.
    private mutating func adjustTrim(_ delayRatio: Double?) {
        guard let delayRatio, !isShort else { return }
        if delayRatio > 1 {
            trim = max(0.6, trim * 0.98)
        } else if delayRatio < 0.7 {
            trim = min(1, trim * 1.01)
        }
    }

    /// The best levels that the budget pays for, and what all floors cost.
    private func plan(_ inputs: [Input], budget: Double) -> (levels: [Double], floor: Double) {
        struct Upgrade {
            let lane: Int
            let cost: Double
            let slope: Double
        }
        var levels = [Double](repeating: 0, count: paths.count)
        var floor = 0.0
        var upgrades: [Upgrade] = []
        for (lane, input) in inputs.enumerated() {
            floor += input.needPerSecond * input.costs[0]
            var first = 0
            while first < paths[lane].count - 1 {
                // Where measured costs make the hull uneven, a step is worth what the best run of steps from it is worth:
                // so a lane's slopes fall, and its steps keep their order.
                var best = (end: first + 1, slope: -Double.infinity)
                for end in first + 1..<paths[lane].count {
                    let cost = max(0, input.costs[end] - input.costs[first])
                    let gain = paths[lane][end].quality - paths[lane][first].quality
                    let slope = cost > 0 ? gain / cost : .infinity
                    if slope >= best.slope { best = (end, slope) }
                }
                for step in first..<best.end {
                    let cost = max(0, input.costs[step + 1] - input.costs[step]) * input.needPerSecond
                    upgrades.append(Upgrade(lane: lane, cost: cost, slope: best.slope))
                }
                first = best.end
            }
        }
        // Taken out, so that comparing does not hold on to all of the governor.
        let ranks = ranks
        let order = upgrades.indices.sorted { left, right in
            let (a, b) = (upgrades[left], upgrades[right])
            if ranks[a.lane] != ranks[b.lane] { return ranks[a.lane] > ranks[b.lane] }
            if a.slope != b.slope { return a.slope > b.slope }
            return left < right
        }
        var left = budget - floor
        for index in order {
            let upgrade = upgrades[index]
            if upgrade.cost <= 0 {
                levels[upgrade.lane] += 1
            } else if left > 0 {
                let share = min(1, left / upgrade.cost)
                levels[upgrade.lane] += share
                // A partial step takes all that is left.
                left = share < 1 ? 0 : left - upgrade.cost
            }
        }
        return (levels, floor)
    }

    private mutating func move(_ lane: Int, to wanted: Double, need: Double, at now: Instant) -> GovernorReport.Reason {
        let top = Double(paths[lane].count - 1)
        if wanted < levels[lane] - Self.lowerMargin {
            levels[lane] = wanted
            affordableSince[lane] = nil
            return isShort ? .floorsDoNotFit : .tooMuchAsked
        }
        guard wanted > levels[lane] + (wanted >= top ? 0 : Self.raiseMargin) else {
            affordableSince[lane] = nil
            if levels[lane] >= top { return .everythingFits }
            return isShort ? .floorsDoNotFit : need > 0 ? .asMuchAsFits : .nothingAsked
        }
        guard let since = affordableSince[lane] else {
            affordableSince[lane] = now.microseconds
            return .waitingToRaise
        }
        guard Double(now.microseconds - since) >= Self.raiseHoldSeconds * 1_000_000 else { return .waitingToRaise }
        levels[lane] = min(wanted, levels[lane] + 1)
        affordableSince[lane] = now.microseconds
        return .raised
    }
}

/// What the governor decided last, and why.
public struct GovernorReport: Hashable, Sendable, Codable {
    /// Why a lane is where it is.
    public enum Reason: String, Hashable, Sendable, Codable {
        /// All demand fits at the plan's best quality.
        case everythingFits
        /// The best quality at which all demand is served in time.
        case asMuchAsFits
        /// There is no demand.
        case nothingAsked
        /// Demand did not fit at the level before.
        case tooMuchAsked
        /// Demand does not even fit at the floors.
        case floorsDoNotFit
        /// A better level fits, and has not done so for long enough.
        case waitingToRaise
        /// The level went up by a step.
        case raised

        /// For a person.
        public var sentence: String {
            switch self {
            case .everythingFits: "everything that is asked for fits at the plan's best quality"
            case .asMuchAsFits: "this is the best quality at which everybody is served in time"
            case .nothingAsked: "nothing is asked for"
            case .tooMuchAsked: "quality was lowered: more was asked for than fits at the quality before"
            case .floorsDoNotFit: "not even the lowest quality fits: waiting grows, and new jobs may be deferred"
            case .waitingToRaise: "better quality fits now; it is given when it has done so for a while"
            case .raised: "quality was raised by a step"
            }
        }
    }

    /// When it was decided.
    public var at = Instant(microseconds: 0)
    /// Device-seconds that the fleet does in a second, as measured.
    public var capacity = 0.0
    /// Of these, what is planned with.
    public var budget = 0.0
    /// Device-seconds a second that the floors of all demand need.
    public var floorDemand = 0.0
    /// Device-seconds a second that the best rungs for all demand would need.
    public var topDemand = 0.0
    /// The largest measured delay beside its plan's target.
    public var delayRatio = 0.0
    /// Not even the floors fit.
    public var isShort = false
    /// By lane: plans in order, and for each the models.
    public var levels: [Double] = []
    /// By lane, like ``levels``: why each is where it is.
    public var reasons: [Reason] = []
}
