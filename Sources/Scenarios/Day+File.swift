internal import FoundationEssentials

extension Day {
    /// Reads and checks a day in YAML (JSON is YAML too).
    package init(yaml: String, folder: String = ".") throws(ScenarioError) {
        self = try ScenarioText.decode(Day.self, from: yaml)
        for index in people.indices {
            people[index].trace = people[index].trace.map { Self.resolved($0, folder) }
        }
        if let photos = request?.photos { request?.photos = photos.map { Self.resolved($0, folder) } }
    }

    /// - Parameter path: a file; relative paths of traces begin at its folder.
    package init(file path: String) throws(ScenarioError) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadable(file: path, reason: "it does not exist, or is no text in UTF-8")
        }
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try self.init(yaml: text, folder: folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder)
    }

    private static func resolved(_ path: String, _ folder: String) -> String {
        path.hasPrefix("/") || folder == "." ? path : "\(folder)/\(path)"
    }
}
