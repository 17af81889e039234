internal import Foundation
internal import SurgeCore

/// What `model.json` says of a model. The file's format is described in `Docs/Models.md`.
public struct ModelManifest: Sendable, Decodable {
    public struct File: Sendable, Decodable {
        /// Relative to the model's folder.
        public let path: String
        /// Lower-case hexadecimal.
        public let sha256: String
        /// nil for files that are not graphs.
        public let profile: GraphProfile?
    }

    public struct Licence: Sendable, Decodable {
        public let name: String
        public let attribution: String
    }

    public struct LadderDescription: Sendable, Decodable {
        public struct RungDescription: Sendable, Decodable {
            let name: String
            let workingSide: Int
            let costDeviceSeconds: Double
            let quality: Double
            let steps: Int?

            enum CodingKeys: String, CodingKey {
                case name
                case workingSide = "working_side"
                case costDeviceSeconds = "cost_device_seconds"
                case quality
                case steps
            }
        }

        public let referenceDevice: String
        public let qualityMeasure: String
        let rungs: [RungDescription]

        enum CodingKeys: String, CodingKey {
            case referenceDevice = "reference_device"
            case qualityMeasure = "quality_measure"
            case rungs
        }
    }

    public let id: String
    public let kind: String
    public let title: String
    public let description: String
    /// Unix seconds.
    public let created: Int
    public let ownedBy: String
    public let licence: Licence
    public let card: String
    public let files: [String: File]
    public let ladderDescription: LadderDescription
    /// The API's names of qualities, and the rung that each means.
    public let qualities: [String: String]
    public let restyle: RestyleDescription?
    public let flow: FlowDescription?

    enum CodingKeys: String, CodingKey {
        case id, kind, title, description, created, licence, card, files, qualities, restyle, flow
        case ownedBy = "owned_by"
        case ladderDescription = "ladder"
    }

    /// Reads and checks a manifest; not the files that it names.
    ///
    /// - Throws: ``InferenceError/missingFile(path:)`` and ``InferenceError/invalidManifest(path:reason:)``.
    public init(contentsOf path: String) throws(InferenceError) {
        guard let data = FileManager.default.contents(atPath: path) else { throw .missingFile(path: path) }
        try self.init(data, path: path)
    }

    private init(_ data: Data, path: String) throws(InferenceError) {
        do {
            self = try JSONDecoder().decode(ModelManifest.self, from: data)
        } catch {
            throw .invalidManifest(path: path, reason: Self.sentence(for: error))
        }
        if let problem { throw .invalidManifest(path: path, reason: problem) }
    }

    /// The manifest of a model that paints nothing, with a ladder of three rungs.
    static func null(seconds: Double) throws(InferenceError) -> ModelManifest {
        let rungs = [("low", 0.25, 0.5), ("medium", 0.5, 0.75), ("high", 1, 1)].map { name, share, quality in
            """
            {"name": "\(name)", "working_side": 64, "cost_device_seconds": \(max(1e-6, seconds * share)), \
            "quality": \(quality)}
            """
        }
        let text = """
            {"id": "null", "kind": "null", "title": "Null", "description": "Paints nothing: for measuring.", \
            "created": 0, "owned_by": "heatsink", "licence": {"name": "none", "attribution": ""}, "card": "", \
            "files": {}, "ladder": {"reference_device": "none", "quality_measure": "none", \
            "rungs": [\(rungs.joined(separator: ","))]}, \
            "qualities": {"low": "low", "medium": "medium", "high": "high", "auto": "high"}}
            """
        return try ModelManifest(Data(text.utf8), path: "null")
    }

    /// The ladder; only manifests with a sound one are ever made.
    func makeLadder() -> Ladder? {
        Ladder(
            ladderDescription.rungs.map {
                Rung(
                    name: $0.name,
                    workingSide: $0.workingSide,
                    costDeviceSeconds: $0.costDeviceSeconds,
                    quality: $0.quality,
                    steps: $0.steps
                )
            }
        )
    }

    private var problem: String? {
        guard let ladder = makeLadder() else {
            return "the ladder needs at least one rung, each with its own name, a cost above 0 and a quality of 0 to 1"
        }
        for (quality, rung) in qualities.sorted(by: { $0.key < $1.key }) where ladder.rung(named: rung) == nil {
            return "qualities.\(quality) names the rung '\(rung)', which the ladder does not have"
        }
        guard qualities["auto"] != nil else { return "qualities.auto is missing" }
        switch kind {
        case "null":
            return nil
        case "restyle":
            guard let restyle else { return "a model of kind restyle needs a section 'restyle'" }
            return restyle.problem
        case "flow":
            guard let flow else { return "a model of kind flow needs a section 'flow'" }
            return flow.problem(ladder: ladder, files: files)
        default:
            return "there is no model kind '\(kind)'; this version knows flow and restyle"
        }
    }

    private static func sentence(for error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is not JSON: \(error.localizedDescription)" }
        func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context.codingPath)): \(context.debugDescription)"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(place(context.codingPath)): \(context.debugDescription)"
        case .dataCorrupted(let context): "it is not valid JSON: \(context.debugDescription)"
        @unknown default: "it cannot be read"
        }
    }
}

/// The part of a manifest that only the kind `restyle` has.
public struct RestyleDescription: Sendable, Decodable {
    public let defaultStyle: String
    /// Words that mean the same, by the word that the styles use.
    public let synonyms: [String: [String]]
    public let styles: [Style]

    enum CodingKeys: String, CodingKey {
        case defaultStyle = "default_style"
        case synonyms
        case styles
    }

    fileprivate var problem: String? {
        guard styles.map(\.index).sorted() == Array(styles.indices) else {
            return "restyle.styles must have the indexes 0 to \(styles.count - 1), each once"
        }
        guard Set(styles.map { $0.name.lowercased() }).count == styles.count else {
            return "two of restyle.styles have one name"
        }
        guard styles.contains(where: { $0.name == defaultStyle }) else {
            return "restyle.default_style names '\(defaultStyle)', which is not among the styles"
        }
        return nil
    }
}

/// One of the styles that a restyling network has learned.
public struct Style: Hashable, Sendable, Codable {
    /// Its place in the network's input.
    public let index: Int
    public let name: String
    /// What it looks like, in a sentence.
    public let description: String
    /// Words that should find it.
    public let keywords: [String]
}
