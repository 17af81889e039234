internal import Foundation

/// A models folder with one model of the kind `flow`: its manifest alone, for tests that load no network.
public enum FlowFolder {
    /// The model's id.
    public static let model = "steps"

    /// Writes the manifest under `folder`.
    ///
    /// - Parameter steps: those of its rungs, from `low` to `high`.
    public static func write(to folder: String, steps: [Int] = [2, 4, 8]) throws {
        let names = ["low", "medium", "high"]
        let rungs = zip(names, steps).enumerated().map { place, rung in
            """
            {"name": "\(rung.0)", "working_side": 256, "cost_device_seconds": \(Double(rung.1) / 100), \
            "quality": \(0.5 + 0.2 * Double(place)), "steps": \(rung.1)}
            """
        }
        let sampling = zip(names, steps).map { name, _ in
            """
            "\(name)": {"network": "fast", "sampler": "euler", "guidance": 1, "shift": 1, "decoder": "decoder"}
            """
        }
        let text = """
            {"id": "\(model)", "kind": "flow", "title": "Steps", "description": "For tests.", "created": 1, \
            "owned_by": "heatsink", "licence": {"name": "none", "attribution": ""}, "card": "", \
            "files": {\(files)}, "ladder": {"reference_device": "none", "quality_measure": "none", \
            "rungs": [\(rungs.joined(separator: ","))]}, \
            "qualities": {"low": "low", "medium": "medium", "high": "high", "auto": "high"}, \
            "flow": {"channels": 4, "cell_pixels": 16, "grid_multiple": 2, "condition_count": 3, "token_limit": 64, \
            "groups": [{"name": "time", "values": ["day", "night"]}], "rungs": {\(sampling.joined(separator: ","))}}}
            """
        let path = "\(folder)/\(model)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/model.json"))
    }

    /// Files that a manifest of the kind has to name, and that are not there.
    private static var files: String {
        let graphs = ["encoder", "reader", "flow", "fast", "decoder", "decoder_large", "photo_encoder"]
        let profile = """
            {"static_bytes_per_value": 1, "dynamic_bytes_per_value": 1, "dynamic_shapes": true, "quantised": false, \
            "precision": "f32"}
            """
        let digest = String(repeating: "0", count: 64)
        let entries = graphs.flatMap { role in
            [
                #""\#(role)": {"path": "\#(role).xml", "sha256": "\#(digest)", "profile": \#(profile)}"#,
                #""\#(role)_weights": {"path": "\#(role).bin", "sha256": "\#(digest)"}"#,
            ]
        }
        let others = ["vocabulary": "vocab.txt", "lexicon": "lexicon.json"].sorted { $0.key < $1.key }.map {
            role,
            path in
            #""\#(role)": {"path": "\#(path)", "sha256": "\#(digest)"}"#
        }
        return (entries + others).joined(separator: ",")
    }
}
