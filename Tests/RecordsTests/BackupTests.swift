import Foundation
import Records
import TestKit
import Testing

@Suite("Backups")
struct BackupTests {
    private let folder: TemporaryFolder
    private let data: String
    private let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        data = folder.path + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        store = try SQLiteStore(path: data + "/heatsink.sqlite")
    }

    @Test("What is not the server's stays out of them")
    func leavesOut() throws {
        for name in ["lost+found", "credentials", "backups"] {
            try FileManager.default.createDirectory(atPath: "\(data)/\(name)", withIntermediateDirectories: false)
            try Data([1]).write(to: URL(fileURLWithPath: "\(data)/\(name)/one"))
        }
        let made = try Backup.make(of: data, in: folder.path + "/copy", version: "1", now: 0)
        #expect(Set(made.files.map(\.path)) == ["heatsink.sqlite", "credentials/one"])
    }

    @Test(
        "None is made in the folder that it is a copy of",
        arguments: ["", "/", "/backups/monday", "/../data/monday"]
    )
    func inside(target: String) throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: data).sorted()
        #expect(throws: RecordsError.self) { try Backup.make(of: data, in: data + target, version: "1", now: 0) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: data).sorted() == before)
    }
}
