internal import Scenarios
internal import SurgeCore

extension LabReport {
    /// A report of a day, before any policy has run.
    package init(_ laboratory: Laboratory) {
        let day = laboratory.day
        self.init(
            scenario: day.name,
            summary: day.summary,
            sources: day.sources,
            seed: laboratory.seed,
            scale: laboratory.scale,
            cells: laboratory.cells,
            startsAt: Double(day.startsAt.unixSeconds),
            durationSeconds: day.durationSeconds,
            plans: day.plans.map(\.name).filter { name in day.people.contains { $0.plan == name } },
            payingPlans: day.plans.filter { $0.priceMillicredits > 0 }.map(\.name),
            models: day.models.map { model in
                ModelFigures(
                    name: model.name,
                    rungs: model.ladder.rungs.reversed().map {
                        RungFigures(name: $0.name, costDeviceSeconds: $0.costDeviceSeconds, quality: $0.quality)
                    }
                )
            },
            fleet: day.fleet.map { pool in
                PoolFigures(
                    name: pool.name,
                    device: pool.device,
                    count: Laboratory.count(pool, laboratory.scale).first,
                    dollarsPerHour: day.devices.first { $0.name == pool.device }?.dollarsPerHour ?? 0
                )
            },
            runs: [],
            bound: nil
        )
    }
}
