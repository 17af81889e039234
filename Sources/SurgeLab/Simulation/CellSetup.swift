internal import Scenarios
internal import SurgeCore

/// What a cell knows of its day and does not change: names turned into numbers.
struct CellSetup: Sendable {
    struct Group: Sendable {
        let plan: Int
        let rank: Int
        let model: Int
        let rung: Int
        let size: Double
        let client: ClientManner
        let isDetached: Bool
        /// nil: as long as patience lasts.
        let timeoutMicroseconds: Int64?
    }

    struct Pool: Sendable {
        let kind: DeviceKind
        let models: [Int]
        let ambientCelsius: Double
        let autoscale: DevicePool.Autoscale?
        /// By model, rung and number of tasks at a time, from one: seconds for all of them together.
        let seconds: [[[Double]]]

        /// Seconds that `count` equal tasks take together.
        @inline(__always)
        func seconds(_ model: Int, _ rung: Int, count: Int) -> Double { seconds[model][rung][count - 1] }
    }

    /// Devices of this cell.
    struct DeviceSlot: Sendable {
        let pool: Int
        /// Its number in its pool, over all cells.
        let number: Int
        /// Whether it is there when the day begins.
        let isThere: Bool
    }

    let day: Day
    let policy: Policy
    let seed: UInt64
    /// Of the people.
    let share: Double
    let groups: [Group]
    let pools: [Pool]
    let devices: [DeviceSlot]
    let durationMicroseconds: Int64
    let startsAtMicroseconds: Int64
    let tickMicroseconds: Int64
    let governorSeconds: Double
    let heartbeatMicroseconds: Int64
    /// By model and rung.
    let qualityMillionths: [[Int]]
    let steps: [[Int]]
    /// Where a model's rungs begin among all rungs of all models.
    let firstRungs: [Int]
    let rungCount: Int
    /// Equally likely times there and back, in microseconds.
    let latencies: [Int64]
    let handlingMicroseconds: Int64
    /// Seconds of a processor; both 0: people and scheduler meet at once.
    let intakeSeconds: Double
    let answerSeconds: Double
    /// nil: always enough.
    let processors: Double?
    var hasFront: Bool { intakeSeconds > 0 || answerSeconds > 0 }

    static let latencyCount = 256

    init(day: Day, policy: Policy, seed: UInt64, share: Double, devices: [DeviceSlot]) {
        self.day = day
        self.policy = policy
        self.seed = seed
        self.share = share
        self.devices = devices
        let plans = day.plans
        groups = day.people.map { group in
            let plan = plans.firstIndex { $0.name == group.plan } ?? 0
            let model = day.models.firstIndex { $0.name == group.model } ?? 0
            let ladder = day.models[model].ladder
            let wanted = group.rung.flatMap { ladder.index(named: $0) } ?? ladder.rungs.count - 1
            return Group(
                plan: plan,
                rank: plans[plan].rank,
                model: model,
                rung: policy.isFrugal ? 0 : wanted,
                size: group.size,
                client: group.client,
                isDetached: group.client.mode == .async,
                timeoutMicroseconds: group.client.timeout.map { Int64($0.seconds * 1_000_000) }
            )
        }
        pools = day.fleet.map { pool in
            let kind = day.devices.first { $0.name == pool.device } ?? DeviceKind(name: pool.device)
            let models = day.models.indices.filter { pool.models.isEmpty || pool.models.contains(day.models[$0].name) }
            return Pool(
                kind: kind,
                models: models,
                ambientCelsius: pool.ambientCelsius,
                autoscale: pool.autoscale,
                seconds: day.models.map { model in
                    model.ladder.rungs.map { rung in
                        (1...kind.slots).map { count in
                            kind.seconds(model: model.name, rung: rung.name, cost: rung.costDeviceSeconds, count: count)
                        }
                    }
                }
            )
        }
        durationMicroseconds = Int64(day.durationSeconds * 1_000_000)
        startsAtMicroseconds = day.startsAt.unixSeconds * 1_000_000
        // As the server does on a short day; on a long one, often enough beside its waits.
        let isLong = day.durationSeconds > 2 * 86_400
        tickMicroseconds = isLong ? 1_000_000 : 250_000
        governorSeconds = isLong ? 1 : 0.5
        heartbeatMicroseconds = isLong ? 30_000_000 : 10_000_000
        qualityMillionths = day.models.map { $0.ladder.rungs.map { Int(($0.quality * 1_000_000).rounded()) } }
        steps = day.models.map { $0.ladder.rungs.map { $0.steps ?? 1 } }
        var first = 0
        firstRungs = day.models.map { model in
            defer { first += model.ladder.rungs.count }
            return first
        }
        rungCount = first
        let mean = day.network.latency.seconds * 1_000_000
        latencies = (0..<Self.latencyCount).map { index in
            let unit = (Double(index) + 0.5) / Double(Self.latencyCount)
            // Half of it is the same for all: no light is faster.
            return Int64(mean * (0.5 - 0.5 * PortableMath.log(1 - unit)))
        }
        handlingMicroseconds = Int64(day.network.handling.seconds * 1_000_000)
        intakeSeconds = day.network.intake.seconds
        answerSeconds = day.network.answer.seconds
        processors = day.network.processors.map(Double.init)
    }
}
