package import Scenarios
internal import SurgeCore
internal import Synchronization

/// Plays days.
package struct Laboratory: Sendable {
    package let day: Day
    package let seed: UInt64
    /// Of the people and of the fleet.
    package let scale: Double
    package let cells: Int
    let traces: [Int: ArrivalTrace]

    /// In a cell; each takes about 200 bytes once somebody asked.
    private static let mostPeople = 20e6

    /// How far a run has come.
    package struct Progress: Sendable {
        package var policy: String
        /// 0...1 of the virtual time of all cells.
        package var share: Double
        package var requests: Int
    }

    /// - Parameters:
    ///   - scale: above 0, at most 1.
    ///   - seed: nil: the day's own.
    ///   - cells: nil: as many as the day says, at its scale; so that a cell stays as large as it is.
    /// - Throws: ``ScenarioError`` when a trace cannot be read or nobody is left at this scale.
    package init(_ day: Day, scale: Double = 1, seed: UInt64? = nil, cells: Int? = nil) throws(ScenarioError) {
        guard scale > 0, scale <= 1 else {
            throw .invalid(field: "scale", reason: "is \(scale)", remedy: "give a number above 0, at most 1")
        }
        self.day = day
        self.scale = scale
        self.seed = seed ?? day.seed
        let most = day.fleet.reduce(0) { $0 + Self.count($1, scale).most }
        guard most > 0 else {
            throw .invalid(
                field: "fleet",
                reason: "has no devices at this scale",
                remedy: "give more, or a larger scale"
            )
        }
        let wanted = cells ?? (day.cells == 1 ? 1 : max(2, Int((Double(day.cells) * scale).rounded())))
        self.cells = max(1, min(wanted, most))
        let people = day.people.reduce(0) { $0 + Double($1.members) + ($1.signUps?.total ?? 0) }
        guard people * scale / Double(self.cells) <= Self.mostPeople else {
            throw .invalid(
                field: "people",
                reason: "are more than \(Int(Self.mostPeople)) in a cell, which would not fit into memory",
                remedy: "give more cells, or a smaller scale"
            )
        }
        traces = try RequestStream.traces(of: day)
    }

    /// Devices of a pool at a scale: when the day begins, and at most.
    static func count(_ pool: DevicePool, _ scale: Double) -> (first: Int, most: Int) {
        func scaled(_ count: Int) -> Int { count == 0 ? 0 : max(1, Int((Double(count) * scale).rounded())) }
        let first = scaled(pool.count)
        return (first, max(first, pool.autoscale.map { scaled($0.most) } ?? 0))
    }

    /// Plays the day under a policy, several cells at the same time.
    ///
    /// - Parameter threads: how many; the result does not depend on it.
    func metrics(
        _ policy: Policy,
        _ threads: Int,
        _ progress: @escaping @Sendable (Progress) -> Void
    ) async -> CellMetrics {
        let setups = setups(policy)
        let meter = ProgressMeter(policy: policy.name, cells: setups.count, report: progress)
        let traces = traces
        return await withTaskGroup(of: CellMetrics.self) { group in
            var next = 0
            for _ in 0..<min(max(1, threads), setups.count) {
                let setup = setups[next]
                group.addTask { Self.play(setup, traces, meter) }
                next += 1
            }
            var sum: CellMetrics?
            while let metrics = await group.next() {
                if next < setups.count {
                    let setup = setups[next]
                    group.addTask { Self.play(setup, traces, meter) }
                    next += 1
                }
                guard sum != nil else {
                    sum = metrics
                    continue
                }
                sum?.merge(metrics)
            }
            // There is always at least one cell.
            return sum ?? Cell(setups[0], traces: traces).metrics
        }
    }

    private static func play(_ setup: CellSetup, _ traces: [Int: ArrivalTrace], _ meter: ProgressMeter) -> CellMetrics {
        var cell = Cell(setup, traces: traces)
        var last: Int64 = 0
        cell.run { microseconds, requests in
            meter.add(share: Double(microseconds - last) / Double(setup.durationMicroseconds), requests: requests)
            last = microseconds
        }
        return cell.metrics
    }

    /// Devices are dealt to the cells in turn, and people in the measure of their devices.
    func setups(_ policy: Policy) -> [CellSetup] {
        var slots = [[CellSetup.DeviceSlot]](repeating: [], count: cells)
        var strength = [Double](repeating: 0, count: cells)
        var next = 0
        for (index, pool) in day.fleet.enumerated() {
            let (first, most) = Self.count(pool, scale)
            let kind = day.devices.first { $0.name == pool.device }
            for number in 0..<most {
                let cell = next % cells
                next += 1
                slots[cell].append(CellSetup.DeviceSlot(pool: index, number: number, isThere: number < first))
                if number < first { strength[cell] += Double(kind?.slots ?? 1) / (kind?.speed ?? 1) }
            }
        }
        let all = strength.reduce(0, +)
        return (0..<cells).map { cell in
            CellSetup(
                day: day,
                policy: policy,
                seed: RandomStream.seed(seed, cell: cell),
                share: scale * (all > 0 ? strength[cell] / all : 1 / Double(cells)),
                devices: slots[cell]
            )
        }
    }
}

/// Adds up how far cells have come, on whatever threads they run.
private final class ProgressMeter: Sendable {
    private struct State {
        var share = 0.0
        var requests = 0
    }

    private let policy: String
    private let cells: Int
    private let report: @Sendable (Laboratory.Progress) -> Void
    private let state = Mutex(State())

    init(policy: String, cells: Int, report: @escaping @Sendable (Laboratory.Progress) -> Void) {
        self.policy = policy
        self.cells = cells
        self.report = report
    }

    func add(share: Double, requests: Int) {
        let now = state.withLock { state in
            state.share += share / Double(cells)
            state.requests += requests
            return state
        }
        report(Laboratory.Progress(policy: policy, share: min(1, now.share), requests: now.requests))
    }
}
