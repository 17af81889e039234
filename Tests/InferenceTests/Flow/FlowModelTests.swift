import Foundation
import Imaging
import SurgeCore
import TestKit
import Testing

@testable import Inference

@Suite("Step-wise generation, with tiny networks")
struct FlowModelTests {
    private func condition(_ words: String, _ model: FlowModel) async throws -> [Float] {
        try await model.read(words).condition
    }

    private func square(_ side: Int) -> PixelSize { PixelSize(width: side, height: side) }

    /// One state of each kind there is: all rungs, two shapes, several prompts and seeds.
    private func mixture(_ model: FlowModel) async throws -> [FlowState] {
        let prompts = ["a red lighthouse", "night, snow", "", "forest at dawn"]
        var states: [FlowState] = []
        for (index, rung) in model.entry.ladder.rungs.enumerated() {
            for (turn, shape) in [square(512), PixelSize(width: 700, height: 400)].enumerated() {
                let condition = try await condition(prompts[(index + turn) % prompts.count], model)
                let seed = UInt64(index * 100 + turn)
                states.append(try model.begin(condition, seed: seed, shape: shape, rung: rung))
            }
        }
        return states
    }

    private func largestDifference(_ one: [FlowState], _ other: [FlowState]) -> Float {
        zip(one, other).flatMap { zip($0.latent, $1.latent).map { abs($0 - $1) } }.max() ?? .infinity
    }

    @Test("Latents are those of the Python reference", arguments: ["2 steps", "4 steps", "8 steps", "6 steps guided"])
    func matchesReference(rung: String) async throws {
        let golden = try GoldenLatents(contentsOf: FlowFixture.modelFolder + "/golden/latents.json")
        let found = golden.cases.filter { $0.rung == rung }
        #expect(!found.isEmpty)
        let model = try await FlowFixture.model()
        for golden in found { try await golden.compare(with: model, tolerance: 1e-4) }
    }

    @Test("A picture is the same to the bit alone and among others, in whatever order and however many")
    func isIndependentOfBatch() async throws {
        let model = try await FlowFixture.model()
        let states = try await mixture(model)
        let together = try await model.finish(states)
        for (state, expected) in zip(states, together) {
            #expect(try await model.finish([state]) == [expected])
        }
        #expect(try await model.finish(states.reversed()) == together.reversed())
        let tight = try await FlowFixture.model(passBytes: 1)
        #expect(try await tight.finish(states) == together)
    }

    @Test("Pictures join and leave between steps without touching each other")
    func joinsAndLeaves() async throws {
        let model = try await FlowFixture.model()
        let states = try await mixture(model)
        let expected = try await model.finish(states)
        var running: [(place: Int, state: FlowState)] = []
        var ended = states
        var next = 0
        while next < states.count || !running.isEmpty {
            if next < states.count {
                running.append((next, states[next]))
                next += 1
            }
            let stepped = try await model.step(running.map(\.state))
            running = zip(running, stepped).map { ($0.place, $1) }
            for (place, state) in running where state.isFinished { ended[place] = state }
            running.removeAll { $0.state.isFinished }
        }
        #expect(ended == expected)
    }

    @Test("A picture that was saved and gone on with elsewhere is the same to the byte")
    func resumes() async throws {
        let model = try await FlowFixture.model()
        let states = try await mixture(model)
        let expected = try await model.finish(states)
        var saved = states.map(\.bytes)
        for turn in 0..<8 {
            // A process of its own each second time: nothing but the bytes goes on.
            let other = turn % 2 == 0 ? try await FlowFixture.model() : model
            let restored = try saved.map { bytes throws(InferenceError) in try FlowState(bytes: bytes) }
            saved = try await other.step(restored).map(\.bytes)
        }
        #expect(saved == expected.map(\.bytes))
        let picture = try await model.picture(expected[0])
        #expect(try await model.picture(FlowState(bytes: saved[0])) == picture)
    }

    @Test("Those that can share passes do; Heun asks once more, guidance takes two rows")
    func sharesPasses() async throws {
        let runtime = WatchingRuntime(try OpenVINORuntime())
        let model = try await FlowFixture.model(runtime)
        let states = try await mixture(model)
        _ = runtime.takeRuns()
        _ = try await model.step(states)
        let square = [4, 4]
        let wide = [states[1].shape.height, states[1].shape.width]
        let expected: Set<WatchingRuntime.Run> = [
            .init(graph: "fast", shape: [3, 16] + square), .init(graph: "fast", shape: [3, 16] + wide),
            .init(graph: "flow", shape: [2, 16] + square), .init(graph: "flow", shape: [2, 16] + wide),
            .init(graph: "fast", shape: [1, 16] + square), .init(graph: "fast", shape: [1, 16] + wide),
        ]
        let runs = runtime.takeRuns()
        #expect(Set(runs) == expected)
        #expect(runs.count == 8)
        let finished = try await model.finish(states)
        _ = runtime.takeRuns()
        #expect(try await model.step(finished) == finished)
        #expect(runtime.takeRuns().isEmpty)
    }

