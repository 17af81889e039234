internal import ArgumentParser
internal import Foundation
internal import Records

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy everything that the server keeps into a folder. Works while the server runs.",
        discussion: """
            The copy holds the keys and everybody's pictures: keep it as safe as the data folder. The configuration is not
            in it.

            heatsink backup /backups/heatsink-monday --data /var/lib/heatsink
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "A folder that is empty or not there.")
    var target: String

    func run() async throws {
        PrivateFiles.setMask()
        let manifest = try Backup.make(
            of: try await common.settings().dataFolder,
            in: target,
            version: ProgramVersion.current,
            now: Date().timeIntervalSince1970
        )
        Terminal.write("\(target): \(manifest.files.count) files, \(manifest.bytes) bytes")
        guard manifest.missing.isEmpty else {
            for digest in manifest.missing { Terminal.writeError("missing in the data folder: \(digest)") }
            throw ExitCode.failure
        }
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data folder from a backup, after a look at every file, the database and the ledger.",
        discussion: "heatsink restore /backups/heatsink-monday --data /var/lib/heatsink"
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The backup's folder.")
    var source: String

    func run() async throws {
        PrivateFiles.setMask()
        let folder = try await common.settings().dataFolder
        let manifest = try Backup.restore(source, to: folder)
        let check = try await LedgerCheck.run(over: try DataFolder(folder).openStore())
        if let fault = check.fault { Terminal.writeError("the ledger was tampered with before the backup: \(fault)") }
        Terminal.write("\(folder): \(manifest.files.count) files, \(manifest.bytes) bytes, all as they were backed up")
        for digest in manifest.missing {
            Terminal.writeError("was missing already when the backup was made: \(digest)")
        }
        guard check.fault == nil, manifest.missing.isEmpty else { throw ExitCode.failure }
    }
}
