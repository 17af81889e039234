internal import Foundation
internal import Scenarios

extension LoadScenario {
    /// Reads and checks a scenario in YAML (JSON is YAML too).
    ///
    /// - Parameter folder: where relative paths of photos and traces begin.
    public init(yaml: String, folder: String = ".") throws(LoadError) {
        do {
            self = try ScenarioText.decode(LoadScenario.self, from: yaml)
        } catch {
            throw LoadError(error)
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
