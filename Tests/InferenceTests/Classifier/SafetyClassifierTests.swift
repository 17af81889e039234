import Dispatch
import Foundation
import Imaging
import Inference
import Synchronization
import TestKit
import Testing

@Suite("Scoring pictures for what they show")
struct SafetyClassifierTests {
    private static let sizes = [
        PixelSize(width: 451, height: 300), PixelSize(width: 224, height: 224), PixelSize(width: 100, height: 60),
    ]

    /// Computed with the recipe of the network's model card: Pillow 13.0.0, ONNX Runtime 1.32.0.
    @Test(
        "The scores are those of the authors' recipe",
        arguments: zip(sizes, [(0.130516, 0.071039), (0.119541, 0.043437), (0.225510, 0.048275)])
    )
    func agreesWithTheRecipe(size: PixelSize, wanted: (sexual: Double, graphic: Double)) throws {
        let classifier = try SafetyClassifier(models: Repository.models, precision: .float32)
        let scores = try classifier.scores(of: .pattern(size))
        #expect(abs(scores.sexual - wanted.sexual) < 1e-4)
        #expect(abs(scores.graphic - wanted.graphic) < 1e-4)
    }

    @Test("A cup of coffee is harmless, in the arithmetic that is fastest here")
    func clearsAPhoto() throws {
        let photo = try ImageDecoder().decode(.file(Repository.photo), fitting: 1_024)
        let scores = try SafetyClassifier(models: Repository.models).scores(of: photo)
        #expect(scores.sexual < 0.1 && scores.graphic < 0.1)
    }

    @Test("Many at once are scored as one alone, though only two may be at it")
    func scoresManyAtOnce() throws {
        let classifier = try SafetyClassifier(models: Repository.models, simultaneous: 2, precision: .float32)
        let alone = try Self.sizes.map { try classifier.scores(of: .pattern($0)) }
        let together = Mutex<[SafetyScores?]>(Array(repeating: nil, count: 12))
        DispatchQueue.concurrentPerform(iterations: 12) { turn in
            let scores = try? classifier.scores(of: .pattern(Self.sizes[turn % 3]))
            together.withLock { $0[turn] = scores }
        }
        for (turn, scores) in together.withLock({ $0 }).enumerated() {
            #expect(scores == alone[turn % 3])
        }
    }

    @Test("A picture of one channel is an error")
    func wantsThreeChannels() throws {
        let classifier = try SafetyClassifier(models: Repository.models)
        let mask = Raster(size: PixelSize(width: 8, height: 8), channels: 1, bytes: Array(repeating: 0, count: 64))
        #expect(throws: InferenceError.self) { try classifier.scores(of: mask) }
    }

    @Test("Without the file, or with another one, it says which")
    func checksTheFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/" + SafetyClassifier.file
        #expect(throws: InferenceError.missingFile(path: path)) { try SafetyClassifier(models: folder.path) }
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data("not a network".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: InferenceError.checksumMismatch(path: path)) { try SafetyClassifier(models: folder.path) }
    }
}