    @Test("Guidance of 1 asks once; another guidance, prompt or seed is another picture")
    func heedsPreferences() async throws {
        let model = try await FlowFixture.model()
        let red = try await condition("red lighthouse", model)
        let night = try await condition("night", model)
        let rung = try model.rung("6 steps guided")
        let first = try model.begin(red, seed: 1, shape: square(64), rung: rung)
        let others = try [
            model.begin(night, seed: 1, shape: square(64), rung: rung),
            model.begin(red, seed: 2, shape: square(64), rung: rung),
            model.begin(red, seed: 1, shape: square(64), rung: model.rung("8 steps")),
        ]
        let ended = try await model.finish([first] + others)
        for other in ended.dropFirst() { #expect(largestDifference([ended[0]], [other]) > 0.01) }
    }

    @Test("A preview shows where the picture is going, a finished picture has the size that was said")
    func previews() async throws {
        let model = try await FlowFixture.model()
        for (name, side) in [("2 steps", 64), ("6 steps guided", 128)] {
            let rung = try model.rung(name)
            var state = try model.begin(try await condition("sea", model), seed: 5, shape: square(800), rung: rung)
            await #expect(throws: InferenceError.self) { try await model.preview(state) }
            await #expect(throws: InferenceError.self) { try await model.picture(state) }
            state = try await model.step([state])[0]
            #expect(try await model.preview(state).size == square(64))
            let finished = try await model.finish([state])[0]
            #expect(try await model.preview(finished).size == square(64))
            #expect(try await model.picture(finished).size == square(side))
            #expect(try model.pictureSize(for: square(800), rung: rung) == square(side))
        }
        // With equal steps and one network, the last preview but one follows the velocity to the very end.
        let rung = try model.rung("2 steps")
        let begun = try model.begin(try await condition("sea", model), seed: 5, shape: square(800), rung: rung)
        let preview = try await model.preview(try await model.step([begun])[0])
        let picture = try await model.picture(try await model.finish([begun])[0])
        #expect(preview != picture)
    }

    @Test("Tiles make the picture that the whole makes, to the last bit of a pixel")
    func tilesSeamlessly() async throws {
        let shape = LatentShape(channels: 16, height: 30, width: 44)
        let latent = FlowNoise.values(shape.count, seed: 4)
        let runtime = WatchingRuntime(try OpenVINORuntime())
        let entry = try FlowFixture.entry()
        for (role, cellPixels) in [("decoder", 16), ("decoder_large", 32)] {
            let graph = try await runtime.load("\(entry.folder)/\(role).xml", profile: entry.profile(of: role))
            func decoder(_ limit: Int) -> FlowDecoder {
                FlowDecoder(graph: graph, cellPixels: cellPixels, reach: 2, multiple: 2, cellLimit: limit)
            }
            let whole = try await decoder(44 * 30).picture(latent, shape)
            #expect(runtime.takeRuns().count == 1)
            for limit in [400, 144, 1] {
                let tiled = try await decoder(limit).picture(latent, shape)
                let runs = runtime.takeRuns()
                #expect(runs.count > 1)
                #expect(runs.allSatisfy { $0.shape[2] * $0.shape[3] <= max(limit, 64) })
                #expect(tiled.size == whole.size)
                #expect(zip(tiled.bytes, whole.bytes).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
            }
        }
    }

    @Test("A photo is kept the more the weaker the strength; with strength 1 only the noise counts")
    func beginsFromPhotos() async throws {
        let model = try await FlowFixture.model()
        let photo = try ImageDecoder().decode(.file(Repository.photo), fitting: 300)
        let rung = try model.rung("8 steps")
        let condition = try await condition("sea", model)
        func begin(_ strength: Double) async throws -> FlowState {
            try await model.begin(condition, seed: 3, photo: photo, strength: strength, shape: photo.size, rung: rung)
        }
        let noise = try model.begin(condition, seed: 3, shape: photo.size, rung: rung)
        #expect(try await begin(1) == noise)
        let strong = try await begin(0.75)
        let weak = try await begin(0.2)
        #expect(strong.firstStep > 0 && weak.firstStep > strong.firstStep)
        #expect(strong.stepsDone == strong.firstStep && strong.progress == 0)
        #expect(largestDifference([noise], [strong]) > 0.1)
        let finished = try await model.finish([weak, strong])
        #expect(finished.allSatisfy { $0.isFinished && $0.progress == 1 })
        for strength in [0, -1, 1.1, .nan] as [Double] {
            await #expect(throws: InferenceError.self) { try await begin(strength) }
        }
    }

    @Test("A state of another model, of other weights, or with odd numbers is refused with a sentence")
    func refusesOthers() async throws {
        let model = try await FlowFixture.model()
        let state = try model.begin(
            try await condition("sea", model),
            seed: 1,
            shape: square(64),
            rung: model.rung("4 steps")
        )
        func copy(model: String? = nil, digest: String? = nil, rung: String? = nil, height: Int? = nil) -> FlowState {
            let shape = LatentShape(channels: 16, height: height ?? state.shape.height, width: 4)
            return FlowState(
                model: model ?? state.model,
                modelDigest: digest ?? state.modelDigest,
                rungName: rung ?? state.rungName,
                seed: 1,
                stepCount: 4,
                firstStep: 0,
                stepsDone: 0,
                shape: shape,
                condition: state.condition,
                latent: [Float](repeating: 0, count: shape.count),
                velocity: []
            )
        }
        #expect(try await model.step([copy()])[0].stepsDone == 1)
        await #expect(throws: InferenceError.stateOfAnotherModel(id: "dream", model: "meadow-tiny")) {
            try await model.step([copy(model: "dream")])
        }
        await #expect(throws: InferenceError.stateOfAnotherModel(id: "meadow-tiny", model: "meadow-tiny")) {
            try await model.step([state, copy(digest: "00")])
        }
        for odd in [copy(rung: "8 steps"), copy(rung: "none"), copy(height: 3)] {
            await #expect(throws: InferenceError.self) { try await model.step([odd]) }
        }
        #expect(throws: InferenceError.self) {
            try model.begin([1, 2], seed: 1, shape: square(64), rung: model.rung("4 steps"))
        }
    }

    @Test("Prompts are read: what they say, in which language, and in a sentence")
    func reads() async throws {
        let model = try await FlowFixture.model()
        let english = try await model.read("a red lighthouse at dusk, winter")
        #expect(english.language == .english)
        #expect(english.understood.map(\.value) == ["dusk", "winter", "lighthouse", "red"])
        #expect(english.revisedPrompt == "A painted landscape: dusk, winter, a red lighthouse.")
        let french = try await model.read("un phare rouge au crépuscule, l'hiver")
        #expect(french.understood.map(\.value) == english.understood.map(\.value))
        #expect(french.revisedPrompt.hasPrefix("Translated from French as: lighthouse red dusk, winter."))
        for prompt in ["", " \n", "xyzzy", "маяк"] {
            let reading = try await model.read(prompt)
            #expect(reading.understood.isEmpty)
            #expect(reading.revisedPrompt.contains("Nothing in the prompt was understood"))
            for group in [0..<5, 5..<10] { #expect(abs(reading.condition[group].reduce(0, +) - 1) < 1e-4) }
        }
    }

    // MARK: The real model

    private static let goldenPath = Repository.models + "/meadow/golden/latents.json"
    private static let isInstalled =
        [goldenPath, Repository.models + "/meadow/model.json", Repository.models + "/meadow/encoder.bin"]
        .allSatisfy(FileManager.default.fileExists)

    /// A prompt, and the condition that the Python reference reads.
    private struct GoldenReading: Decodable {
        let prompt: String
        let condition: [Float]
    }

    private static let readingsPath = Repository.models + "/meadow/words/golden-conditions.json"

    @Test(
        "The real model's conditions are those of Python",
        .enabled(if: isInstalled && FileManager.default.fileExists(atPath: readingsPath))
    )
    func readsAsPython() async throws {
        let entry = try ModelCatalogue(folder: Repository.models).entry("meadow")
        let model = try await FlowModel(entry, runtime: OpenVINORuntime())
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.readingsPath))
        for golden in try JSONDecoder().decode([GoldenReading].self, from: data) {
            let condition = try await model.read(golden.prompt).condition
            let difference = zip(condition, golden.condition).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= 2e-3, "\(golden.prompt.debugDescription)")
        }
    }

    @Test("The real model's latents are those of Python", .enabled(if: isInstalled))
    func matchesPython() async throws {
        let entry = try ModelCatalogue(folder: Repository.models).entry("meadow")
        let model = try await FlowModel(entry, runtime: OpenVINORuntime())
        for golden in try GoldenLatents(contentsOf: Self.goldenPath).cases {
            try await golden.compare(with: model, tolerance: 1e-3)
        }
    }
}

/// What another program's pipeline ends at for the same noise.
private struct GoldenLatents: Decodable {
    struct Case: Decodable {
        let rung: String
        let seed: UInt64
        /// Of the request.
        let width: Int
        let height: Int
        let condition: [Float]
        /// The first values of the final latent.
        let first: [Float]
        /// Of all of its values.
        let sum: Double

        func compare(with model: FlowModel, tolerance: Float) async throws {
            let size = PixelSize(width: width, height: height)
            let state = try model.begin(condition, seed: seed, shape: size, rung: model.rung(rung))
            let latent = try await model.finish([state])[0].latent
            let difference = zip(latent, first).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= tolerance, "\(rung)")
            let sum = latent.reduce(0) { $0 + Double($1) }
            #expect(abs(sum - self.sum) <= Double(tolerance) * Double(latent.count).squareRoot() * 4, "\(rung)")
        }
    }

    let cases: [Case]

    init(contentsOf path: String) throws {
        self = try JSONDecoder().decode(GoldenLatents.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
