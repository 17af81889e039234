internal import Foundation
internal import Imaging
internal import Inference
internal import SurgeCore

/// What `heatsink generate` was asked for, ready to be begun.
struct PictureOrder: Sendable {
    /// A photo to begin with.
    struct Photo: Sendable {
        let path: String
        let strength: Double
        let decoder: ImageDecoder
    }

    let prompt: String
    /// nil: as the model paints, or of the photo's shape.
    let size: PixelSize?
    let rung: Rung
    let seed: UInt64
    let photo: Photo?

    /// The first `count` pictures, none of their steps taken.
    func pictures(_ count: Int, _ model: FlowModel) async throws -> [SavedPicture] {
        let reading = try await model.read(prompt)
        var pictures: [SavedPicture] = []
        for index in 0..<count {
            let seed = FlowNoise.seed(ofPicture: index, job: seed)
            let (state, output) = try await begin(reading.condition, seed: seed, model)
            pictures.append(SavedPicture(revisedPrompt: reading.revisedPrompt, output: output, state: state))
        }
        return pictures
    }

    private func begin(
        _ condition: [Float],
        seed: UInt64,
        _ model: FlowModel
    ) async throws -> (state: FlowState, output: PixelSize?) {
        guard let photo else {
            let shape = size ?? PixelSize(width: rung.workingSide, height: rung.workingSide)
            return (try model.begin(condition, seed: seed, shape: shape, rung: rung), size)
        }
        guard FileManager.default.fileExists(atPath: photo.path) else {
            throw CommandFailure("\(photo.path) cannot be read")
        }
        let source = ImageSource.file(photo.path)
        let shape: PixelSize
        if let size { shape = size } else { shape = try photo.decoder.header(of: source).size }
        let painted = try model.pictureSize(for: shape, rung: rung)
        let state = try await model.begin(
            condition,
            seed: seed,
            photo: try photo.decoder.decode(source, filling: painted),
            strength: photo.strength,
            shape: shape,
            rung: rung
        )
        return (state, size ?? shape.fitting(longerSide: painted.longerSide))
    }
}
