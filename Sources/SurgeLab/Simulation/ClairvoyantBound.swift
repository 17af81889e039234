internal import Scenarios
internal import SurgeCore

/// What nobody could beat who knew every wish beforehand: an upper bound, by the duality of linear programming.
///
/// Give each device-second of each stretch of the day a price. A wish then gains at most its value less the price of the
/// cheapest device-seconds that could serve it while its owner waits; the fleet sells its whole time. Whatever the prices,
/// the sum of both is at least what any schedule can reach (weak duality), so every set of prices proves a bound, and a
/// search for good ones only makes it tighter. Rounding of stretches, pooling of devices and ignoring of steps, loading and
/// limits all loosen the problem, so the bound stays one.
struct ClairvoyantBound {
    /// Wishes that are alike: how many come in each stretch, and for how many stretches after they can be served.
    private struct Class {
        let counts: [Double]
        let reach: Int
        /// Of rungs it may get: device-seconds and value, for the whole wish.
        let options: [(cost: Double, value: Double)]
    }

    private let capacity: [Double]
    private let classes: [Class]

    private static let patienceClasses = 8
    private static let rounds = 600

    enum Value {
        /// Each wish that is served counts one.
        case served
        /// Each picture counts its quality.
        case quality
    }

    init(_ laboratory: Laboratory, _ metrics: CellMetrics, value: Value) {
        let day = laboratory.day
        let width = Double(metrics.demandBinMicroseconds) / 1_000_000
        // Wishes of the last stretches may be served after the day's end.
        let most =
            day.people.map { group in
                Self.reach(Self.patiences(group).last ?? 0, width)
            }.max() ?? 0
        let count = metrics.demand[0].count + min(most, metrics.demand[0].count)
        var capacity = [Double](repeating: 0, count: count)
        let setup = laboratory.setups(.ours)[0]
        for pool in setup.pools.indices {
            let gain = Self.gain(setup.pools[pool], day)
            for bin in metrics.capacity[pool].indices {
                capacity[bin] += Double(metrics.capacity[pool][bin]) / 1_000_000 * gain
            }
        }
        // What is up at the end stays up.
        let last = capacity[max(0, metrics.demand[0].count - 2)]
        for bin in metrics.demand[0].count - 1..<count { capacity[bin] = last }
        self.capacity = capacity
        classes = day.people.indices.flatMap { group -> [Class] in
            let people = day.people[group]
            let share = people.pictures.reduce(0) { $0 + $1.share }
            let pictures = people.pictures.reduce(0) { $0 + Double($1.count) * $1.share } / share
            let rungs = day.models[setup.groups[group].model].ladder.rungs.prefix(setup.groups[group].rung + 1)
            let options = rungs.map { rung -> (Double, Double) in
                let cost = rung.costDeviceSeconds * people.size * pictures
                return (cost, value == .served ? 1 : rung.quality * pictures)
            }
            return Self.patiences(people).map { patience in
                Class(
                    counts: metrics.demand[group].map { Double($0) / Double(Self.patienceClasses) },
                    reach: Self.reach(patience, width),
                    options: options
                )
            }
        }
    }

    /// The longest patience of each of equally large classes.
    private static func patiences(_ group: PeopleGroup) -> [Double] {
        (1...patienceClasses).map { index in
            let unit = min(0.9995, Double(index) / Double(patienceClasses))
            let logit = PortableMath.log(unit) - PortableMath.log(1 - unit)
            return group.client.patience.seconds * PortableMath.exp(group.client.patienceSpread * logit)
        }
    }

    private static func reach(_ patience: Double, _ width: Double) -> Int {
        Int(min(Double(CellMetrics.demandBinCount), (patience / width).rounded(.up)))
    }

    /// Device-seconds of the ladder that a device of this pool does in a second, at its best.
    private static func gain(_ pool: CellSetup.Pool, _ day: Day) -> Double {
        var gain = 0.0
        for model in pool.models {
            for (rung, stated) in day.models[model].ladder.rungs.enumerated() {
                for count in 1...pool.kind.slots {
                    let seconds = pool.seconds(model, rung, count: count)
                    gain = max(gain, stated.costDeviceSeconds * Double(count) / seconds)
                }
            }
        }
        return gain
    }

    /// The least bound that was found.
    var value: Double {
        var prices = [Double](repeating: 0, count: capacity.count)
        var best = Double.infinity
        for round in 0..<Self.rounds {
            let (bound, load) = bound(prices)
            best = min(best, bound)
            let step = 0.5 / (1 + Double(round) / 40)
            for bin in prices.indices {
                guard capacity[bin] > 0 else {
                    prices[bin] = mostPrice
                    continue
                }
                let excess = min(3, load[bin] / capacity[bin] - 1)
                prices[bin] = max(0, max(prices[bin], mostPrice * 1e-4) * (1 + step * excess))
                if prices[bin] < mostPrice * 1e-4 { prices[bin] = 0 }
                prices[bin] = min(prices[bin], mostPrice)
            }
        }
        return best
    }

    /// Where nothing is worth its price any more.
    private var mostPrice: Double {
        classes.flatMap(\.options).map { $0.value / $0.cost }.max() ?? 1
    }

    private func bound(_ prices: [Double]) -> (bound: Double, load: [Double]) {
        var bound = zip(prices, capacity).reduce(0) { $0 + $1.0 * $1.1 }
        var load = [Double](repeating: 0, count: capacity.count)
        for own in classes {
            let cheapest = Self.cheapest(prices, reach: own.reach)
            for bin in own.counts.indices where own.counts[bin] > 0 {
                let price = prices[cheapest[bin]]
                var (gain, cost) = (0.0, 0.0)
                for option in own.options where option.value - price * option.cost > gain {
                    gain = option.value - price * option.cost
                    cost = option.cost
                }
                bound += gain * own.counts[bin]
                load[cheapest[bin]] += cost * own.counts[bin]
            }
        }
        return (bound, load)
    }

    /// For each stretch, the cheapest of it and so many after: a queue of rising prices slides over them.
    private static func cheapest(_ prices: [Double], reach: Int) -> [Int] {
        var result = [Int](repeating: 0, count: prices.count)
        var window: [Int] = []
        var head = 0
        for last in stride(from: prices.count - 1, through: 0, by: -1) {
            while window.count > head, prices[window[window.count - 1]] >= prices[last] { window.removeLast() }
            window.append(last)
            while window[head] > last + reach { head += 1 }
            result[last] = window[head]
        }
        return result
    }
}
