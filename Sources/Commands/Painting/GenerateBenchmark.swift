internal import Imaging
internal import Inference
internal import SurgeCore

/// Measures the parts of `heatsink generate`, for `Benchmarks`: the hidden option `--benchmark ROUNDS`.
struct GenerateBenchmark {
    /// Seconds of one round, from the prompt to the encoded pictures.
    struct Round: Encodable {
        var read_seconds = 0.0
        var begin_seconds = 0.0
        var step_seconds: [Double] = []
        var decode_seconds = 0.0
        var encode_seconds = 0.0
        var total_seconds = 0.0
    }

    struct Report: Encodable {
        let model: String
        let rung: String
        let width: Int
        let height: Int
        /// Pictures that shared their steps.
        let batch: Int
        let load_seconds: Double
        /// The first one, in which graphs are compiled for their shapes, is not among them.
        let rounds: [Round]
    }

    let model: FlowModel
    let order: PictureOrder
    let rounds: Int

    func run(loadSeconds: Double, batch: Int) async throws -> Report {
        var size = PixelSize(width: 1, height: 1)
        var measured: [Round] = []
        for _ in 0...rounds { measured.append(try await round(batch, &size)) }
        return Report(
            model: model.entry.manifest.id,
            rung: order.rung.name,
            width: size.width,
            height: size.height,
            batch: batch,
            load_seconds: loadSeconds,
            rounds: Array(measured.dropFirst())
        )
    }

    private func round(_ batch: Int, _ size: inout PixelSize) async throws -> Round {
        var round = Round()
        let began = ContinuousClock.now
        var mark = began
        func lap() -> Double {
            let now = ContinuousClock.now
            defer { mark = now }
            return (now - mark) / .seconds(1)
        }
        _ = try await model.read(order.prompt)
        round.read_seconds = lap()
        var states = try await order.pictures(batch, model).map(\.state)
        round.begin_seconds = lap()
        while states.contains(where: { !$0.isFinished }) {
            states = try await model.step(states)
            round.step_seconds.append(lap())
        }
        for state in states {
            let raster = try await model.picture(state)
            round.decode_seconds += lap()
            let requested = try raster.resized(to: order.size ?? raster.size, filling: true)
            _ = try requested.encoded(as: ImageEncoding(format: .png))
            round.encode_seconds += lap()
            size = requested.size
        }
        round.total_seconds = (ContinuousClock.now - began) / .seconds(1)
        return round
    }
}
