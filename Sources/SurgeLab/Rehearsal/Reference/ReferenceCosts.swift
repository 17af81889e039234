/// What a task takes, by the rules of the cost model: every cell is looked for by its whole name.
struct ReferenceCosts {
    private struct Name: Hashable {
        let model: Int
        let rung: Int
        let sizeClass: Int
        let batchClass: Int
    }

    private struct Mean {
        var ratio: Float = 1
        var count = 0

        mutating func learn(_ sample: Double) {
            count = min(64, count + 1)
            ratio += (Float(min(1_000, max(0.01, sample))) - ratio) / Float(count)
        }
    }

    let stated: [[Double]]
    private var cells: [Name: Mean] = [:]
    private var models: [Int: Mean] = [:]

    init(stated: [[Double]]) { self.stated = stated }

    private func name(_ model: Int, _ rung: Int, _ size: Double, _ batch: Int) -> Name {
        let sizeClass = [0.75, 1.5, 3].count { size >= $0 }
        return Name(model: model, rung: rung, sizeClass: sizeClass, batchClass: min(8, max(1, batch)))
    }

    /// The cell itself, or its nearest neighbour in the number of tasks (the larger one first), or the model's mean.
    private func ratio(_ name: Name) -> Double {
        let others = (1...8).sorted { left, right in
            let (a, b) = (abs(left - name.batchClass), abs(right - name.batchClass))
            return a == b ? left > right : a < b
        }
        for batchClass in others {
            let other = Name(model: name.model, rung: name.rung, sizeClass: name.sizeClass, batchClass: batchClass)
            if let cell = cells[other] { return Double(cell.ratio) }
        }
        return Double(models[name.model]?.ratio ?? 1)
    }

    func seconds(_ model: Int, _ rung: Int, size: Double, batch: Int) -> Double {
        stated[model][rung] * size * ratio(name(model, rung, size, batch))
    }

    /// - Returns: the worker's new speed.
    mutating func learn(
        _ model: Int,
        _ rung: Int,
        size: Double,
        batch: Int,
        measured: Double,
        speed: Double
    ) -> Double {
        guard measured > 0, measured.isFinite else { return speed }
        let expected = seconds(model, rung, size: size, batch: batch)
        let name = name(model, rung, size, batch)
        let isNew = cells[name] == nil
        let measured = min(measured, expected * speed * 8)
        let ratio = measured / (stated[model][rung] * size * speed)
        cells[name, default: Mean()].learn(ratio)
        models[model, default: Mean()].learn(ratio)
        return isNew ? speed : min(1_000, max(0.01, speed + 0.125 * (measured / expected - speed)))
    }
}

/// How an interval is made of a prediction, and what it learns from outcomes.
struct ReferenceCalibration {
    private struct Bounds {
        var low = 0.5
        var high = 2.0
    }

    private var bounds: [[Bounds]]
    private(set) var outcomes: [Int]
    private(set) var hits: [Int]

    init(planCount: Int) {
        bounds = Array(repeating: Array(repeating: Bounds(), count: 12), count: planCount)
        outcomes = Array(repeating: 0, count: planCount)
        hits = outcomes
    }

    /// Doublings from a quarter of a second on: 0 below it, 11 from 256 s.
    static func magnitude(_ seconds: Double) -> Int {
        var (magnitude, limit) = (0, 0.25)
        while magnitude < 11, seconds >= limit { (magnitude, limit) = (magnitude + 1, limit * 2) }
        return magnitude
    }

    /// What a prediction is multiplied with at both ends.
    func factors(_ plan: Int, _ seconds: Double) -> (low: Double, high: Double) {
        let bounds = bounds[plan][Self.magnitude(seconds)]
        return (bounds.low, bounds.high)
    }

    mutating func learn(_ plan: Int, predicted: Double, actual: Double, low: Double, high: Double) {
        outcomes[plan] += 1
        if (low...max(low, high)).contains(actual), low <= high { hits[plan] += 1 }
        guard predicted > 0 else { return }
        let place = Self.magnitude(predicted)
        let ratio = actual / predicted
        let (inward, outward) = (0.12 * 0.03, 0.12 * (1 - 0.03))
        var known = bounds[plan][place]
        known.high *= ratio > known.high ? 1 + outward : 1 - inward
        known.low *= ratio < known.low ? 1 - outward : 1 + inward
        bounds[plan][place] = Bounds(low: min(0.98, max(0.02, known.low)), high: min(20, max(1.02, known.high)))
    }
}
