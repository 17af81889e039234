import Foundation
import Imaging
import SurgeCore
import Synchronization
import TestKit
import Testing

@testable import Inference

/// The tiny model of the tests; see `Fixtures/meadow-tiny/generate.py`.
enum FlowFixture {
    static let folder = Repository.root + "/Tests/InferenceTests/Fixtures"
    static let modelFolder = folder + "/meadow-tiny"

    static func entry() throws -> ModelCatalogue.Entry {
        try ModelCatalogue(folder: folder).entry("meadow-tiny")
    }

    static func model(
        _ runtime: (any Runtime)? = nil,
        passBytes: Int = FlowModel.defaultPassBytes
    ) async throws -> FlowModel {
        let entry = try entry()
        try entry.verify()
        return try await FlowModel(entry, runtime: runtime ?? OpenVINORuntime(), passBytes: passBytes)
    }

    /// The model's manifest with a change, in a folder of its own.
    static func manifest(changing change: (inout [String: Any]) throws -> Void) throws -> ModelManifest {
        let data = try Data(contentsOf: URL(fileURLWithPath: modelFolder + "/model.json"))
        var json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        try change(&json)
        let temporary = try TemporaryFolder()
        let path = temporary.path + "/model.json"
        try JSONSerialization.data(withJSONObject: json).write(to: URL(fileURLWithPath: path))
        return try withExtendedLifetime(temporary) { try ModelManifest(contentsOf: path) }
    }
}

extension FlowModel {
    func rung(_ name: String) throws -> Rung { try #require(entry.ladder.rung(named: name)) }

    /// Steps states together until all are finished.
    func finish(_ states: [FlowState]) async throws -> [FlowState] {
        var states = states
        while !states.allSatisfy(\.isFinished) { states = try await step(states) }
        return states
    }
}

/// A runtime that notes the shape of each graph's first input at each run.
final class WatchingRuntime: Runtime {
    struct Run: Hashable, Sendable {
        let graph: String
        let shape: [Int]
    }

    private struct WatchedGraph: Graph {
        let name: String
        let graph: any Graph
        let runtime: WatchingRuntime

        func run<Result: Sendable>(
            _ inputs: [GraphInput],
            output: String,
            read: @Sendable ([Int], Span<Float>) -> Result
        ) async throws(InferenceError) -> Result {
            runtime.note(Run(graph: name, shape: inputs.first?.shape ?? []))
            return try await graph.run(inputs, output: output, read: read)
        }
    }

    private let runtime: any Runtime
    private let noted = Mutex<[Run]>([])

    init(_ runtime: any Runtime) { self.runtime = runtime }

    func load(_ file: String, profile: GraphProfile) async throws(InferenceError) -> any Graph {
        let name = file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? file
        return WatchedGraph(name: name, graph: try await runtime.load(file, profile: profile), runtime: self)
    }

    private func note(_ run: Run) { noted.withLock { $0.append(run) } }

    /// The runs since the last call.
    func takeRuns() -> [Run] {
        noted.withLock { runs in
            defer { runs = [] }
            return runs
        }
    }
}
