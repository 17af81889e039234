internal import Foundation
internal import Yams

extension LoadScenario {
    /// Reads and checks a scenario in YAML (JSON is YAML too).
    ///
    /// - Parameter folder: where relative paths of photos and traces begin.
    public init(yaml: String, folder: String = ".") throws(LoadError) {
        do {
            self = try YAMLDecoder().decode(LoadScenario.self, from: yaml)
        } catch let error as LoadError {
            throw error
        } catch DecodingError.dataCorrupted(let context) {
            // The decoder wraps what the fields' own readers throw.
            if let error = context.underlyingError as? LoadError { throw error }
            throw .invalid(
                field: "scenario",
                reason: "\(context.underlyingError.map { "\($0)" } ?? context.debugDescription)",
                remedy: "write YAML"
            )
        } catch {
            throw .invalid(field: "scenario", reason: "\(error)", remedy: "write YAML")
        }
        resolvePaths(from: folder)
        try validate()
    }

    /// Reads and checks a scenario's file. Relative paths in it begin at its folder.
    ///
    /// - Parameter path: a file in YAML or JSON.
    public init(file path: String) throws(LoadError) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadable(file: path, reason: error.localizedDescription)
        }
        try self.init(yaml: text, folder: (path as NSString).deletingLastPathComponent)
    }

    private mutating func resolvePaths(from folder: String) {
        request.photos = request.photos.map { Self.resolved($0, folder) }
        if case .trace(let file) = arrivals { arrivals = .trace(file: Self.resolved(file, folder)) }
    }

    private static func resolved(_ path: String, _ folder: String) -> String {
        path.hasPrefix("/") || folder.isEmpty || folder == "." ? path : "\(folder)/\(path)"
    }
}
