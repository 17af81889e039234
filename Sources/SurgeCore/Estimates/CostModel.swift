/// What a task takes, in seconds: the manifest's figure, corrected by what was measured.
///
/// Cells hold the ratio of measured to stated time by model, rung, size and number of tasks at the same time; a worker's
/// own speed stands beside them. Cells learn slowly and speeds fast, so that a device that slows down for a while changes
/// its speed and not what a rung is thought to cost. A cell that was never measured borrows from its nearest neighbours.
struct CostModel: Sendable, Codable {
    private struct Cell: Sendable, Codable {
        var ratio: Float = 1
        var count: Int32 = 0
    }

    static let sizeClasses = 4
    static let batchClasses = 8
    /// A cell's mean is a plain one up to this many measurements, and weighted to the newest from there on.
    private static let memory: Int32 = 64
    private static let speedWeight = 0.125
    /// However long a task took, it counts as at most this many times what was expected.
    private static let mostSurprise = 8.0
    private static let ratioRange = 0.01...1_000.0

    private var cells: [Cell]
    private var modelRatios: [Cell]
    private let firstCells: [Int]
    private let rungCosts: [[Double]]

    /// - Parameter rungCosts: device-seconds of each model's rungs.
    init(rungCosts: [[Double]]) {
        self.rungCosts = rungCosts
        var firstCells: [Int] = []
        var count = 0
        for costs in rungCosts {
            firstCells.append(count)
            count += costs.count * Self.sizeClasses * Self.batchClasses
        }
        self.firstCells = firstCells
        cells = Array(repeating: Cell(), count: count)
        modelRatios = Array(repeating: Cell(), count: rungCosts.count)
    }

    @inline(__always)
    private static func sizeClass(_ size: Double) -> Int {
        size < 0.75 ? 0 : size < 1.5 ? 1 : size < 3 ? 2 : 3
    }

    @inline(__always)
    private func index(_ model: ModelIndex, _ rung: RungIndex, _ sizeClass: Int, _ batch: Int) -> Int {
        let batchClass = min(max(batch, 1), Self.batchClasses) - 1
        return firstCells[model] + (rung * Self.sizeClasses + sizeClass) * Self.batchClasses + batchClass
    }

    private func ratio(_ model: ModelIndex, _ rung: RungIndex, _ size: Double, _ batch: Int) -> Double {
        let first = index(model, rung, Self.sizeClass(size), 1)
        let wanted = min(max(batch, 1), Self.batchClasses) - 1
        if cells[first + wanted].count > 0 { return Double(cells[first + wanted].ratio) }
        for distance in 1..<Self.batchClasses {
            if wanted + distance < Self.batchClasses, cells[first + wanted + distance].count > 0 {
                return Double(cells[first + wanted + distance].ratio)
            }
            if wanted >= distance, cells[first + wanted - distance].count > 0 {
                return Double(cells[first + wanted - distance].ratio)
            }
        }
        return Double(modelRatios[model].ratio)
    }

    /// The seconds that a task takes of a worker of speed 1, with `batch` tasks at the same time.
    func seconds(_ model: ModelIndex, _ rung: RungIndex, size: Double, batch: Int) -> Double {
        rungCosts[model][rung] * size * ratio(model, rung, size, batch)
    }

    /// Learns from a task that ended. - Returns: the worker's new speed.
    mutating func learn(
        _ model: ModelIndex,
        _ rung: RungIndex,
        size: Double,
        batch: Int,
        measuredSeconds: Double,
        speed: Double
    ) -> Double {
        guard measuredSeconds > 0, measuredSeconds.isFinite else { return speed }
        let expected = seconds(model, rung, size: size, batch: batch)
        let place = index(model, rung, Self.sizeClass(size), batch)
        let isNew = cells[place].count == 0
        // A machine that stood still over its work is not that much slower. A first measurement has nothing but the
        // manifest to be compared with, and what the model's other cells have shown.
        let measuredSeconds = min(measuredSeconds, expected * speed * Self.mostSurprise)
        let measuredRatio = measuredSeconds / (rungCosts[model][rung] * size * speed)
        Self.learn(measuredRatio, &cells[place])
        Self.learn(measuredRatio, &modelRatios[model])
        // The first measurement of a cell says what the rung costs; how fast the worker is, it cannot say as well.
        if isNew { return speed }
        let sample = measuredSeconds / expected
        return min(max(speed + Self.speedWeight * (sample - speed), 0.01), 1_000)
    }

    private static func learn(_ ratio: Double, _ cell: inout Cell) {
        let ratio = min(max(ratio, ratioRange.lowerBound), ratioRange.upperBound)
        if cell.count < memory { cell.count += 1 }
        cell.ratio += (Float(ratio) - cell.ratio) / Float(cell.count)
    }
}
