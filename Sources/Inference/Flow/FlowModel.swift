internal import BinaryText
internal import Crypto
public import Imaging
public import SurgeCore

/// Step-wise generation: a sentence in, a picture out, by following a learned field from noise to a picture.
///
/// Flow matching in the latents of an autoencoder (Lipman et al., "Flow Matching for Generative Modeling", 2023; Liu et
/// al., "Flow Straight and Fast", 2023). All that lies between two steps is a ``FlowState``: any mixture of them is
/// stepped together (``step(_:)``), and the seed alone decides the picture.
public struct FlowModel: Sendable {
    public let entry: ModelCatalogue.Entry
    /// What the manifest says of it.
    public let description: FlowDescription

    /// Of the weights and the settings; see ``FlowState/modelDigest``.
    let digest: String
    let networks: [FlowDescription.Network: any Graph]
    let batcher: StepBatcher
    private let promptReader: PromptReader
    private let decoders: [FlowDescription.Decoder: FlowDecoder]
    private let photoEncoder: any Graph

    /// Working memory for one pass through a network, in bytes, unless said otherwise: enough for a dozen small pictures,
    /// beyond which a pass gains next to nothing.
    public static let defaultPassBytes = 64 << 20

    /// Loads the networks. The entry's files were verified before.
    ///
    /// - Parameter passBytes: working memory that one pass through a network may take; it bounds how many pictures
    ///   share a pass, and in how many tiles a large one is decoded.
    public init(
        _ entry: ModelCatalogue.Entry,
        runtime: any Runtime,
        passBytes: Int = FlowModel.defaultPassBytes
    ) async throws(InferenceError) {
        let manifestPath = "\(entry.folder)/model.json"
        guard let description = entry.manifest.flow else {
            throw .invalidManifest(path: manifestPath, reason: "it is not of the kind flow")
        }
        func path(_ role: String) throws(InferenceError) -> String {
            guard let file = entry.manifest.files[role] else {
                throw .invalidManifest(path: manifestPath, reason: "files.\(role) is missing")
            }
            return entry.path(of: file)
        }
        let networkRoles = FlowDescription.Network.allCases.map(\.rawValue)
        let decoderRoles = FlowDescription.Decoder.allCases.map(\.rawValue)
        let roles = (networkRoles + decoderRoles).filter(description.graphRoles.contains)
        var jobs: [LoadJob] = []
        for role in ["encoder", "reader", "photo_encoder"] + roles {
            jobs.append(LoadJob(role: role, path: try path(role), profile: try entry.profile(of: role)))
        }
        let loaded = await Self.load(jobs, runtime)
        func graph(_ role: String) throws(InferenceError) -> any Graph {
            guard let result = loaded[role] else { throw .missingFile(path: try path(role)) }
            return try result.get()
        }
        func bytesPerValue(_ role: String) throws(InferenceError) -> Int {
            // Profiles state what 16-bit arithmetic takes.
            try max(1, 2 * entry.profile(of: role).dynamicBytesPerValue)
        }
        self.entry = entry
        self.description = description
        self.digest = Self.digest(of: entry.manifest)
        self.promptReader = try PromptReader(
            description,
            vocabulary: path("vocabulary"),
            lexicon: path("lexicon"),
            encoder: graph("encoder"),
            reader: graph("reader")
        )
        self.photoEncoder = try graph("photo_encoder")
        var networks: [FlowDescription.Network: any Graph] = [:]
        var networkBytes: [FlowDescription.Network: Int] = [:]
        for network in FlowDescription.Network.allCases where description.graphRoles.contains(network.rawValue) {
            networks[network] = try graph(network.rawValue)
            networkBytes[network] = try bytesPerValue(network.rawValue)
        }
        self.networks = networks
        self.batcher = StepBatcher(limitBytes: passBytes, bytesPerValue: networkBytes)
        var decoders: [FlowDescription.Decoder: FlowDecoder] = [:]
        for decoder in FlowDescription.Decoder.allCases where description.graphRoles.contains(decoder.rawValue) {
            decoders[decoder] = FlowDecoder(
                graph: try graph(decoder.rawValue),
                cellPixels: description.cellPixels * decoder.scale,
                reach: description.decoderReach ?? FlowDescription.defaultDecoderReach,
                multiple: description.gridMultiple,
                cellLimit: try passBytes / (description.channels * bytesPerValue(decoder.rawValue))
            )
        }
        self.decoders = decoders
    }

    private struct LoadJob: Sendable {
        let role: String
        let path: String
        let profile: GraphProfile
    }

