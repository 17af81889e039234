import ArgumentParser
import ContentCredentials
import Foundation
import Records
import Service
import SurgeCore
import TestKit
import Testing

@testable import Commands

/// Commands on the data folder of a server that runs.
@Suite("Commands beside a running server")
struct LiveFolderTests {
    private let folder: TemporaryFolder
    /// For what commands write.
    private let outside: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        outside = try TemporaryFolder()
    }

    /// The folder as a server holds it that is taking an upload.
    private struct Served {
        let files: FileStore
        let upload: FileWriter
        /// By what stands for them in a command's arguments.
        var names: [String: String]
    }

    private func serve() async throws -> Served {
        var data = try DataFolder(folder.path)
        try data.lock()
        let store = try data.openStore()
        let (key, account) = try await AccountKeeping.createKey(plan: "free", name: "one", store: store)
        _ = try data.watermarkSecret.readOrMake()
        _ = try SigningIdentity.development(in: folder.path + "/credentials")
        let files = try data.openFiles()
        let request = PaintRequest(model: "restyle", prompt: "a hill", photo: "", styles: [.prompt], rung: "384")
        let job = JobRecord(
            id: JobID(rawValue: "job_1"),
            account: account.id,
            createdAt: WallClock().now(),
            expiresAt: WallClock().now().advanced(bySeconds: 86_400),
            fingerprint: request.fingerprint,
            idempotencyKey: nil,
            request: request.json,
            inputs: [],
            rung: "384"
        )
        _ = try await store.accept(job, recently: nil)
        let upload = try files.makeWriter()
        try upload.append([1, 2, 3])
        let names = ["{KEY}": key.text, "{JOB}": job.id.rawValue, "{OUTSIDE}": outside.path]
        return Served(files: files, upload: upload, names: names)
    }

    /// Registers a work. - Returns: its id.
    private func addWork() async throws -> String {
        try await run(
            ["works", "add", Repository.photo, "--holder", "Ann", "--evidence", "e", "--data", folder.path]
        )
        let update = try await DataFolder(folder.path).openStore().rightsUpdate(after: 0)
        return try #require(update?.works.first).id
    }

    private func run(_ arguments: [String]) async throws {
        var command = try HeatsinkCommand.parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    /// Every file of the folder but the database's own, with its content.
    private func contents() throws -> [String: Data] {
        let manager = FileManager.default
        let paths = manager.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let kept = paths.filter { !$0.hasPrefix("heatsink.sqlite") }
        return Dictionary(
            uniqueKeysWithValues: kept.compactMap { path in
                manager.contents(atPath: "\(folder.path)/\(path)").map { (path, $0) }
            }
        )
    }

    @Test(
        "It leaves an upload alone that the server is taking, and every other file of the folder",
        arguments: [
            ["accounts", "list"], ["accounts", "show", "one"], ["accounts", "create", "--plan", "free"],
            ["accounts", "set", "one", "--plan", "plus"], ["keys", "list"], ["keys", "create", "--plan", "free"],
            ["keys", "revoke", "{KEY}"],
            ["plans", "list"], ["plans", "set", "free", "daily-allowance=3"], ["plans", "reset", "free"],
            ["jobs", "list"], ["jobs", "show", "{JOB}"], ["works", "list"], ["works", "withdraw", "{WORK}"],
            ["backup", "{OUTSIDE}/backup"],
            ["paint", Repository.photo, "--style", "blue night", "--quality", "low", "-o", "{OUTSIDE}/painted.png"],
            ["generate", "a hill", "--quality", "low", "--size", "256x256", "-o", "{OUTSIDE}/generated.png"],
            ["works", "add", Repository.photo, "--holder", "Ann", "--evidence", "e"],
            ["verify", Repository.photo], ["audit"], ["audit", "--check"], ["audit", "--export", "-"],
            ["policy", "try", "a hill"], ["models", "list"], ["models", "show", "restyle"], ["check"],
        ]
    )
    func leavesUploads(arguments: [String]) async throws {
        var served = try await serve()
        if arguments.contains("{WORK}") { served.names["{WORK}"] = try await addWork() }
        let before = try contents()
        let command = arguments.map { argument in
            served.names.reduce(argument) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
        }
        try await run(command + ["--data", folder.path])
        #expect(try contents() == before)
        try served.upload.append([4])
        #expect(served.files.read(try served.upload.finish()) == [1, 2, 3, 4])
    }

    @Test("A server clears away what a crash left unfinished, once it has the folder to itself")
    func cleansUp() throws {
        let stray = folder.path + "/files/unfinished/stray"
        _ = try FileStore(folder: folder.path + "/files")
        try Data([1]).write(to: URL(fileURLWithPath: stray))
        var data = try DataFolder(folder.path)
        _ = try data.openFiles()
        #expect(FileManager.default.fileExists(atPath: stray))
        try data.lock()
        _ = try data.openFiles()
        #expect(!FileManager.default.fileExists(atPath: stray))
    }

    @Test("The lock is seen by others, and a second server is kept out")
    func locks() throws {
        let other = try DataFolder(folder.path)
        #expect(try !other.isServerRunning())
        var first = try DataFolder(folder.path)
        try first.lock()
        #expect(try other.isServerRunning())
        var second = try DataFolder(folder.path)
        #expect(throws: CommandFailure.self) { try second.lock() }
        #expect(!second.isOwned)
    }

    @Test("Tables of an older version are not changed under a server that uses them")
    func leavesTables() throws {
        let path = folder.path + "/heatsink.sqlite"
        _ = try DataFolder(folder.path).openStore()
        #expect(throws: Never.self) { _ = try SQLiteStore(path: path) { false } }
        let fresh = folder.path + "/fresh.sqlite"
        #expect(throws: RecordsError.inUseByOlder(path: fresh)) { _ = try SQLiteStore(path: fresh) { false } }
    }
}

