import Foundation
import Logging
import Records
import Service
import SurgeCore
import TestKit
import Testing

@testable import Commands

@Suite("The first key and the data folder")
struct FirstKeyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) throws -> Int {
        let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        return try #require(found).intValue
    }

    @Test("Where nobody looks, the key goes to a file of its user's own, and is an operator's")
    func file() async throws {
        let data = try DataFolder(folder.path + "/data")
        let store = try data.openStore()
        let path = data.path + "/first-key.txt"
        #expect(try await FirstKey.make(in: store, data.path, isShown: false) == .file(path))
        #expect(try mode(path) == 0o600)
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        #expect(text.hasSuffix("\n"))
        let key = try #require(SecretKey(text: text.trimmingCharacters(in: .newlines)))
        let account = try await store.account(forKeyDigest: key.digest, at: WallClock().now())
        #expect(account?.isOperator == true && account?.plan == "pro")
        // Later starts make no other.
        #expect(try await FirstKey.make(in: store, data.path, isShown: false) == .file(path))
        #expect(try await store.keys().count == 1)
        try FileManager.default.removeItem(atPath: path)
        #expect(try await FirstKey.make(in: store, data.path, isShown: true) == .unknown)
    }

    @Test("An operator who has revoked the first key gets no other one at the next start")
    func revoked() async throws {
        let data = try DataFolder(folder.path + "/data")
        let store = try data.openStore()
        _ = try await FirstKey.make(in: store, data.path, isShown: true)
        let key = try #require(try await store.keys().first)
        let now = WallClock().now()
        _ = try await store.revokeKey(digest: key.digest, at: now)
        var retention = Retention()
        retention.revokedKeyDays = 1
        _ = try await store.prune(retention, at: now.advanced(bySeconds: 3 * 86_400))
        #expect(try await store.keys().isEmpty)
        #expect(try await FirstKey.make(in: store, data.path, isShown: false) == .unknown)
        #expect(try await store.keys().isEmpty)
    }

    @Test("A terminal is shown the key, and no file has it")
    func terminal() async throws {
        let data = try DataFolder(folder.path + "/data")
        let place = try await FirstKey.make(in: try data.openStore(), data.path, isShown: true)
        guard case .terminal(let key) = place else {
            Issue.record("it is \(place)")
            return
        }
        #expect(SecretKey(text: key) != nil)
        #expect(!FileManager.default.fileExists(atPath: data.path + "/first-key.txt"))
        #expect(Welcome.text(address: "http://a", key: place, dataFolder: "data").contains(key))
    }

    @Test("The welcome that goes into a log names the file, not the key")
    func welcome() {
        let text = Welcome.text(address: "http://127.0.0.1:1", key: .file("data/first-key.txt"), dataFolder: "data")
        #expect(text.components(separatedBy: "data/first-key.txt").count == 5)
        #expect(!text.contains("hs_"))
    }

    @Test("Addresses that listen everywhere are shown as ones that a browser can open")
    func addresses() {
        #expect(Welcome.address(host: "0.0.0.0", port: 80) == "http://127.0.0.1:80")
        #expect(Welcome.address(host: "::", port: 80) == "http://[::1]:80")
        #expect(Welcome.address(host: "fd00::1", port: 80) == "http://[fd00::1]:80")
    }

    @Test(
        "A data folder that was open is private afterwards, with what the server kept in it",
        arguments: [0o755, 0o777]
    )
    func opened(mode: Int) async throws {
        let path = folder.path + "/data"
        let names = ["heatsink.sqlite", "watermark.key", "first-key.txt", "credentials/a/key.pem", "files/ab/abcd"]
        for name in names {
            let file = URL(fileURLWithPath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data().write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let data = try DataFolder(path)
        let store = try data.openStore()
        #expect(try self.mode(path) == 0o700)
        for name in names + ["heatsink.sqlite-wal", "heatsink.sqlite-shm"] {
            #expect(try self.mode("\(path)/\(name)") == 0o600, "\(name)")
        }
        try await store.check()
    }

    @Test("A folder that is everybody's is refused with a sentence")
    func shared() {
        let error = #expect(throws: CommandFailure.self) { try DataFolder("/tmp") }
        #expect(error?.description.contains("choose a folder inside it") == true)
    }
}
