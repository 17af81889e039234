import ContentCredentials
import Foundation
import Inference
import PromptPolicy
import Service
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

    @Test("A file without settings leaves everything as it is", arguments: ["", "# nothing yet\n", "---\n"])
    func empty(text: String) async throws {
        let (folder, path) = try file(text)
        let settings = await Settings(file: path, environment: [:])
        #expect(settings.problems.isEmpty)
        #expect(settings.port == 8_080)
        withExtendedLifetime(folder) {}
    }

    @Test("A certificate that has ended is no mistake in the settings: a restart must not fail for it")
    func endedCertificate() throws {
        let folder = try TemporaryFolder()
        let long = Date(timeIntervalSince1970: 0)
        let ended = try SigningIdentity.development(in: folder.path, now: long)
        #expect(!ended.isValid(at: Date()))
        var rights = RightsSettings()
        rights.certificate = folder.path + "/development/certificate.pem"
        rights.key = folder.path + "/development/key.pem"
        #expect(RightsSetup.problems(of: rights).isEmpty)
        rights.key = folder.path + "/none.pem"
        #expect(RightsSetup.problems(of: rights).count == 1)
    }

    @Test(
        "A value that is not accepted is named with its key",
        arguments: [
            ("http:\n  port: 70000", "http.port"), ("inference:\n  precision: f8", "inference.precision"),
            ("htp:\n  port: 1", "htp.port"), ("log:\n  level: loud", "log.level"),
            ("rights:\n  safety: sometimes", "rights.safety"),
            ("rights:\n  works-refuse-at: 41", "rights.works-refuse-at"),
            ("rights:\n  safety-review-at: 0.9", "rights.safety-refuse-at"),
            ("rights:\n  certificate: mine.pem", "rights.certificate"),
            ("rights:\n  text-days: -1", "rights.text-days"),
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

    @Test("Rights are on by default, and each part can be switched off by itself")
    func rights() async throws {
        let usual = await Settings(file: nil, environment: [:]).rights
        #expect(usual.policy == "considerate" && usual.signs && usual.marks)
        #expect(usual.configuration.comparesWorks && usual.configuration.safety == .standard)
        let (folder, path) = try file(
            "rights: {policy: open, works: off, credentials: off, watermark: off, safety: off, text-days: 0}"
        )
        let settings = await Settings(file: path, environment: [:])
        #expect(settings.problems.isEmpty)
        #expect(settings.rights.policy == "open" && !settings.rights.signs && !settings.rights.marks)
        #expect(!settings.rights.configuration.comparesWorks && settings.rights.configuration.safety.mode == .off)
        #expect(settings.rights.configuration.textDays == 0)
        withExtendedLifetime(folder) {}
    }

    @Test(
        "A policy that cannot be read is said to be none, with what there is",
        arguments: ["/nowhere.yaml", "lenient"]
    )
    func policies(name: String) throws {
        let error = #expect(throws: CommandFailure.self) { try RightsSetup.policy(name) }
        #expect(error?.description.contains(name) == true && error?.description.contains("considerate") == true)
        #expect(try RightsSetup.policy("strict").name == "strict")
    }

    @Test("What is shown to newcomers has their key and address in every line that needs it")
    func welcomes() {
        let text = Welcome.text(address: "http://127.0.0.1:1", key: .terminal(key: "hs_abc"), dataFolder: "data")
        #expect(text.components(separatedBy: "hs_abc").count == 5)
        #expect(text.components(separatedBy: "http://127.0.0.1:1").count == 10)
    }
}
