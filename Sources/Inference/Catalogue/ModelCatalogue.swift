internal import BinaryText
internal import Crypto
internal import Foundation
public import SurgeCore

/// The models that are installed: one folder each, with its manifest.
public struct ModelCatalogue: Sendable {
    /// A model's manifest and where its files are.
    public struct Entry: Sendable {
        public let manifest: ModelManifest
        public let folder: String
        public let ladder: Ladder

        /// The rung that a quality of the API means; nil when the model does not know that quality.
        public func rung(forQuality quality: String) -> Rung? {
            manifest.qualities[quality].flatMap(ladder.rung(named:))
        }

        /// Whether its pictures are made step by step, from words.
        public var isStepwise: Bool { manifest.kind == "flow" }

        /// The path of one of the manifest's files.
        public func path(of file: ModelManifest.File) -> String { "\(folder)/\(file.path)" }

        /// What is said of the graph with a role.
        func profile(of role: String) throws(InferenceError) -> GraphProfile {
            guard let profile = manifest.files[role]?.profile else {
                throw .invalidManifest(path: "\(folder)/model.json", reason: "files.\(role).profile is missing")
            }
            return profile
        }

        /// Checks every file's SHA-256.
        ///
        /// - Throws: ``InferenceError/missingFile(path:)``, ``InferenceError/checksumMismatch(path:)``.
        public func verify() throws(InferenceError) {
            for (_, file) in manifest.files.sorted(by: { $0.key < $1.key }) {
                let path = path(of: file)
                guard let data = FileManager.default.contents(atPath: path) else { throw .missingFile(path: path) }
                guard SHA256.hash(data: data).hexadecimal == file.sha256 else { throw .checksumMismatch(path: path) }
            }
        }
    }

    public let folder: String
    /// The oldest first; of one age, by their ids.
    public let entries: [Entry]

    /// Reads every `*/model.json` under `folder`.
    ///
    /// - Parameter nullSeconds: not nil adds the model ``nullModel``, which paints nothing and takes so long for it.
    public init(folder: String, nullSeconds: Double? = nil) throws(InferenceError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var entries: [Entry] = []
        for name in names.sorted() {
            let manifestPath = "\(folder)/\(name)/model.json"
            guard FileManager.default.fileExists(atPath: manifestPath) else { continue }
            let manifest = try ModelManifest(contentsOf: manifestPath)
            guard let ladder = manifest.makeLadder() else { continue }
            entries.append(Entry(manifest: manifest, folder: "\(folder)/\(name)", ladder: ladder))
        }
        entries.sort { ($0.manifest.created, $0.manifest.id) < ($1.manifest.created, $1.manifest.id) }
        if let nullSeconds {
            let manifest = try ModelManifest.null(seconds: nullSeconds)
            if let ladder = manifest.makeLadder() {
                entries.append(Entry(manifest: manifest, folder: folder, ladder: ladder))
            }
        }
        guard !entries.isEmpty else { throw .noModels(path: folder) }
        self.folder = folder
        self.entries = entries
    }

    /// The model that paints nothing: for measuring everything around the painting.
    public static let nullModel = "null"

    public var ids: [String] { entries.map(\.manifest.id) }

    /// A model's place among ``entries``.
    public func index(of id: String) -> Int? {
        entries.firstIndex { $0.manifest.id == id }
    }

    /// - Throws: ``InferenceError/unknownModel(id:installed:)``.
    public func entry(_ id: String) throws(InferenceError) -> Entry {
        guard let entry = entries.first(where: { $0.manifest.id == id }) else {
            throw .unknownModel(id: id, installed: ids)
        }
        return entry
    }
}
