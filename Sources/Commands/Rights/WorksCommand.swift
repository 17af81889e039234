internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import Logging
internal import Records
internal import Service
internal import WorkRegistry

struct WorksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "works",
        abstract: "Register right holders' works. A running server compares with them within seconds.",
        discussion: """
            Only fingerprints are kept, not the pictures.

            heatsink works add poster.png --holder "Ann Example" --evidence "registered design 12345"
            heatsink works list
            """,
        subcommands: [Add.self, List.self, Withdraw.self]
    )

    private static func rightsService(_ common: CommonOptions) async throws -> RightsService {
        let settings = try await common.settings()
        let folder = try DataFolder(settings.dataFolder)
        let logger = Logger(label: "heatsink") { _ in SwiftLogNoOpLogHandler() }
        let rightsService = try RightsSetup(settings: settings, folder: folder, logger: logger, as: .reader)
            .rightsService(store: try folder.openStore(), files: try folder.openFiles())
        try await rightsService.refresh()
        return rightsService
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Register works, a picture each.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "Pictures of the works.")
        var pictures: [String]

        @Option(help: "Whose works they are.")
        var holder: String

        @Option(help: "What the claim rests on.")
        var evidence: String

        @Option(help: "What the work is called. (default: the file's name)")
        var title: String?

        @Option(help: "Compare with uploads, outputs or both.")
        var scope = "both"

        func validate() throws {
            guard ["uploads", "outputs", "both"].contains(scope) else {
                throw ValidationError("--scope takes uploads, outputs or both, not '\(scope)'.")
            }
        }

        func run() async throws {
            let rightsService = try await WorksCommand.rightsService(common)
            let decoder = try ImageDecoder()
            let blocking = BlockingWork(width: 1)
            let scope = RegisteredWork.Scope(rawValue: scope).map { [$0] } ?? Set(RegisteredWork.Scope.allCases)
            var failures = 0
            for (index, picture) in pictures.enumerated() {
                Terminal.progress(index, of: pictures.count, picture)
                do {
                    let raster = try decoder.decode(.file(picture), fitting: 1_024)
                    let name = ((picture as NSString).lastPathComponent as NSString).deletingPathExtension
                    let claim = WorkRegistry.Claim(
                        rightHolder: holder,
                        title: title ?? name,
                        evidence: evidence,
                        scope: scope
                    )
                    let work = try await rightsService.register(claim, raster, by: nil, blocking)
                    Terminal.write("\(work.id)  \(work.title)")
                } catch {
                    failures += 1
                    Terminal.writeError("\(picture): \(error)")
                }
            }
            Terminal.progress(pictures.count, of: pictures.count, "done")
            guard failures == 0 else { throw ExitCode.failure }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the works.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            for work in try await WorksCommand.rightsService(common).works {
                Terminal.write("\(work.id)  \(work.state.rawValue)  \(work.title)  \(work.rightHolder)")
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Compare with a work no more.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "The work's id.")
        var id: String

        func run() async throws {
            let work = try await WorksCommand.rightsService(common).withdraw(work: id, by: nil)
            Terminal.write("\(work.id) is withdrawn")
        }
    }
}
