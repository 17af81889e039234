import Benchmark
import SurgeCore

/// A full cycle (submit, confirm, finish, fill) with many jobs waiting, on one thread.
///
/// What is asked of the core: at least 400,000 cycles a second at a million waiting jobs of 100,000 accounts, at most 400
/// bytes a waiting job, and a cost that grows no faster than log n from 10,000 to 10,000,000.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .throughput, .instructions],
        warmupIterations: 1,
        scalingFactor: .kilo,
        maxDuration: .seconds(4),
        maxIterations: 400
    )
    let sizes = [(10_000, "10,000"), (100_000, "100,000"), (1_000_000, "1,000,000"), (10_000_000, "10,000,000")]
    for (waiting, name) in sizes {
        Benchmark("cycle at \(name) waiting jobs") { benchmark in
            var fleet = Fleet(waiting: waiting)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { fleet.cycle() }
            benchmark.stopMeasurement()
            blackHole(fleet.scheduler.liveJobCount)
        }
    }
    Benchmark(
        "memory of 1,000,000 waiting jobs",
        configuration: Benchmark.Configuration(metrics: [.peakMemoryResidentDelta], maxIterations: 1)
    ) { benchmark in
        benchmark.startMeasurement()
        let fleet = Fleet(waiting: 1_000_000)
        benchmark.stopMeasurement()
        blackHole(fleet.scheduler.liveJobCount)
    }
}
