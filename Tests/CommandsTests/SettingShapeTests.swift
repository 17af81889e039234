import Foundation
import Gateway
import TestKit
import Testing

@testable import Commands

@Suite("What settings must look like")
struct SettingShapeTests {
    private func settings(_ key: String, _ value: String) async -> Settings {
        let variable = "HEATSINK_" + key.uppercased().replacing(".", with: "_").replacing("-", with: "_")
        return await Settings(file: nil, environment: [variable: value])
    }

    @Test(
        "A host that nothing can listen on is refused with its key and a remedy",
        arguments: [
            "", " ", "127.0.0.1:80", "http://127.0.0.1", "localhost/", "a b", "*", "[::1]", "256.1.1.1", "1.2.3",
            "0x7f000001",
            "127.1", "-a.example", "a..b", "exa\u{1B}[2Jmple", "host\n", "user@host", "пример", ":::", "example.org.",
            String(repeating: "a", count: 64),
        ]
    )
    func badHosts(host: String) async {
        let problems = await settings("http.host", host).problems
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("http.host: ") == true && problems.first?.contains("127.0.0.1") == true)
    }

    @Test(
        "Addresses and names are hosts",
        arguments: ["127.0.0.1", "0.0.0.0", "::", "::1", "localhost", "my_service", "a-1.example.org", "1.example"]
    )
    func goodHosts(host: String) async {
        let settings = await settings("http.host", host)
        #expect(settings.problems == [] && settings.host == host)
    }

    @Test(
        "A port out of range or of an odd form is refused with its key",
        arguments: ["-1", "65536", "80a", "0x50", "+80", "8 0", "80.0", "", "99999999999999999999", "８０"]
    )
    func badPorts(port: String) async {
        let problems = await settings("http.port", port).problems
        #expect(problems.count == 1 && problems.first?.hasPrefix("http.port: ") == true)
    }

    @Test(
        "A public address that links cannot begin with is refused with its key and a remedy",
        arguments: [
            "example.org", "//example.org", "javascript:alert(1)", "ftp://example.org", "https://", "https:///",
            "https://user@example.org", "https://user:secret@example.org", "https://example.org/path",
            "https://example.org?x=1", "https://example.org#x", "https://example.org:0", "https://example.org:65536",
            "https://example.org:80a", "https://example.org:", "https://exa mple.org",
            "https://example.org\r\nSet-Cookie: a",
            "https://example.org\u{0}", "https://1.2.3", "https://[::1", "https://::1", "https://[127.0.0.1]",
            "https://[fe80::1%25eth0]", "https://пример.org", "https://example.org\\@evil.org", "https://-a.org",
            "https://\u{202E}gro.elpmaxe", "https:example.org", "https:/example.org", " https://example.org",
            "data:text/html,x",
        ]
    )
    func badOrigins(address: String) async {
        let settings = await settings("http.public-url", address)
        #expect(settings.problems.count == 1)
        #expect(settings.problems.first?.hasPrefix("http.public-url: ") == true)
        #expect(settings.problems.first?.contains("https://pictures.example.org") == true)
        #expect(settings.gateway.publicURL == nil)
    }

    @Test(
        "A public address is taken as browsers write it",
        arguments: [
            ("https://pictures.example.org", "https://pictures.example.org"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("HTTPS://Pictures.Example.org:443/", "https://pictures.example.org"),
            ("http://localhost:80", "http://localhost"), ("http://10.0.0.7:8080", "http://10.0.0.7:8080"),
        ]
    )
    func goodOrigins(address: String, origin: String) async {
        let settings = await settings("http.public-url", address)
        #expect(settings.problems == [] && settings.gateway.publicURL == origin)
    }

    @Test("No public address, written down, is none")
    func noOrigin() async {
        let settings = await settings("http.public-url", "")
        #expect(settings.problems == [] && settings.gateway.publicURL == nil)
    }

    @Test(
        "Other values that are shown, opened or asked are looked at, too",
        arguments: [
            ("rights.timestamps", "javascript:alert(1)"), ("rights.timestamps", "https://user:pass@tsa.example.org"),
            ("rights.timestamps", "tsa.example.org"), ("rights.timestamps", "https://tsa.example.org/a b"),
            ("rights.contact", "javascript:alert(1)"), ("rights.contact", "JavaScript:alert(1)"),
            ("rights.contact", "data:text/html,x"), ("rights.contact", "a\nb"), ("rights.contact", "a\u{1B}[31mb"),
            ("rights.contact", "https://user:pass@example.org"), ("rights.contact", String(repeating: "x", count: 301)),
            ("cost.currency", "EURO"), ("cost.currency", "eur"), ("cost.currency", "€"), ("cost.currency", "<b>"),
            ("data.directory", ""), ("data.directory", "da\u{0}ta"), ("web.directory", "we\nb"),
            ("models.default", "a/../b"),
            ("models.default", "\u{1B}[2J"), ("rights.policy", ""), ("rights.certificate", "a\u{7}"),
            ("http.silence-seconds", "nan"), ("http.silence-seconds", "0x10"), ("http.silence-seconds", "+5"),
            ("shutdown.seconds", "inf"),
        ]
    )
    func others(key: String, value: String) async {
        let problems = await settings(key, value).problems
        #expect(problems.contains { $0.hasPrefix("\(key): ") })
    }

    @Test(
        "Contacts and authorities that people write are accepted",
        arguments: [
            ("rights.contact", "rights@example.org"), ("rights.contact", "mailto:rights@example.org"),
            ("rights.contact", "https://example.org/contact?topic=rights"), ("rights.contact", "Ann Example, Paris"),
            ("rights.contact", "Telephone: +33 1 23"), ("rights.timestamps", "http://tsa.example.org:8080/tsr"),
            ("rights.timestamps", ""), ("web.directory", ""), ("cost.currency", "USD"),
        ]
    )
    func accepted(key: String, value: String) async {
        #expect(await settings(key, value).problems == [])
    }

    @Test(
        "A plan's name that cannot be one, and a list where one value belongs, are refused",
        arguments: [
            "plans:\n  \"a\\e[2Jb\":\n    weight: 2\n", "http:\n  port: [80, 81]\n", "http: [1]\n",
        ]
    )
    func files(text: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/heatsink.yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(await !Settings(file: path, environment: [:]).problems.isEmpty)
        withExtendedLifetime(folder) {}
    }
}
