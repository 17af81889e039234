internal import ArgumentParser
internal import Foundation
internal import SurgeLoad

struct SurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "surge",
        abstract: "Play a surge against a running server, and report what its users got.",
        discussion: """
            heatsink accounts create --plan free --count 200 --json > keys.json
            heatsink surge --target http://127.0.0.1:8080 --scenario surge.yaml --keys keys.json --html report.html

            Open loop: all sending times are fixed before, and waits count from them. The format of scenarios is in
            Docs/Surge.md.
            """,
        subcommands: [Run.self, Capacity.self, Compare.self],
        defaultSubcommand: Run.self
    )

    /// Where the load goes, and with whose keys.
    struct TargetOptions: ParsableArguments {
        @Option(help: "The server's address.")
        var target = "http://127.0.0.1:8080"

        @Option(
            help: "A JSON file with keys, as `heatsink accounts create --json` writes it; may be given several times."
        )
        var keys: [String]

        @Flag(help: "Allow a target on another machine.")
        var allowRemote = false

        /// Keys by plan.
        func read() throws -> [String: [String]] {
            struct Entry: Decodable {
                let plan: String
                let key: String
            }
            var found: [String: [String]] = [:]
            for file in keys {
                do {
                    let data = try Data(contentsOf: URL(fileURLWithPath: file))
                    for entry in try JSONDecoder().decode([Entry].self, from: data) {
                        found[entry.plan, default: []].append(entry.key)
                    }
                } catch {
                    throw CommandFailure("the keys in \(file) cannot be read: \(error)")
                }
            }
            return found
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Play a scenario.")

        @OptionGroup var target: TargetOptions

        @Option(help: "A load or a day: a YAML file, or the name of a day that comes with Heatsink.")
        var scenario: String

        @OptionGroup var day: DayOptions

        @Option(help: "Multiplies all sending rates, to play the same day harder.")
        var times = 1.0

        @Option(help: "What the report is called.")
        var label = "heatsink"

        @Option(help: "Write the report as JSON to this file.")
        var json: String?

        @Option(help: "Write the report as one HTML file.")
        var html: String?

        func validate() throws {
            guard times > 0, times <= 1_000 else {
                throw ValidationError("--times takes a number above 0, at most 1000.")
            }
        }

        func run() async throws {
            let report = try await report(of: try ScenarioFile(reference: scenario))
            Terminal.writeError("")
            Terminal.write(lines: LoadReportText.text(of: report))
            if let json { try SurgeCommand.write(report, to: json) }
            if let html { try LoadReportPage.html(of: report).write(toFile: html, atomically: true, encoding: .utf8) }
        }

        private func report(of file: ScenarioFile) async throws -> LoadReport {
            let (address, keys) = (try LoadTarget(url: target.target), try target.read())
            let options = LoadRun.Options(label: label, allowRemote: target.allowRemote)
            switch file {
            case .load(let scenario):
                if let option = day.firstGiven {
                    throw CommandFailure("\(option) is for days, and \(self.scenario) is a load; leave it out")
                }
                return try await LoadRun.run(
                    scenario: scenario.multiplied(by: times),
                    target: address,
                    keys: keys,
                    options: options,
                    progress: Self.show
                )
            case .day(let written):
                guard times == 1 else {
                    throw CommandFailure("--times is for loads; a day has --speed and --scale")
                }
                return try await LoadRun.run(
                    day: try day.played(written),
                    target: address,
                    keys: keys,
                    options: options,
                    progress: Self.show
                )
            }
        }

        private static func show(_ progress: LoadProgress) {
            guard isatty(STDERR_FILENO) == 1 else { return }
            let line =
                "\r\(progress.phase) \(Int(progress.elapsedSeconds)) of \(Int(progress.durationSeconds)) s: "
                + "\(progress.sent) of \(progress.planned) sent, \(progress.delivered) delivered, "
                + "\(progress.failed) failed, \(progress.inFlight) in flight   "
            FileHandle.standardError.write(Data(line.utf8))
        }
    }

    struct Capacity: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measure how many pictures a second the server makes when a few clients ask one after the other."
        )

        @OptionGroup var target: TargetOptions

        @Option(help: "A scenario whose request is asked for.")
        var scenario: String

        @Option(help: "How many clients ask at the same time.")
        var connections = 4

        @Option(help: "For how long, in seconds.")
        var seconds = 20

        @Option(help: "How many of these seconds are not counted.")
        var warmUp = 5

        @Option(help: "Write what was measured as JSON to this file.")
        var json: String?

        func run() async throws {
            let keys = try target.read().values.flatMap(\.self).sorted()
            let result = try await CapacityProbe.run(
                target: try LoadTarget(url: target.target),
                keys: keys,
                request: try LoadScenario(file: scenario).request,
                connections: connections,
                seconds: seconds,
                warmUpSeconds: warmUp,
                allowRemote: target.allowRemote
            )
            if let json { try SurgeCommand.write(result, to: json) }
            Terminal.write("\(result.picturesPerSecond)")
        }
    }

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put reports of the same scenario side by side.")

        @Argument(help: "Reports as JSON.")
        var reports: [String]

        @Option(help: "Write the comparison as one HTML file.")
        var html: String?

        func run() async throws {
            let read = try reports.map { file in
                do {
                    return try JSONDecoder().decode(LoadReport.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
                } catch {
                    throw CommandFailure("\(file) is not a report of `heatsink surge --json`: \(error)")
                }
            }
            let comparison = try LoadComparison(read)
            Terminal.write(lines: comparison.text)
            if let html { try comparison.html.write(toFile: html, atomically: true, encoding: .utf8) }
        }
    }

    private static func write(_ report: some Encodable, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(report).write(to: URL(fileURLWithPath: file))
    }
}