@Suite("Secrets in files")
struct SecretFileTests {
    private let folder: TemporaryFolder
    private let file: SecretFile

    init() throws {
        folder = try TemporaryFolder()
        file = try DataFolder(folder.path).watermarkSecret
    }

    @Test("Made once, for its owner alone, and nothing else is left in the folder")
    func makes() throws {
        #expect(try file.read() == nil)
        let secret = try file.readOrMake()
        #expect(secret.count == 32 && Set(secret).count > 1)
        #expect(try file.readOrMake() == secret)
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["watermark.key"])
    }

    @Test("Servers that start at once have the same one")
    func race() async throws {
        let file = file
        let secrets = await withTaskGroup { group in
            for _ in 0..<16 { group.addTask { try? file.readOrMake() } }
            return await group.reduce(into: Set<[UInt8]?>()) { $0.insert($1) }
        }
        #expect(secrets.count == 1 && secrets.first != .some(nil))
    }

    @Test("A damaged one is refused by name with a remedy, and stays as it is", arguments: [0, 1, 31, 33, 4_096])
    func refusesDamaged(count: Int) throws {
        let content = Data(repeating: 5, count: count)
        try content.write(to: URL(fileURLWithPath: file.path))
        let error = #expect(throws: CommandFailure.self) { _ = try file.readOrMake() }
        #expect(error?.description.contains(file.path) == true && error?.description.contains("backup") == true)
        #expect(FileManager.default.contents(atPath: file.path) == content)
    }

    @Test("Zeros are what a power failure leaves, and no secret")
    func refusesZeros() throws {
        try Data(count: 32).write(to: URL(fileURLWithPath: file.path))
        #expect(throws: CommandFailure.self) { _ = try file.readOrMake() }
    }

    @Test("What cannot be read is not replaced")
    func refusesUnreadable() throws {
        try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: false)
        #expect(throws: CommandFailure.self) { _ = try file.readOrMake() }
        // A link to nowhere: its target may come back.
        let link = SecretFile(path: folder.path + "/link.key", remedy: "")
        try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: folder.path + "/gone")
        #expect(throws: CommandFailure.self) { _ = try link.readOrMake() }
    }

    @Test(
        "Both secrets of a data folder are refused when they are damaged",
        arguments: ["watermark.key", "link-signing.key"]
    )
    func refusesBoth(name: String) throws {
        let data = try DataFolder(folder.path)
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        let file = name == "watermark.key" ? data.watermarkSecret : data.linkSecret
        #expect(throws: CommandFailure.self) { _ = try file.readOrMake() }
    }
}
