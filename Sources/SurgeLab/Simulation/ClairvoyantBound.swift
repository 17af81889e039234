internal import Scenarios
internal import SurgeCore

/// What nobody could beat who knew every request beforehand: an upper bound, by the duality of linear programming.
///
/// Give each device-second of each stretch of the day a price. A request then gains at most its value less the price of the
/// cheapest device-seconds that could serve it while its owner waits; the fleet sells its whole time. Whatever the prices,
/// the sum of both is at least what any schedule can reach (weak duality), so every set of prices proves a bound, and a
/// search for good ones only makes it tighter. Rounding of stretches, pooling of devices and ignoring of steps, loading and
/// limits all loosen the problem, so the bound stays one.
struct ClairvoyantBound {
    /// Requests that are alike: how many come in each stretch, and for how many stretches after they can be served.
    private struct Class {
        let counts: [Double]
        let reach: Int
        /// Of rungs it may get: device-seconds and value, for the whole request.
        let options: [(cost: Double, value: Double)]

        /// What such a request gains at a price, and what it buys; nothing where nothing is worth it.
        func best(at price: Double) -> (gain: Double, cost: Double) {
            var (gain, cost) = (0.0, 0.0)
            for option in options where option.value - price * option.cost > gain {
                gain = option.value - price * option.cost
                cost = option.cost
            }
            return (gain, cost)
        }
    }

    private let capacity: [Double]
    private let classes: [Class]
    /// Where nothing is worth its price any more.
    private let mostPrice: Double
    /// Prices that differ by no more than this are the same.
    private let mostTie: Double

    private static let rounds = 600

    enum Value {
        /// Each request that is served counts one.
        case served
        /// Each picture counts its quality.
        case quality
    }

    init(_ laboratory: Laboratory, _ metrics: CellMetrics, value: Value) {
        let day = laboratory.day
        let width = Double(metrics.demandBinMicroseconds) / 1_000_000
        // Requests of the last stretches may be served after the day's end.
        let most =
            day.people.map { group in
                Self.reach(Self.patiences(group).last?.seconds ?? 0, width)
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
        // What was up in the last whole stretch stays up.
        let last = capacity[max(0, metrics.demand[0].count - 2)]
        for bin in metrics.demand[0].count - 1..<count { capacity[bin] = last }
        self.capacity = capacity
        let classes = day.people.indices.flatMap { group -> [Class] in
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
                    counts: metrics.demand[group].map { Double($0) * patience.share },
                    reach: Self.reach(patience.seconds, width),
                    options: options
                )
            }
        }
        self.classes = classes
        mostPrice = classes.flatMap(\.options).map { $0.value / $0.cost }.max() ?? 1
        mostTie = mostPrice * Self.leastPrice
    }

    /// Up to which share of the people each class of patience reaches: finer where patience is long.
    private static let patienceShares = [0.25, 0.5, 0.7, 0.85, 0.93, 0.97, 0.99, 1]

    /// The longest patience of each class, and its share of the people.
    private static func patiences(_ group: PeopleGroup) -> [(seconds: Double, share: Double)] {
        patienceShares.indices.map { index in
            let unit = min(0.9995, patienceShares[index])
            let logit = PortableMath.log(unit) - PortableMath.log(1 - unit)
            let seconds = group.client.patience.seconds * PortableMath.exp(group.client.patienceSpread * logit)
            return (seconds, patienceShares[index] - (index > 0 ? patienceShares[index - 1] : 0))
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
        let most = mostPrice
        var prices = clearingPrices
        var mean = prices
        var best = Double.infinity
        for round in 0..<Self.rounds {
            // Requests that could go to several stretches of about one price go to all of them: else they would crowd into
            // whichever is the least bit cheaper, and prices would never settle.
            let tolerance = max(0.01, 0.1 / (1 + Double(round) / 30))
            let (bound, load) = bound(prices, tolerance: tolerance)
            best = min(best, bound)
            // Prices swing about the best ones; their mean is nearer to these than they are.
            for bin in prices.indices { mean[bin] += (prices[bin] - mean[bin]) * Self.meanWeight }
            if round.isMultiple(of: 20) { best = min(best, self.bound(mean, tolerance: 0).bound) }
            let step = 0.1 / (1 + Double(round) / 40)
            for bin in prices.indices {
                guard capacity[bin] > 0 else {
                    prices[bin] = most
                    continue
                }
                let excess = min(3, load[bin] / capacity[bin] - 1)
                let price = max(prices[bin], most * Self.leastPrice) * (1 + step * excess)
                prices[bin] = price <= most * Self.leastPrice ? 0 : min(price, most)
            }
        }
        return best
    }

    private static let meanWeight = 0.02

    /// Where to begin: what each stretch would cost if everybody spread their request evenly over the time that they wait, and
    /// what fits were sold at one price.
    private var clearingPrices: [Double] {
        var demands: [[Double]] = []
        for own in classes {
            var spread = [Double](repeating: 0, count: capacity.count + 1)
            for bin in own.counts.indices where own.counts[bin] > 0 {
                let end = min(capacity.count, bin + own.reach + 1)
                let part = own.counts[bin] / Double(end - bin)
                spread[bin] += part
                spread[end] -= part
            }
            for bin in 1..<spread.count { spread[bin] += spread[bin - 1] }
            demands.append(spread)
        }
        return capacity.indices.map { bin in
            var (low, high) = (0.0, mostPrice)
            for _ in 0..<40 {
                let price = (low + high) / 2
                var load = 0.0
                for (own, demand) in zip(classes, demands) {
                    load += demand[bin] * own.best(at: price).cost
                }
                if load > capacity[bin] { low = price } else { high = price }
            }
            return high
        }
    }

    /// Beside the highest: anything below counts as free.
    private static let leastPrice = 1e-4

    private func bound(_ prices: [Double], tolerance: Double) -> (bound: Double, load: [Double]) {
        var bound = zip(prices, capacity).reduce(0) { $0 + $1.0 * $1.1 }
        var load = [Double](repeating: 0, count: capacity.count)
        var places = [Int](repeating: 0, count: Self.mostPlaces)
        for own in classes {
            let cheapest = Self.cheapest(prices, reach: own.reach)
            for bin in own.counts.indices where own.counts[bin] > 0 {
                let price = prices[cheapest[bin]]
                let (gain, cost) = own.best(at: price)
                bound += gain * own.counts[bin]
                places[0] = cheapest[bin]
                var count = 1
                let end = min(prices.count - 1, bin + own.reach)
                let stride = max(1, (end - bin) / (Self.mostPlaces - 1))
                var place = bin
                let limit = price * (1 + tolerance) + mostTie
                while place <= end, count < Self.mostPlaces {
                    if prices[place] <= limit {
                        places[count] = place
                        count += 1
                    }
                    place += stride
                }
                let part = cost * own.counts[bin] / Double(count)
                for index in 0..<count { load[places[index]] += part }
            }
        }
        return (bound, load)
    }

    /// Of the stretches that a request can go to, how many are looked at.
    private static let mostPlaces = 16

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
