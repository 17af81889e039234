internal import Foundation
internal import Testing

@testable import SurgeLoad

@Suite("Scenarios")
struct LoadScenarioTests {
    private static let yaml = """
        name: surge
        seed: 3
        durationSeconds: 30
        arrivals:
          steps:
            - {fromSeconds: 0, ratePerSecond: 2}
            - {fromSeconds: 10, ratePerSecond: 12}
        users:
          - {name: light, plan: free, count: 100, shareOfRequests: 0.6, patienceSeconds: 20, retries: 1}
          - {name: heavy, plan: free, count: 2, shareOfRequests: 0.4, mode: async}
        request:
          kind: edit
          prompts: [blue night]
          photos: [a.jpg, /b.jpg]
          outputFormat: webp
        """

    @Test("YAML is read, with defaults, and relative paths begin at the file's folder")
    func reads() throws {
        let scenario = try LoadScenario(yaml: Self.yaml, folder: "/scenarios")
        #expect(
            scenario.arrivals
                == .steps([
                    LoadStep(fromSeconds: 0, ratePerSecond: 2), LoadStep(fromSeconds: 10, ratePerSecond: 12),
                ])
        )
        #expect(scenario.users.map(\.mode) == [.held, .async])
        #expect(scenario.users.map(\.patienceSeconds) == [20, 60])
        #expect(scenario.users.map(scenario.isLight) == [true, false])
        #expect(scenario.request.photos == ["/scenarios/a.jpg", "/b.jpg"])
        #expect(scenario.measuredWindow == LoadWindow(fromSeconds: 15, toSeconds: 30))
    }

    @Test("A scenario survives being written as JSON and read again")
    func survives() throws {
        let scenario = try LoadScenario(yaml: Self.yaml)
        let json = try JSONEncoder().encode(scenario)
        #expect(try JSONDecoder().decode(LoadScenario.self, from: json) == scenario)
        #expect(try LoadScenario(yaml: String(decoding: json, as: UTF8.self)) == scenario)
    }

    @Test(
        "An error names the field",
        arguments: [
            ("durationSeconds: 30", "durationSeconds: 0", "durationSeconds"),
            ("durationSeconds: 30", "durationSeconds: soon", "durationSeconds"),
            ("durationSeconds: 30", "duration: 30", "duration"),
            ("name: surge", "name: ''", "name"), ("seed: 3", "seed: -3", "seed"),
            ("ratePerSecond: 12", "ratePerSecond: -1", "arrivals.steps[1].ratePerSecond"),
            ("fromSeconds: 10", "fromSeconds: 0", "arrivals.steps[1].fromSeconds"),
            ("  steps:", "  trace: {file: a.csv}\n  steps:", "arrivals"),
            ("count: 100", "count: 0", "users[0].count"),
            ("shareOfRequests: 0.6", "shareOfRequests: 0.5", "users"),
            ("shareOfRequests: 0.6", "shareOfRequests: 1.5", "users[0].shareOfRequests"),
            ("patienceSeconds: 20", "patienceSeconds: 0", "users[0].patienceSeconds"),
            ("retries: 1", "retries: 1001", "users[0].retries"),
            ("retries: 1", "retires: 1", "users[0].retires"),
            ("mode: async", "mode: slow", "users[1].mode"), ("name: heavy", "name: light", "users[1].name"),
            ("[blue night]", "[]", "request.prompts"), ("[a.jpg, /b.jpg]", "[]", "request.photos"),
            ("kind: edit", "kind: paint", "request.kind"), ("kind: edit", "n: 1", "request.kind"),
            ("outputFormat: webp", "n: 11", "request.n"),
            ("seed: 3", "window: {fromSeconds: 20, toSeconds: 10}", "window"),
        ]
    )
    func refuses(what: String, with replacement: String, field: String) throws {
        let yaml = Self.yaml.replacing(what, with: replacement, maxReplacements: 1)
        let error = #expect(throws: LoadError.self) { try LoadScenario(yaml: yaml) }
        guard case .invalid(let named, _, let remedy)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(named == field)
        #expect(!remedy.isEmpty)
    }

    @Test("A file that is not there is an error that names it")
    func misses() {
        #expect(throws: LoadError.self) { try LoadScenario(file: "/nowhere/surge.yaml") }
    }

    @Test(
        "A target is an address; this machine is told from others",
        arguments: [
            ("http://127.0.0.1:8080", true), ("http://localhost/v1/", true), ("http://[::1]:80", true),
            ("http://127.9.9.9", true), ("http://127.evil.example", false), ("https://example.com", false),
            ("http://localhost.example.com", false), ("http://10.0.0.1", false),
        ]
    )
    func knowsThisMachine(url: String, isLoopback: Bool) throws {
        #expect(try LoadTarget(url: url).isLoopback == isLoopback)
    }

    @Test(
        "What is no address is refused",
        arguments: ["", "localhost:8080", "ftp://127.0.0.1", "http://", "http:// x"]
    )
    func refusesTargets(url: String) {
        #expect(throws: LoadError.badTarget(url: url)) { try LoadTarget(url: url) }
    }

    @Test("A target's path ends before /v1")
    func trimsTargets() throws {
        #expect(try LoadTarget(url: "http://127.0.0.1:8080/v1/").url == "http://127.0.0.1:8080")
    }
}
