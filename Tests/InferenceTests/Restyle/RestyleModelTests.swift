import Foundation
import Imaging
import Inference
import TestKit
import Testing

@Suite("The real networks")
struct RestyleModelTests {
    private func loadModel() async throws -> RestyleModel {
        let entry = try ModelCatalogue(folder: Repository.models).entry("restyle")
        try entry.verify()
        return try await RestyleModel(entry: entry, runtime: OpenVINORuntime())
    }

    private func photo(_ side: Int) throws -> Raster {
        try ImageDecoder().decode(.file(Repository.photo), fitting: side)
    }

    private func weights(_ index: Int) -> StyleMix {
        var weights = [Float](repeating: 0, count: 26)
        weights[index] = 1
        return .learned(weights)
    }

    @Test("A photo is painted at its own size, differently in each style, the same each time")
    func paints() async throws {
        let model = try await loadModel()
        let photo = try photo(203)
        let first = try await model.paint(photo, style: weights(0))
        #expect(first.size == photo.size)
        #expect(first != photo)
        #expect(try await model.paint(photo, style: weights(1)) != first)
        // The second time compiles for the very shape, the third uses that.
        for _ in 0..<2 {
            let again = try await model.paint(photo, style: weights(0))
            let difference = zip(again.bytes, first.bytes).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
            #expect(difference <= 40)
        }
    }

    @Test("A photo is painted in the style of another picture")
    func paintsArbitraryStyles() async throws {
        let model = try await loadModel()
        let photo = try photo(384)
        let style = try photo.resized(to: PixelSize(width: 256, height: 256), filling: true)
        let vector = try await model.styleVector(of: style)
        #expect(vector.count == 100)
        #expect(vector.allSatisfy { $0.isFinite })
        let painted = try await model.paint(photo, style: .vector(vector))
        #expect(painted.size == photo.size)
    }

    @Test("Many pictures at once wait for their turn and all come out right")
    func paintsConcurrently() async throws {
        let model = try await loadModel()
        let photo = try photo(128)
        let pictures = try await withThrowingTaskGroup(of: (Int, Raster).self) { group in
            for index in 0..<12 {
                group.addTask { (index % 3, try await model.paint(photo, style: weights(index % 3))) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0, default: []].append($1.1) }
        }
        #expect(pictures.count == 3)
        for (_, same) in pictures { #expect(same.count == 4) }
    }

    @Test("A model whose file was changed is refused")
    func refusesChangedFiles() throws {
        let folder = try TemporaryFolder()
        let target = folder.path + "/restyle"
        try FileManager.default.copyItem(atPath: Repository.models + "/restyle", toPath: target)
        try Data("not a network".utf8).write(to: URL(fileURLWithPath: target + "/multistyle26.onnx"))
        let entry = try ModelCatalogue(folder: folder.path).entry("restyle")
        #expect(throws: InferenceError.checksumMismatch(path: target + "/multistyle26.onnx")) { try entry.verify() }
    }

    @Test("An unknown model is named together with what is installed")
    func namesInstalled() throws {
        let catalogue = try ModelCatalogue(folder: Repository.models)
        #expect(catalogue.ids.contains("restyle"))
        #expect(throws: InferenceError.unknownModel(id: "dream", installed: catalogue.ids)) {
            try catalogue.entry("dream")
        }
    }
}