    /// Loads graphs side by side: compiling one keeps a single core busy.
    private static func load(
        _ jobs: [LoadJob],
        _ runtime: any Runtime
    ) async -> [String: Result<any Graph, InferenceError>] {
        await withTaskGroup(of: (String, Result<any Graph, InferenceError>).self) { group in
            for job in jobs {
                group.addTask {
                    do throws(InferenceError) {
                        return (job.role, .success(try await runtime.load(job.path, profile: job.profile)))
                    } catch {
                        return (job.role, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Reads a prompt: tells its language, translates scene words, and finds what it says of the picture.
    public func read(_ prompt: String) async throws(InferenceError) -> PromptReading {
        try await promptReader.read(prompt)
    }

    /// The size of the picture that a rung makes for a request of some shape, before it is brought to the requested size.
    ///
    /// - Throws: ``InferenceError/invalidRequest(reason:)`` when the model has no such rung.
    public func pictureSize(for shape: PixelSize, rung: Rung) throws(InferenceError) -> PixelSize {
        let plan = try plan(of: rung)
        let latent = LatentShape(for: shape, workingSide: rung.workingSide, plan: plan, description: description)
        return size(of: latent, cellPixels: description.cellPixels * plan.decoder.scale)
    }

    /// A picture that begins from noise. What the condition leaves open is chosen by the seed, where the manifest says how.
    ///
    /// - Parameters:
    ///   - condition: from a ``PromptReading``.
    ///   - shape: the size asked for; only its ratio matters.
    /// - Throws: ``InferenceError/invalidRequest(reason:)``.
    public func begin(
        _ condition: [Float],
        seed: UInt64,
        shape: PixelSize,
        rung: Rung
    ) throws(InferenceError) -> FlowState {
        try state(completed(condition, seed: seed), seed: seed, shape: shape, rung: rung, firstStep: 0)
    }

    /// A photo decides itself what its prompt leaves open; noise does not.
    private func completed(_ condition: [Float], seed: UInt64) -> [Float] {
        // Another count is refused when the state is made.
        guard let completion = description.completion, condition.count == description.conditionCount else {
            return condition
        }
        return completion.completed(condition, seed: seed, groups: description.groups)
    }

    /// A picture that begins from a photo.
    ///
    /// - Parameters:
    ///   - photo: three channels; brought to the size that the encoder takes, if it is not of it.
    ///   - strength: above 0, at most 1; how far the picture may go from the photo. 1 forgets the photo.
    /// - Throws: ``InferenceError/invalidRequest(reason:)``, and what the runtime says.
    public func begin(
        _ condition: [Float],
        seed: UInt64,
        photo: Raster,
        strength: Double,
        shape: PixelSize,
        rung: Rung
    ) async throws(InferenceError) -> FlowState {
        guard strength > 0, strength <= 1 else {
            throw .invalidRequest(reason: "the strength is \(strength); it must be above 0 and at most 1")
        }
        guard photo.channels == 3 else { throw .invalidRequest(reason: "the photo has no three channels") }
        let grid = try grid(of: rung)
        let firstStep = grid.firstStep(strength: strength)
        var state = try state(condition, seed: seed, shape: shape, rung: rung, firstStep: firstStep)
        guard firstStep > 0 else { return state }
        let own = try await latent(of: photo, shape: state.shape)
        let time = Float(grid.time(firstStep))
        state.latent = zip(state.latent, own).map { (1 - time) * $0 + time * $1 }
        return state
    }

    /// What the picture will look like, as far as the last step saw.
    ///
    /// - Throws: ``InferenceError/invalidState(reason:)`` before the first step.
    public func preview(_ state: FlowState) async throws(InferenceError) -> Raster {
        let plan = try plan(for: state)
        guard !state.isFinished else { return try await decode(state.latent, state.shape, .small) }
        guard !state.velocity.isEmpty else {
            throw .invalidState(reason: "no step was made yet, so there is nothing to show")
        }
        let grid = StepGrid(stepCount: state.stepCount, shift: plan.shift)
        let rest = Float(1 - grid.time(state.stepsDone))
        let guess = SamplerStep.moved(state.latent, along: state.velocity, by: rest)
        return try await decode(guess, state.shape, .small)
    }

    /// The picture of a finished state, of the size that ``pictureSize(for:rung:)`` says.
    ///
    /// - Throws: ``InferenceError/invalidState(reason:)`` while steps are missing.
    public func picture(_ state: FlowState) async throws(InferenceError) -> Raster {
        let plan = try plan(for: state)
        guard state.isFinished else {
            throw .invalidState(reason: "only \(state.stepsDone) of its \(state.stepCount) steps are made")
        }
        return try await decode(state.latent, state.shape, plan.decoder)
    }

    // MARK: Parts

    private func state(
        _ condition: [Float],
        seed: UInt64,
        shape: PixelSize,
        rung: Rung,
        firstStep: Int
    ) throws(InferenceError) -> FlowState {
        guard condition.count == description.conditionCount, condition.allSatisfy(\.isFinite) else {
            throw .invalidRequest(reason: "the condition is not of \(description.conditionCount) numbers")
        }
        let plan = try plan(of: rung)
        let latent = LatentShape(for: shape, workingSide: rung.workingSide, plan: plan, description: description)
        return FlowState(
            model: entry.manifest.id,
            modelDigest: digest,
            rungName: rung.name,
            seed: seed,
            stepCount: try grid(of: rung).stepCount,
            firstStep: firstStep,
            stepsDone: firstStep,
            shape: latent,
            condition: condition,
            latent: FlowNoise.values(latent.count, seed: seed),
            velocity: []
        )
    }

    private func plan(of rung: Rung) throws(InferenceError) -> FlowDescription.RungDescription {
        guard let plan = description.rungs[rung.name] else {
            throw .invalidRequest(reason: "the model '\(entry.manifest.id)' has no rung '\(rung.name)'")
        }
        return plan
    }

    private func grid(of rung: Rung) throws(InferenceError) -> StepGrid {
        let plan = try plan(of: rung)
        guard let steps = entry.ladder.rung(named: rung.name)?.steps else {
            throw .invalidRequest(reason: "the rung '\(rung.name)' has no steps")
        }
        return StepGrid(stepCount: steps, shift: plan.shift)
    }

    /// How a state samples; checks that it is this model's, for it may come from anywhere.
    func plan(for state: FlowState) throws(InferenceError) -> FlowDescription.RungDescription {
        guard state.model == entry.manifest.id, state.modelDigest == digest else {
            throw .stateOfAnotherModel(id: state.model, model: entry.manifest.id)
        }
        guard let plan = description.rungs[state.rungName],
            entry.ladder.rung(named: state.rungName)?.steps == state.stepCount,
            state.shape.channels == description.channels,
            state.shape.height % description.gridMultiple == 0, state.shape.width % description.gridMultiple == 0,
            state.condition.count == description.conditionCount
        else { throw .invalidState(reason: "its numbers are not those of the model '\(state.model)'") }
        return plan
    }

    private func latent(of photo: Raster, shape: LatentShape) async throws(InferenceError) -> [Float] {
        let size = size(of: shape, cellPixels: description.cellPixels)
        let fitted: Raster
        do {
            fitted = try photo.resized(to: size, filling: true)
        } catch {
            throw .invalidRequest(reason: error.description)
        }
        let input = GraphInput("picture", shape: [1, 3, size.height, size.width]) { span in
            Pixels.writePlanar(fitted, to: &span, width: size.width, height: size.height)
        }
        let latent = try await photoEncoder.run([input], output: "latent") { _, values in values.array }
        guard latent.count == shape.count else {
            throw .runtime(operation: "read the photo", reason: "its latent has \(latent.count) values")
        }
        return latent
    }

    private func decode(
        _ latent: [Float],
        _ shape: LatentShape,
        _ decoder: FlowDescription.Decoder
    ) async throws(InferenceError) -> Raster {
        guard let decoder = decoders[decoder] else {
            throw .runtime(operation: "decode", reason: "the model has no \(decoder.rawValue)")
        }
        return try await decoder.picture(latent, shape)
    }

    private func size(of shape: LatentShape, cellPixels: Int) -> PixelSize {
        PixelSize(width: shape.width * cellPixels, height: shape.height * cellPixels)
    }

    /// Changes with everything that a picture under way depends on: half a picture of one model and half of another
    /// is none.
    private static func digest(of manifest: ModelManifest) -> String {
        let files = manifest.files.map { "\($0.key) \($0.value.sha256)" }.sorted()
        let rungs = (manifest.flow?.rungs ?? [:]).map { name, rung in
            "\(name) \(rung.network) \(rung.sampler) \(rung.guidance) \(rung.shift) \(rung.decoder)"
        }
        var hash = SHA256()
        for line in files + rungs.sorted() { hash.update(data: Array("\(line)\n".utf8)) }
        return hash.finalize().prefix(16).hexadecimal
    }
}
