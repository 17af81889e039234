internal import Imaging
internal import Inference
internal import Records
internal import Service
internal import SurgeCore
internal import TestKit

/// Keeps a real picture for each one that a ``FakeStepPainter`` invents. Links, small pictures and answers in base64 work
/// with them. The pixels repeat the invented picture's digest, so two different tasks never give the same file.
struct PlainStepPainter: StepPainter {
    /// Where no size was asked for.
    static let side = 64

    /// Decides when steps are taken and which pictures fail.
    let steps: FakeStepPainter
    let files: FileStore

    func begin(_ request: PaintRequest, task: Int, rung: Rung) async throws(PaintError) -> any StepState {
        try await steps.begin(request, task: task, rung: rung)
    }

    func step(_ states: [any StepState]) async throws(PaintError) -> [any StepState] {
        try await steps.step(states)
    }

    func preview(_ state: any StepState, of request: PaintRequest) async throws(PaintError) -> PictureRecord {
        try keep(try await steps.preview(state, of: request), of: request)
    }

    func finish(_ state: any StepState, of request: PaintRequest) async throws(PaintError) -> PictureRecord {
        try keep(try await steps.finish(state, of: request), of: request)
    }

    private func keep(_ record: PictureRecord, of request: PaintRequest) throws(PaintError) -> PictureRecord {
        let size = request.outputSize ?? PixelSize(width: Self.side, height: Self.side)
        let pattern = Array(record.digest.utf8)
        let pixels = (0..<(size.area * 3)).map { pattern[$0 % pattern.count] }
        let bytes: [UInt8]
        do {
            bytes = try Raster(size: size, channels: 3, bytes: pixels).encoded(as: request.encoding)
        } catch {
            throw .imaging(error)
        }
        let digest: String
        do {
            digest = try files.write(bytes)
        } catch {
            throw .records(error)
        }
        return PictureRecord(
            digest: digest,
            format: request.encoding.format.rawValue,
            width: size.width,
            height: size.height,
            revisedPrompt: record.revisedPrompt
        )
    }
}
