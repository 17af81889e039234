package import Scenarios

/// Looks for the smallest fleet that keeps a promise: doubles or halves until one fleet keeps it and another does not, then
/// halves what lies between. Every fleet is tried with the same seed.
package struct FleetSearch: Sendable {
    private let day: Day
    private let promise: ServicePromise
    private let pool: Int
    private let scale: Double
    private let seed: UInt64
    private let cells: Int
    private let mostDevices: Int
    private let threads: Int

    /// What has been tried so far.
    package typealias Report = @Sendable (FleetPlan.Trial) -> Void

    /// - Parameters:
    ///   - pool: the name of the pool that grows and shrinks; nil: the first. Others stay as they are.
    ///   - mostDevices: nothing larger is tried.
    package init(
        _ day: Day,
        promise: ServicePromise,
        pool: String? = nil,
        scale: Double,
        seed: UInt64? = nil,
        mostDevices: Int = 1_000_000,
        threads: Int
    ) throws(ScenarioError) {
        guard let index = pool.map({ name in day.fleet.firstIndex { $0.name == name } }) ?? 0 else {
            throw .invalid(
                field: "pool",
                reason: "there is none called '\(pool ?? "")'",
                remedy: "name one of \(day.fleet.map(\.name).joined(separator: ", "))"
            )
        }
        self.day = day
        self.promise = promise
        self.pool = index
        self.scale = scale
        self.seed = seed ?? day.seed
        self.mostDevices = mostDevices
        self.threads = threads
        cells = try Laboratory(day, scale: scale).cells
    }

    /// Devices at full scale for one in the scaled run.
    private var step: Int { max(1, Int((1 / scale).rounded())) }

    package func run(promiseText: String, report: Report = { _ in }) async throws(ScenarioError) -> FleetPlan {
        var trials: [Int: FleetPlan.Trial] = [:]
        func isKept(_ units: Int) async throws(ScenarioError) -> Bool {
            if let known = trials[units] { return known.isKept }
            let trial = try await self.trial(units)
            report(trial)
            trials[units] = trial
            return trial.isKept
        }
        let most = max(1, mostDevices / step)
        var high = min(most, max(1, Int((Double(day.fleet[pool].count) * scale).rounded())))
        var low = 0
        if try await isKept(high) {
            while high > 1 {
                let half = max(1, high / 2)
                guard try await isKept(half) else {
                    low = half
                    break
                }
                high = half
            }
        } else {
            low = high
            while high < most {
                high = min(most, high * 2)
                if try await isKept(high) { break }
                low = high
            }
        }
        let isFound = trials[high]?.isKept ?? false
        while isFound, high - low > max(1, high / 50) {
            let middle = (low + high) / 2
            if try await isKept(middle) { high = middle } else { low = middle }
        }
        // What fewer and further devices would do.
        if isFound {
            for share in [0.5, 0.75, 1.1, 1.25, 1.5, 2] {
                _ = try await isKept(min(most, max(1, Int((Double(high) * share).rounded()))))
            }
        }
        return plan(promiseText, trials, isFound ? high : nil, failing: trials[low])
    }

    private func trial(_ units: Int) async throws(ScenarioError) -> FleetPlan.Trial {
        var day = day
        day.fleet[pool].count = units * step
        day.fleet[pool].autoscale = nil
        let laboratory = try Laboratory(day, scale: scale, seed: seed, cells: min(cells, units))
        let metrics = await laboratory.metrics(.ours, threads) { _ in }
        let run = PolicyRunBuilder(laboratory: laboratory, policy: .ours, metrics: metrics).run
        return FleetPlan.Trial(
            devices: units * step,
            checks: promise.checks(metrics, laboratory),
            servedShare: run.totals.asked > 0 ? Double(run.totals.delivered) / Double(run.totals.asked) : 1,
            meanQuality: run.totals.meanQuality,
            busyShare: run.pools[pool].busyShare,
            dollars: run.totals.dollars / scale,
            dollarsPerThousandPictures: run.totals.dollarsPerThousandPictures
        )
    }

    private func plan(
        _ text: String,
        _ trials: [Int: FleetPlan.Trial],
        _ smallest: Int?,
        failing: FleetPlan.Trial?
    ) -> FleetPlan {
        let sorted = trials.values.sorted { $0.devices < $1.devices }
        let worst = failing ?? (smallest == nil ? sorted.last : nil)
        let device = day.fleet[pool].device
        return FleetPlan(
            scenario: day.name,
            promise: text,
            pool: day.fleet[pool].name,
            device: device,
            dollarsPerHour: day.devices.first { $0.name == device }?.dollarsPerHour ?? 0,
            seed: seed,
            scale: scale,
            resolution: max(step, (smallest ?? 0) * step / 50),
            trials: sorted,
            smallest: smallest.map { $0 * step },
            binding: worst?.checks.filter { !$0.isKept }.map(\.clause) ?? []
        )
    }
}
