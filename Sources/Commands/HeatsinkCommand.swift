public import ArgumentParser

/// The program's root command.
public struct HeatsinkCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "heatsink",
        abstract: "An image-generation service that keeps serving everybody on the day it goes viral.",
        version: ProgramVersion.current,
        subcommands: [
            ServeCommand.self, PaintCommand.self, GenerateCommand.self, ModelsCommand.self, AccountsCommand.self,
            PlansCommand.self, KeysCommand.self, JobsCommand.self, PolicyCommand.self, WorksCommand.self,
            VerifyCommand.self, AuditCommand.self, CheckCommand.self, SurgeCommand.self, LabCommand.self,
            PlanCommand.self, BackupCommand.self, RestoreCommand.self,
        ]
    )

    public init() {}

    /// Runs what the arguments ask for. Exit status: 0 on success, 2 for wrong usage, 1 for everything else.
    public static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as ExitCode {
            Self.exit(withError: error)
        } catch {
            let code = exitCode(for: error)
            guard !code.isSuccess else { Self.exit(withError: error) }
            if await ServeCommand.logsJSON(arguments: CommandLine.arguments) {
                JSONLogHandler.write(level: "critical", "cannot start", ["reason": message(for: error)])
            } else {
                Terminal.writeError(lines: fullMessage(for: error))
            }
            Self.exit(withError: code == .validationFailure ? ExitCode(2) : code)
        }
    }
}
