public import Imaging
public import SurgeCore

/// Step-wise generation: a sentence in, a picture out, by following a learned field from noise to a picture.
///
/// Flow matching in the latents of an autoencoder (Lipman et al., "Flow Matching for Generative Modeling", 2023; Liu et
/// al., "Flow Straight and Fast", 2023). All that lies between two steps is a ``FlowState``: any mixture of them is
/// stepped together.
public struct FlowModel: Sendable {
    public let entry: ModelCatalogue.Entry
    /// What the manifest says of it.
    public let description: FlowDescription

    /// Loads the networks. The entry's files were verified before.
    public init(_ entry: ModelCatalogue.Entry, runtime: any Runtime) async throws(InferenceError) {
        guard let description = entry.manifest.flow else {
            throw .invalidManifest(path: "\(entry.folder)/model.json", reason: "it is not of the kind flow")
        }
        self.entry = entry
        self.description = description
    }

    /// Reads a prompt: tells its language, translates scene words, and finds what it says of the picture.
    public func read(_ prompt: String) async throws(InferenceError) -> PromptReading {
        throw .runtime(operation: "read", reason: "this is not finished")
    }

    /// The size of the picture that a rung makes for a wish of some shape, before it is brought to the wished size.
    public func pictureSize(for shape: PixelSize, rung: Rung) throws(InferenceError) -> PixelSize {
        throw .runtime(operation: "size", reason: "this is not finished")
    }

    /// A picture that begins from noise.
    ///
    /// - Parameters:
    ///   - condition: from a ``PromptReading``.
    ///   - shape: the size wished for; only its ratio matters.
    public func begin(
        _ condition: [Float],
        seed: UInt64,
        shape: PixelSize,
        rung: Rung
    ) throws(InferenceError) -> FlowState {
        throw .runtime(operation: "begin", reason: "this is not finished")
    }

    /// A picture that begins from a photo.
    ///
    /// - Parameter strength: above 0, at most 1; how much of the photo's details is given up. 1 forgets the photo.
    public func begin(
        _ condition: [Float],
        seed: UInt64,
        photo: Raster,
        strength: Double,
        shape: PixelSize,
        rung: Rung
    ) async throws(InferenceError) -> FlowState {
        throw .runtime(operation: "begin", reason: "this is not finished")
    }

    /// One step of the grid for each, in as few passes through the networks as there can be.
    ///
    /// - Parameter states: any mixture of steps, prompts, seeds, rungs and shapes; finished ones come back as they are.
    /// - Returns: the same states in the same order, each one step further.
    public func step(_ states: [FlowState]) async throws(InferenceError) -> [FlowState] {
        throw .runtime(operation: "step", reason: "this is not finished")
    }

    /// What the picture will look like, as far as the last step saw.
    ///
    /// - Throws: ``InferenceError/invalidState(reason:)`` before the first step.
    public func preview(_ state: FlowState) async throws(InferenceError) -> Raster {
        throw .runtime(operation: "preview", reason: "this is not finished")
    }

    /// The picture of a finished state, of the size that ``pictureSize(for:rung:)`` says.
    public func picture(_ state: FlowState) async throws(InferenceError) -> Raster {
        throw .runtime(operation: "decode", reason: "this is not finished")
    }
}
