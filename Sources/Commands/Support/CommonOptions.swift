internal import ArgumentParser
internal import Foundation

/// A message for a person; the program ends with status 1.
struct CommandFailure: Error, CustomStringConvertible, LocalizedError {
    let description: String

    init(_ description: String) { self.description = description }

    var errorDescription: String? { description }
}

/// Options that most commands share.
struct CommonOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "A YAML file with settings.")
    var configurationFile: String?

    @Option(name: .customLong("data"), help: "The folder that holds everything the server keeps. (default: data)")
    var dataFolder: String?

    init() {}

    /// The settings in force. - Throws: ``CommandFailure`` that lists what is wrong.
    func settings(flags: [String: String] = [:]) async throws -> Settings {
        let settings = await unchecked(flags: flags)
        try Self.check(settings)
        return settings
    }

    /// - Throws: ``CommandFailure`` that lists what is wrong.
    static func check(_ settings: Settings) throws {
        guard settings.problems.isEmpty else {
            throw CommandFailure(
                "the configuration is not valid:\n" + settings.problems.map { "  \($0)" }.joined(separator: "\n")
            )
        }
    }

    /// The settings, whatever is wrong with them.
    func unchecked(flags: [String: String] = [:]) async -> Settings {
        var flags = flags
        flags["data.directory"] = dataFolder
        return await Settings(file: configurationFile, flags: flags)
    }
}
