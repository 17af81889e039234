import Foundation
import Records
import TestKit
import Testing

@Suite("What the server keeps is for its own user only")
struct PrivateFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) throws -> Int {
        let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        return try #require(found).intValue
    }

    private func make(_ path: String, _ mode: Int, isFolder: Bool = false) throws {
        if isFolder {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } else {
            try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test("A folder that others could read is theirs no more, and it is told", arguments: [0o755, 0o777, 0o750, 0o705])
    func claims(mode: Int) throws {
        let path = folder.path + "/data"
        try make(path, mode, isFolder: true)
        #expect(try PrivateFiles.claim(folder: path))
        #expect(try self.mode(path) == 0o700)
        #expect(try !PrivateFiles.claim(folder: path))
    }

    @Test("A folder that is made is private, and so are the folders on the way to it")
    func makes() throws {
        #expect(try !PrivateFiles.claim(folder: folder.path + "/a/b"))
        #expect(try mode(folder.path + "/a") == 0o700)
        #expect(try mode(folder.path + "/a/b") == 0o700)
    }

    @Test(
        "A folder of the system or of everybody is not taken over",
        arguments: ["/", "/tmp", "/etc", "/usr/../tmp/."]
    )
    func shared(path: String) throws {
        let before = try mode(path)
        let error = #expect(throws: RecordsError.self) { try PrivateFiles.claim(folder: path) }
        #expect(error?.description.contains("choose a folder inside it") == true)
        #expect(try mode(path) == before)
    }

    @Test("Another user's folder is refused with a sentence", .enabled(if: getuid() == 0, "only root can make one"))
    func others() throws {
        let path = folder.path + "/theirs"
        try make(path, 0o755, isFolder: true)
        try FileManager.default.setAttributes([.ownerAccountID: 12_345], ofItemAtPath: path)
        let error = #expect(throws: RecordsError.self) { try PrivateFiles.claim(folder: path) }
        #expect(error?.description.contains("belongs to the user 12345") == true)
        #expect(try mode(path) == 0o755)
    }

    @Test("Everything in a folder is tightened; links lead nowhere, and rights of the owner stay as they are")
    func tightens() throws {
        let path = folder.path + "/files"
        try make(path + "/ab", 0o755, isFolder: true)
        try make(path + "/ab/one", 0o644)
        try make(path + "/ab/key", 0o444)
        try make(folder.path + "/elsewhere", 0o644)
        try FileManager.default.createSymbolicLink(
            atPath: path + "/ab/link",
            withDestinationPath: folder.path + "/elsewhere"
        )
        try PrivateFiles.tighten(path)
        #expect(try mode(path) == 0o700)
        #expect(try mode(path + "/ab") == 0o700)
        #expect(try mode(path + "/ab/one") == 0o600)
        #expect(try mode(path + "/ab/key") == 0o400)
        #expect(try mode(folder.path + "/elsewhere") == 0o644)
        try PrivateFiles.tighten(folder.path + "/nothing")
    }

    @Test("A written file is private, takes the old one's place, and leaves nothing beside it")
    func writes() throws {
        let path = folder.path + "/export"
        try make(path, 0o644)
        try PrivateFiles.write(Array("new".utf8), to: path)
        #expect(try mode(path) == 0o600)
        #expect(FileManager.default.contents(atPath: path) == Data("new".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["export"])
        #expect(throws: RecordsError.self) { try PrivateFiles.write([1], to: folder.path + "/none/export") }
    }
}
