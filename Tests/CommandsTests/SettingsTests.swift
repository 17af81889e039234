import Foundation
import TestKit
import Testing

@testable import Commands

@Suite("Settings")
struct SettingsTests {
    private func file(_ text: String) throws -> (TemporaryFolder, String) {
        let folder = try TemporaryFolder()
        let path = folder.path + "/heatsink.yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return (folder, path)
    }

    @Test("The environment wins over the file, and flags over both")
    func precedence() async throws {
        let (folder, path) = try file("http:\n  port: 1001\n  host: file\nlog:\n  level: debug\n")
        let settings = await Settings(
            file: path,
            flags: ["http.port": "1003"],
            environment: ["HEATSINK_HTTP_PORT": "1002", "HEATSINK_HTTP_HOST": "environment"]
        )
        #expect(settings.port == 1_003)
        #expect(settings.host == "environment")
        #expect(settings.logLevel == "debug")
        #expect(settings.problems.isEmpty)
        withExtendedLifetime(folder) {}
    }

    @Test(
        "A value that is not accepted is named with its key",
        arguments: [
            ("http:\n  port: 70000", "http.port"), ("inference:\n  precision: f8", "inference.precision"),
            ("htp:\n  port: 1", "htp.port"), ("log:\n  level: loud", "log.level"),
        ]
    )
    func names(text: String, key: String) async throws {
        let (folder, path) = try file(text)
        let settings = await Settings(file: path, environment: [:])
        #expect(settings.problems.count == 1)
        #expect(settings.problems.first?.hasPrefix(key) == true)
        withExtendedLifetime(folder) {}
    }

    @Test("A file that is not there or not YAML is a problem, not a crash", arguments: ["/nowhere.yaml", nil])
    func badFiles(path: String?) async throws {
        let (folder, broken) = try file("a: [1\nb: }")
        let settings = await Settings(file: path ?? broken, environment: [:])
        #expect(settings.problems.count == 1)
        withExtendedLifetime(folder) {}
    }

    @Test("What is shown to newcomers has their key and address in every line that needs it")
    func welcomes() {
        let text = Welcome.text(address: "http://127.0.0.1:1", key: "hs_abc", dataFolder: "data")
        #expect(text.components(separatedBy: "hs_abc").count == 5)
        #expect(text.components(separatedBy: "http://127.0.0.1:1").count == 8)
    }
}
