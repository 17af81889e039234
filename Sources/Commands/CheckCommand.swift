internal import ArgumentParser
internal import Inference

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Show the configuration that is in force, and what is wrong with it."
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let settings = await common.unchecked()
        var problems = settings.problems
        do {
            for entry in try ModelCatalogue(folder: settings.modelsFolder).entries { try entry.verify() }
        } catch {
            problems.append("\(error)")
        }
        if json {
            struct Document: Encodable {
                let settings: [Settings.Entry]
                let models: String
                let problems: [String]
            }
            Terminal.write(
                json: Document(settings: settings.entries, models: settings.modelsFolder, problems: problems)
            )
        } else {
            for entry in settings.entries {
                let value = entry.value.isEmpty ? "(none)" : entry.value
                Terminal.write("\(entry.key): \(value)\(entry.isDefault ? "" : "  (set)")")
            }
            Terminal.write("models are read from: \(settings.modelsFolder)")
            for problem in problems { Terminal.writeError("problem: \(problem)") }
        }
        guard problems.isEmpty else { throw ExitCode.failure }
        if !json { Terminal.writeError("nothing is wrong") }
    }
}
