public import Imaging
public import Inference
public import Records
public import SurgeCore
internal import Synchronization

/// Paints from words with the installed models of the kind `flow`.
public struct FlowPainter: StepPainter {
    /// A picture of a flow model on its way.
    private struct Work: StepState {
        let flow: FlowState
        let revisedPrompt: String
        /// The size of the picture and its previews.
        let output: PixelSize

        var stepsTaken: Int { flow.stepsDone - flow.firstStep }
        var stepsInAll: Int { flow.stepCount - flow.firstStep }
    }

    private let models: [String: FlowModel]
    private let decoder: ImageDecoder
    private let files: FileStore
    private let blocking: BlockingWork
    private let finisher: PictureFinisher
    private let readings = Readings()

    /// - Parameter rights: says what may leave and what it says of itself; nil: nothing is checked or signed.
    public init(
        models: [FlowModel],
        decoder: ImageDecoder,
        files: FileStore,
        blocking: BlockingWork,
        rights: RightsService? = nil
    ) {
        self.models = Dictionary(uniqueKeysWithValues: models.map { ($0.entry.manifest.id, $0) })
        self.decoder = decoder
        self.files = files
        self.blocking = blocking
        finisher = PictureFinisher(decoder: decoder, files: files, blocking: blocking, rights: rights)
    }

    // MARK: The way of a picture

    public func begin(_ request: PaintRequest, task: Int, rung: Rung) async throws(PaintError) -> any StepState {
        let model = try model(request.model)
        let reading = try await read(request, model)
        let seed = FlowNoise.seed(ofPicture: task, job: request.seedValue)
        do {
            guard !request.photo.isEmpty else {
                let shape = request.outputSize ?? PixelSize(width: rung.workingSide, height: rung.workingSide)
                return Work(
                    flow: try model.begin(reading.condition, seed: seed, shape: shape, rung: rung),
                    revisedPrompt: reading.revisedPrompt,
                    output: try request.outputSize ?? model.pictureSize(for: shape, rung: rung)
                )
            }
            let strength = request.strength ?? 1
            let (shape, photo) = try await photo(of: request, model, rung)
            async let examined = finisher.examine(upload: request.photo, cutTo: photo.size, decoded: photo)
            let state = try await model.begin(
                reading.condition,
                seed: seed,
                photo: photo,
                strength: strength,
                shape: shape,
                rung: rung
            )
            try await examined.get()
            let percent = Int((strength * 100).rounded())
            let begun = " It begins with the photo, \(percent) % of whose details were given up."
            return Work(
                flow: state,
                revisedPrompt: reading.revisedPrompt + begun,
                // Without a size: the photo's own shape, as large as the model paints.
                output: request.outputSize ?? shape.fitting(longerSide: photo.size.longerSide)
            )
        } catch {
            throw PaintError(error)
        }
    }

    public func step(_ states: [any StepState]) async throws(PaintError) -> [any StepState] {
        var stepped = states
        var places: [String: [Int]] = [:]
        for (place, state) in states.enumerated() { places[try work(state).flow.model, default: []].append(place) }
        for (id, places) in places.sorted(by: { $0.key < $1.key }) {
            let model = try model(id)
            var works: [Work] = []
            for place in places { works.append(try work(states[place])) }
            do {
                for (index, flow) in try await model.step(works.map(\.flow)).enumerated() {
                    stepped[places[index]] = Work(
                        flow: flow,
                        revisedPrompt: works[index].revisedPrompt,
                        output: works[index].output
                    )
                }
            } catch {
                throw PaintError(error)
            }
        }
        return stepped
    }

    public func preview(_ state: any StepState, of request: PaintRequest) async throws(PaintError) -> PictureRecord {
        let (work, model) = (try work(state), try model(request.model))
        let painted: Raster
        do {
            painted = try await model.preview(work.flow)
        } catch {
            throw PaintError(error)
        }
        return try await keep(painted, work, request)
    }

    public func finish(_ state: any StepState, of request: PaintRequest) async throws(PaintError) -> PictureRecord {
        let (work, model) = (try work(state), try model(request.model))
        let painted: Raster
        do {
            painted = try await model.picture(work.flow)
        } catch {
            throw PaintError(error)
        }
        return try await keep(painted, work, request)
    }

    // MARK: Parts

    private func model(_ id: String) throws(PaintError) -> FlowModel {
        guard let model = models[id] else { throw .notInstalled("the model \(id)") }
        return model
    }

    private func work(_ state: any StepState) throws(PaintError) -> Work {
        guard let work = state as? Work else { throw .inference("the state is another painter's") }
        return work
    }

    private func read(_ request: PaintRequest, _ model: FlowModel) async throws(PaintError) -> PromptReading {
        let prompt = [request.prompt, request.style].compactMap(\.self).joined(separator: ", ")
        let key = Readings.Key(model: request.model, prompt: prompt)
        if let known = readings.reading(key) { return known }
        do {
            let reading = try await model.read(prompt)
            readings.insert(reading, key)
            return reading
        } catch {
            throw PaintError(error)
        }
    }

    /// The photo at the size that the model paints at, and the shape that is asked for.
    private func photo(
        of request: PaintRequest,
        _ model: FlowModel,
        _ rung: Rung
    ) async throws(PaintError) -> (shape: PixelSize, photo: Raster) {
        let source = ImageSource.file(files.path(of: request.photo))
        let shape: PixelSize
        if let size = request.outputSize { shape = size } else { shape = try await ownSize(of: request.photo) }
        let size: PixelSize
        do {
            size = try model.pictureSize(for: shape, rung: rung)
        } catch {
            throw PaintError(error)
        }
        do {
            return (shape, try await blocking.decode(source, .filling(size), by: decoder))
        } catch {
            throw PaintError(error, reading: request.photo, in: files)
        }
    }

    private func ownSize(of photo: String) async throws(PaintError) -> PixelSize {
        let source = ImageSource.file(files.path(of: photo))
        do {
            return try await blocking.header(of: source, by: decoder).size
        } catch {
            throw PaintError(error, reading: photo, in: files)
        }
    }

    private func keep(
        _ painted: Raster,
        _ work: Work,
        _ request: PaintRequest
    ) async throws(PaintError) -> PictureRecord {
        try await finisher.finish(
            painted,
            work.output,
            filling: true,
            revisedPrompt: work.revisedPrompt,
            of: request
        )
    }
}

/// What the last prompts were read as: the pictures of one job have one prompt.
private final class Readings: Sendable {
    struct Key: Hashable {
        let model: String
        let prompt: String
    }

    private static let most = 64
    private let known = Mutex<[Key: PromptReading]>([:])

    func reading(_ key: Key) -> PromptReading? { known.withLock { $0[key] } }

    func insert(_ reading: PromptReading, _ key: Key) {
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[key] = reading
        }
    }
}

extension PaintError {
    fileprivate init(_ error: any Error) {
        switch error {
        case let error as PaintError: self = error
        case let error as InferenceError: self = .inference(error.description)
        case let error as ImagingError: self = .imaging(error)
        default: self = .inference("\(error)")
        }
    }
}
