internal import ArgumentParser
internal import Inference

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Show the configuration that is in force, and what is wrong with it; or ask a server whether it is ready.",
        discussion: """
            heatsink check --config heatsink.yaml
            heatsink check --ready
            heatsink check --alive
            heatsink check --ready --url http://10.0.0.7:8080
            """
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Ask the server that runs with this configuration whether it takes work. Exit status 1 when not.")
    var ready = false

    @Flag(help: "Ask it whether it answers at all, for what restarts it when not: a full disk is no reason for that.")
    var alive = false

    @Option(help: "With --ready or --alive: where that server is.")
    var url: String?

    func validate() throws {
        guard !ready || !alive else { throw ValidationError("Take --ready or --alive, not both.") }
        guard ready || alive || url == nil else { throw ValidationError("--url goes with --ready or --alive.") }
    }

    func run() async throws {
        if ready || alive { return try await probe() }
        let settings = await common.unchecked()
        var problems = settings.problems
        do {
            for entry in try ModelCatalogue(folder: settings.modelsFolder).entries { try entry.verify() }
        } catch {
            problems.append("\(error)")
        }
        problems += RightsSetup.problems(of: settings.rights)
        do {
            _ = try ServeCommand.metricsToken(settings.metricsTokenFile)
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

    private func probe() async throws {
        let address: String
        if let url {
            do {
                address = try SettingShape.origin(url)
            } catch {
                throw ValidationError("--url: \(error.sentence)")
            }
        } else {
            let settings = try await common.settings()
            address = Welcome.address(host: settings.host, port: settings.port)
        }
        let (path, word) = alive ? ("healthz", "alive") : ("readyz", "ready")
        if let problem = await HealthProbe.problem(at: "\(address)/\(path)") {
            throw CommandFailure("the server at \(address) is not \(word): \(problem)")
        }
        Terminal.write(word)
    }
}
