internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Records
internal import Service

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say where pictures come from: signature, watermark, our records of them.",
        discussion: """
            Looks with the eyes of the server whose data folder it is given, and works while that runs. Exit status 1 when a
            file cannot be read.

            heatsink verify picture.png
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "PNG, JPEG, WebP, AVIF or HEIC files.")
    var pictures: [String]

    @Flag(help: "Print JSON, a line for each file.")
    var json = false

    func run() async throws {
        let settings = try await common.settings()
        let folder = try DataFolder(settings.dataFolder)
        let logger = Logger(label: "heatsink") { _ in SwiftLogNoOpLogHandler() }
        let rights = try RightsSetup(settings: settings, folder: folder, logger: logger, as: .reader)
            .rightsService(store: try folder.openStore(), files: try folder.openFiles())
        try await rights.refresh()
        let blocking = BlockingWork(width: 1)
        var failures = 0
        for picture in pictures {
            do {
                guard let bytes = FileManager.default.contents(atPath: picture) else {
                    throw CommandFailure("it cannot be read")
                }
                let digest = Digest.hexadecimal(of: Array(bytes))
                let found = try await rights.verify(path: picture, digest: digest, blocking)
                let document = VerificationDocument(found)
                if json {
                    Terminal.write(jsonText: document.json)
                } else {
                    for line in [picture] + document.sentences.map({ "  \($0)" }) { Terminal.write(line) }
                }
            } catch {
                failures += 1
                Terminal.writeError("\(picture): \(error)")
            }
        }
        guard failures == 0 else { throw ExitCode.failure }
    }
}
